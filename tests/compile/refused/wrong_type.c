/* A conversion that does not fit its argument.
 * expect: format.*expects\|format specifies type */
#include <ringlog/ringlog.h>

void call(ringlog_logger *log, long x);
void call(ringlog_logger *log, long x)
{
#ifdef MISTAKE
    ringlog_info(log, "%d", x);
#else
    ringlog_info(log, "%ld", x);
#endif
}
