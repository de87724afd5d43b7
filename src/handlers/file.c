/* The text file: lines appended to a file. */
#include "handlers/log_file.h"

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    rl_handler_append_line(handler, event, &handler->out);
}

static const struct rl_handler_ops ops = {
    .kind = "file",
    .lines = true,
    .append = append,
    .write = rl_log_file_write,
    .sync = rl_log_file_sync,
    .close = rl_log_file_close,
};

int ringlog_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                    const struct ringlog_file_options *options, size_t bytes)
{
    return rl_log_file_new(handler, sizeof(struct rl_log_file), &ops, path, options, bytes, 0640);
}
