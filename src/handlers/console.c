/* The console: lines on a descriptor, coloured by level on a terminal. */
#include "base/error.h"
#include "handlers/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A terminal that takes nothing for this long is looked at again, so that the end can be told. */
#define POLL_MS 100

struct console {
    struct ringlog_handler base;
    int fd;
    bool coloured;
};

static const char *colour_of(int level)
{
    if (level >= RINGLOG_CRITICAL)
        return "\x1b[1;31m";
    if (level >= RINGLOG_ERROR)
        return "\x1b[31m";
    if (level >= RINGLOG_WARNING)
        return "\x1b[33m";
    if (level < RINGLOG_INFO)
        return "\x1b[2m";
    return "";
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    const struct console *console = (const struct console *)(const void *)handler;
    const char *colour = console->coloured ? colour_of(event->record->level) : "";
    struct rl_buffer *out = &handler->out;
    const size_t start = out->length;
    rl_buffer_append(out, colour, strlen(colour));
    if (!rl_handler_append_line(handler, event, out)) {
        out->length = start;
        return;
    }
    if (*colour != '\0' && out->length != 0) {
        out->length--; /* the newline stays outside, so that no colour reaches the next line */
        rl_buffer_append(out, "\x1b[0m\n", 5);
    }
}

static ssize_t write_fd(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    const struct console *console = (const struct console *)(const void *)handler;
    const ssize_t wrote = write(console->fd, bytes, length);
    if (wrote >= 0)
        return wrote;
    const int error = errno;
    if (error == EAGAIN) {
        struct pollfd poll_fd = {.fd = console->fd, .events = POLLOUT};
        poll(&poll_fd, 1, POLL_MS);
    }
    return -error;
}

static const struct rl_handler_ops ops = {
    .kind = "console", .lines = true, .in_order = true, .append = append, .write = write_fd};

/* no-color.org: set and not empty. */
static bool is_coloured(enum ringlog_colour colour, int fd)
{
    if (colour != RINGLOG_COLOUR_AUTO)
        return colour == RINGLOG_COLOUR_ALWAYS;
    const char *no_color = secure_getenv("NO_COLOR");
    const char *term = secure_getenv("TERM");
    return isatty(fd) && (no_color == NULL || *no_color == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

int ringlog_console_handler_new_sized_(ringlog_handler **handler,
                                       const struct ringlog_console_options *given, size_t bytes)
{
    struct ringlog_console_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *handler = NULL;
    const int fd = options.fd == 0 ? STDERR_FILENO : options.fd;
    if ((unsigned)options.colour > RINGLOG_COLOUR_NEVER)
        return rl_error(-EINVAL, "console handler: colour %d: no such choice", (int)options.colour);
    struct stat status;
    const int access = fcntl(fd, F_GETFL);
    if (access < 0 || fstat(fd, &status) != 0)
        return rl_error_errno(-errno, "console handler: descriptor %d", fd);
    if ((access & O_ACCMODE) == O_RDONLY)
        return rl_error(-EBADF, "console handler: descriptor %d is not open for writing", fd);

    struct console *console = calloc(1, sizeof *console);
    if (console == NULL)
        return rl_error(-ENOMEM, "ringlog_console_handler_new: out of memory");
    console->fd = fd;
    console->coloured = is_coloured(options.colour, fd);
    const int result =
        rl_handler_init(&console->base, &ops, &options.isolation, !S_ISREG(status.st_mode));
    if (result < 0) {
        free(console);
        return result;
    }
    *handler = &console->base;
    return 0;
}
