#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>

int main(void)
{
    ringlog_init(NULL);
    ringlog_handler *console;
    if (ringlog_console_handler_new(&console, NULL) == 0) {
        ringlog_logger_add_handler(ringlog_root(), console);
        ringlog_handler_unref(console); /* the root holds it now */
    }

    ringlog_logger *log = ringlog_get_logger("server.http");
    ringlog_logger_set_level(log, RINGLOG_INFO);
    ringlog_info(log, "GET %s -> %d in %.3f ms", "/index.html", 200, 1.25);
    return ringlog_shutdown(1000) < 0;
}
