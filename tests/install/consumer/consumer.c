/* Logs one line to stdout; in C and, through consumer.cpp, in C++. */
#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>

#include <stdio.h>
#include <string.h>

static int start(void)
{
    struct ringlog_console_options options;
    ringlog_handler *handler;
    memset(&options, 0, sizeof options);
    options.fd = 1;
    if (ringlog_console_handler_new(&handler, &options) < 0 ||
        ringlog_logger_add_handler(ringlog_root(), handler) < 0)
        return -1;
    ringlog_handler_unref(handler);
    return ringlog_init(NULL);
}

int main(void)
{
    if (start() < 0) {
        fprintf(stderr, "%s\n", ringlog_last_error());
        return 1;
    }
    ringlog_logger *log = ringlog_get_logger("consumer");
    int once = 41;
    ringlog_debug(log, "not evaluated: %d", once++);
    ringlog_warning(log, "%s %d", "answer", ++once);
    return ringlog_shutdown(5000) < 0 || once != 42;
}
