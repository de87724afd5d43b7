#include "handlers/frames.h"

#include <stdio.h>

#define COUNT_BYTES 24

/* Room in the queue for a whole message, or NULL: it is lost then. */
static char *reserve(struct ringlog_handler *handler, struct rl_buffer *message, size_t bytes)
{
    char *to = message->failed ? NULL : rl_buffer_reserve(&handler->out, bytes);
    if (to == NULL) {
        rl_handler_count_lost(handler, 1);
        message->failed = false;
        handler->out.failed = true; /* which is reported where the batch ends */
    }
    return to;
}

void rl_frame_append(struct ringlog_handler *handler, struct rl_buffer *message)
{
    char count[COUNT_BYTES];
    const size_t digits = (size_t)snprintf(count, sizeof count, "%zu ", message->length);
    const size_t bytes = digits + message->length + 1;
    char *to = reserve(handler, message, bytes);
    if (to == NULL)
        return;
    memcpy(to, count, digits);
    memcpy(to + digits, message->data, message->length);
    to[bytes - 1] = '\0';
    handler->out.length += bytes;
}

void rl_frame_append_line(struct ringlog_handler *handler, struct rl_buffer *line)
{
    const size_t length = line->length;
    size_t newlines = 0;
    for (size_t i = 0; i < length; i++)
        newlines += line->data[i] == '\n';
    char *to = reserve(handler, line, length + newlines);
    if (to == NULL || length == 0)
        return;
    for (size_t i = 0; i + 1 < length; i++) {
        const bool is_newline = line->data[i] == '\n';
        *to++ = is_newline ? '\\' : line->data[i];
        if (is_newline)
            *to++ = 'n';
    }
    *to++ = '\n';
    handler->out.length = (size_t)(to - handler->out.data);
}

struct rl_frame rl_frame_line(const char *queue, size_t length)
{
    const char *end = memchr(queue, '\n', length);
    const size_t bytes = end == NULL ? length : (size_t)(end + 1 - queue);
    return (struct rl_frame){queue, bytes, bytes};
}

struct rl_frame rl_frame_bare(const char *queue, size_t length)
{
    size_t message = 0, at = 0;
    for (; at < length && queue[at] != ' '; at++)
        message = message * 10 + (size_t)(queue[at] - '0');
    at++;
    return (struct rl_frame){queue + at, message, at + message + 1};
}

struct rl_frame rl_frame_counted(const char *queue, size_t length)
{
    const struct rl_frame bare = rl_frame_bare(queue, length);
    return (struct rl_frame){queue, bare.bytes - 1, bare.bytes};
}

struct rl_frame rl_frame_terminated(const char *queue, size_t length)
{
    const struct rl_frame bare = rl_frame_bare(queue, length);
    return (struct rl_frame){bare.wire, bare.wire_bytes + 1, bare.bytes};
}
