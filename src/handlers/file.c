/* The text file: lines appended to a file. */
#include "base/error.h"
#include "handlers/handler.h"
#include "handlers/open_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct file {
    struct ringlog_handler base;
    int fd;
};

static struct file *file_of(struct ringlog_handler *handler)
{
    return (struct file *)(void *)handler;
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    rl_handler_append_line(handler, event, &handler->out);
}

static ssize_t write_file(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    return rl_write_fd(file_of(handler)->fd, bytes, length);
}

static int sync_file(struct ringlog_handler *handler)
{
    return fdatasync(file_of(handler)->fd) == 0 ? 0 : -errno;
}

static void close_file(struct ringlog_handler *handler)
{
    close(file_of(handler)->fd);
}

static const struct rl_handler_ops ops = {
    .kind = "file",
    .append = append,
    .write = write_file,
    .sync = sync_file,
    .close = close_file,
};

int ringlog_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                    const struct ringlog_file_options *given, size_t bytes)
{
    struct ringlog_file_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *handler = NULL;
    struct file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return rl_error(-ENOMEM, "ringlog_file_handler_new: out of memory");
    int result = file->fd = rl_open_log_file(path, &options, 0640);
    if (result >= 0) {
        result = rl_handler_init(&file->base, &ops, &options.isolation, rl_is_slow_fd(file->fd));
        if (result < 0)
            close(file->fd);
    }
    if (result < 0) {
        free(file);
        return result;
    }
    *handler = &file->base;
    return 0;
}
