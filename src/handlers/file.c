/* The text file: lines appended to a file, perhaps one that others rotate. */
#include "handlers/log_file.h"

static const struct rl_handler_ops ops = {
    .kind = "file",
    .lines = true,
    .append = rl_log_file_append_line,
    .append_run = rl_log_file_append_run,
    .write = rl_log_file_write,
    .sync = rl_log_file_sync,
    .close = rl_log_file_close,
};

static int create(ringlog_handler **handler, const char *path,
                  const struct ringlog_file_options *given, size_t bytes, bool watch)
{
    struct ringlog_file_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    const struct rl_log_file_plan plan = {
        .ops = &ops, .bytes = sizeof(struct rl_log_file), .mode = 0640, .watch = watch};
    return rl_log_file_new(handler, &plan, path, &options);
}

int ringlog_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                    const struct ringlog_file_options *options, size_t bytes)
{
    return create(handler, path, options, bytes, false);
}

int ringlog_watched_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                            const struct ringlog_file_options *options,
                                            size_t bytes)
{
    return create(handler, path, options, bytes, true);
}
