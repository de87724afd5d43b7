/* ringlog itself, with its defaults but for the size of the ring. */
#include "peer.h"

#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>
#include <stdio.h>
#include <string.h>

static ringlog_logger *logger;

#define PEER_LOG(...) ringlog_info(logger, __VA_ARGS__)
#include "calls.h"

const char *const peer_variants[] = {"text", "binary", "null", NULL};

static const struct ringlog_formatter_options line = {
    .format = "%(asctime)s %(levelname)s %(thread)d %(filename)s:%(lineno)d %(message)s",
    .datefmt = "%Y-%m-%d %H:%M:%S.%f",
};

static int new_text(ringlog_handler **handler, const char *path)
{
    ringlog_formatter *formatter;
    int result = ringlog_formatter_new(&formatter, &line);
    if (result < 0)
        return result;
    /* Not isolated either where it is /dev/null: one thread writes, as with files. */
    const struct ringlog_file_options file = {.isolation = {.isolation = RINGLOG_NOT_ISOLATED}};
    result = ringlog_file_handler_new(handler, path, &file);
    if (result == 0)
        ringlog_handler_set_formatter(*handler, formatter);
    ringlog_formatter_unref(formatter);
    return result;
}

static int new_handler(ringlog_handler **handler, const struct peer_options *options)
{
    if (strcmp(options->variant, "null") == 0)
        return ringlog_null_handler_new(handler);
    if (strcmp(options->variant, "binary") == 0)
        return ringlog_binary_file_handler_new(handler, options->path, NULL);
    return new_text(handler, options->path);
}

static int start(const struct peer_options *options)
{
    ringlog_handler *handler;
    const int result = new_handler(&handler, options);
    if (result < 0)
        return result;
    logger = ringlog_get_logger("bench");
    ringlog_logger_set_level(logger, RINGLOG_INFO);
    ringlog_logger_add_handler(logger, handler);
    ringlog_handler_unref(handler);
    return ringlog_init(&(struct ringlog_options){.ring_bytes = options->ring_bytes,
                                                  .full_policy = RINGLOG_FULL_BLOCK});
}

int peer_start(const struct peer_options *options)
{
    if (start(options) == 0)
        return 0;
    fprintf(stderr, "ringlog: %s\n", ringlog_last_error());
    return -1;
}

void peer_thread_start(void)
{
    ringlog_thread_init();
}

void peer_thread_end(void)
{
}

int peer_finish(void)
{
    if (ringlog_shutdown(-1) == 0)
        return 0;
    fprintf(stderr, "ringlog: %s\n", ringlog_last_error());
    return -1;
}
