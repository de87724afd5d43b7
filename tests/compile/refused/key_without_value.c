/* A key must have a value.
 * expect: pair_without_value */
#include <ringlog/ringlog.h>

void call(ringlog_logger *log);
void call(ringlog_logger *log)
{
#ifdef MISTAKE
    ringlog_info_kv(log, "text", "key", 1, "another");
#else
    ringlog_info_kv(log, "text", "key", 1);
#endif
}
