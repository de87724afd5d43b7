/* A number under %s, at a level known at run time.
 * expect: format.*expects\|format specifies type */
#include <ringlog/ringlog.h>

void call(ringlog_logger *log, int level);
void call(ringlog_logger *log, int level)
{
#ifdef MISTAKE
    ringlog_log(log, level, "%s", 1);
#else
    ringlog_log(log, level, "%s", "1");
#endif
}
