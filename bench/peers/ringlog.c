/* ringlog itself, with its defaults but for the size of the ring. */
#include "../text_handler.h"
#include "peer.h"

#include <ringlog/ringlog.h>
#include <stdio.h>
#include <string.h>

static ringlog_logger *logger;

#define PEER_LOG(...) ringlog_info(logger, __VA_ARGS__)
#include "calls.h"

const char *const peer_variants[] = {"text", "binary", "null", NULL};

static int new_handler(ringlog_handler **handler, const struct peer_options *options)
{
    if (strcmp(options->variant, "null") == 0)
        return ringlog_null_handler_new(handler);
    if (strcmp(options->variant, "binary") == 0)
        return ringlog_binary_file_handler_new(handler, options->path, NULL);
    return bench_text_handler_new(handler, options->path);
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
