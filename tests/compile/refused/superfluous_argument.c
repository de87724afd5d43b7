/* An argument without a conversion.
 * expect: too many arguments for format\|data argument not used */
#include <ringlog/ringlog.h>

void call(ringlog_logger *log);
void call(ringlog_logger *log)
{
#ifdef MISTAKE
    ringlog_info(log, "%d", 1, 2);
#else
    ringlog_info(log, "%d %d", 1, 2);
#endif
}
