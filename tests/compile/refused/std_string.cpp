// A std::string: the message says what to write instead.
// expect: c_str()
#include <ringlog/ringlog.h>

#include <string>

void call(ringlog_logger *log, const std::string &text);
void call(ringlog_logger *log, const std::string &text)
{
#ifdef MISTAKE
    ringlog_info(log, "%s", text);
#else
    ringlog_info(log, "%s", text.c_str());
#endif
}
