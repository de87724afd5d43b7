/* A key must be a literal: the site keeps it.
 * expect: expected */
#include <ringlog/ringlog.h>

void call(ringlog_logger *log, const char *key);
void call(ringlog_logger *log, const char *key)
{
    (void)key;
#ifdef MISTAKE
    ringlog_info_kv(log, "text", key, 1);
#else
    ringlog_info_kv(log, "text", "key", 1);
#endif
}
