/* The socket: formatted lines to a server of anybody's. */
#include "base/error.h"
#include "handlers/lines.h"
#include "handlers/outlet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct socket_handler {
    struct ringlog_handler base;
    struct rl_outlet outlet;
    struct rl_buffer line; /* the writer's */
};

static struct socket_handler *socket_of(struct ringlog_handler *handler)
{
    return (struct socket_handler *)(void *)handler;
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct rl_buffer *line = &socket_of(handler)->line;
    line->length = 0;
    if (rl_handler_append_line(handler, event, line))
        rl_frame_append_line(handler, line);
}

static ssize_t write_socket(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    return rl_outlet_write(&socket_of(handler)->outlet, handler, bytes, length);
}

static int64_t idle(struct ringlog_handler *handler)
{
    return rl_outlet_idle(&socket_of(handler)->outlet, handler);
}

static void forked(struct ringlog_handler *handler)
{
    rl_outlet_forked(&socket_of(handler)->outlet);
    socket_of(handler)->line = (struct rl_buffer){0}; /* perhaps torn */
}

static void close_socket(struct ringlog_handler *handler)
{
    rl_outlet_close(&socket_of(handler)->outlet, handler);
    rl_buffer_free(&socket_of(handler)->line);
}

static const struct rl_handler_ops ops = {.kind = "socket",
                                          .lines = true,
                                          .append = append,
                                          .write = write_socket,
                                          .idle = idle,
                                          .forked = forked,
                                          .close = close_socket};

static int set_up(struct socket_handler *made, const char *address,
                  const struct ringlog_socket_options *options)
{
    made->outlet.on_stream = made->outlet.as_datagram = rl_frame_line;
    int result = rl_connection_check_isolation(&options->isolation);
    result = result < 0 ? result : rl_address_parse(&made->outlet.connection.address, address);
    result =
        result < 0 ? result : rl_connection_init(&made->outlet.connection, &options->connection);
    return result < 0 ? result : rl_handler_init(&made->base, &ops, &options->isolation, true);
}

int ringlog_socket_handler_new_sized_(ringlog_handler **handler, const char *address,
                                      const struct ringlog_socket_options *given, size_t bytes)
{
    struct ringlog_socket_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *handler = NULL;
    struct socket_handler *made = calloc(1, sizeof *made);
    if (made == NULL)
        return rl_error(-ENOMEM, "ringlog_socket_handler_new: out of memory");
    const int result = set_up(made, address, &options);
    if (result < 0) {
        free(made);
        return result;
    }
    *handler = &made->base;
    return 0;
}
