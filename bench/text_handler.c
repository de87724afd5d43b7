#include "text_handler.h"

const struct ringlog_file_options bench_file_options = {
    .isolation = {.isolation = RINGLOG_NOT_ISOLATED}};

static const struct ringlog_formatter_options line = {
    .format = "%(asctime)s %(levelname)s %(thread)d %(filename)s:%(lineno)d %(message)s",
    .datefmt = "%Y-%m-%d %H:%M:%S.%f",
};

int bench_text_handler_new(ringlog_handler **handler, const char *path)
{
    ringlog_formatter *formatter;
    int result = ringlog_formatter_new(&formatter, &line);
    if (result < 0)
        return result;
    result = ringlog_file_handler_new(handler, path, &bench_file_options);
    if (result == 0)
        ringlog_handler_set_formatter(*handler, formatter);
    ringlog_formatter_unref(formatter);
    return result;
}
