#include "output/buffer.h"

#include "output/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PRINTED 256

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

char *buffer_reserve(struct buffer *buffer, size_t bytes)
{
    if (bytes > buffer->capacity - buffer->length) {
        buffer->capacity = (buffer->length + bytes) * 2;
        buffer->data = must_have(realloc(buffer->data, buffer->capacity));
    }
    return buffer->data + buffer->length;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0)
        return; /* `bytes` may be NULL then */
    memcpy(buffer_reserve(buffer, length), bytes, length);
    buffer->length += length;
}

void buffer_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_char(struct buffer *buffer, char byte)
{
    *buffer_reserve(buffer, 1) = byte;
    buffer->length++;
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    char *to = buffer_reserve(buffer, MOST_PRINTED);
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(to, MOST_PRINTED, format, arguments);
    va_end(arguments);
    buffer->length += length < MOST_PRINTED ? (size_t)length : MOST_PRINTED - 1;
}
