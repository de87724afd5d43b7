/* A conversion without an argument.
 * expect: expects a matching\|more '%' conversions */
#include <ringlog/ringlog.h>

void call(ringlog_logger *log);
void call(ringlog_logger *log)
{
#ifdef MISTAKE
    ringlog_info(log, "%d %d", 1);
#else
    ringlog_info(log, "%d %d", 1, 2);
#endif
}
