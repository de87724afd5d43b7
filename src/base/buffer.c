#include "base/buffer.h"

#include <stdlib.h>

char *rl_buffer_grow(struct rl_buffer *buffer, size_t bytes)
{
    size_t needed;
    if (__builtin_add_overflow(buffer->length, bytes, &needed)) {
        buffer->failed = true;
        return NULL;
    }
    size_t capacity = buffer->capacity < 128 ? 256 : buffer->capacity * 2;
    if (capacity < needed)
        capacity = needed;
    char *data = realloc(buffer->data, capacity);
    if (data == NULL) {
        buffer->failed = true;
        return NULL;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return data + buffer->length;
}

void rl_buffer_free(struct rl_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct rl_buffer){0};
}
