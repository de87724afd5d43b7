/* A growable run of bytes: what text is rendered into and blocks are built in.
 *
 * A failed allocation keeps what is there and latches `failed`; the owner tests it once, at the
 * end, instead of after every append. */
#ifndef RL_BASE_BUFFER_H
#define RL_BASE_BUFFER_H

#include "base/export.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct rl_buffer {
    char *data;      /* NULL until first used */
    size_t length;   /* <= capacity */
    size_t capacity; /* bytes allocated */
    bool failed;     /* an append was refused for want of memory */
};

/* Makes room for `bytes` more and returns where they go, or NULL (and latches `failed`). The
 * caller adds what it used to `length`. */
RL_SHARED char *rl_buffer_grow(struct rl_buffer *buffer, size_t bytes);

RL_SHARED void rl_buffer_free(struct rl_buffer *buffer);

static inline char *rl_buffer_reserve(struct rl_buffer *buffer, size_t bytes)
{
    if (__builtin_expect(buffer->capacity - buffer->length >= bytes, 1) && buffer->data != NULL)
        return buffer->data + buffer->length;
    return rl_buffer_grow(buffer, bytes);
}

/* Empties it, and makes room for `bytes` whose content nobody has set. NULL: no memory, which is
 * not latched. */
static inline void *rl_buffer_scratch(struct rl_buffer *buffer, size_t bytes)
{
    buffer->length = 0;
    char *start = rl_buffer_reserve(buffer, bytes);
    buffer->failed = false;
    return start;
}

static inline void rl_buffer_append(struct rl_buffer *buffer, const void *bytes, size_t length)
{
    char *to = rl_buffer_reserve(buffer, length);
    if (to == NULL)
        return;
    if (length != 0)
        memcpy(to, bytes, length);
    buffer->length += length;
}

static inline void rl_buffer_append_char(struct rl_buffer *buffer, char byte)
{
    char *to = rl_buffer_reserve(buffer, 1);
    if (to == NULL)
        return;
    *to = byte;
    buffer->length++;
}

#endif
