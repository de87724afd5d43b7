/* A format that is not a literal: data must never be read as a format.
 * expect: expected '}'\|expected ')'\|expected .* before 'format' */
#include <ringlog/ringlog.h>

void call(ringlog_logger *log, const char *format);
void call(ringlog_logger *log, const char *format)
{
#ifdef MISTAKE
    ringlog_info(log, format);
#else
    ringlog_info(log, "%s", format);
#endif
}
