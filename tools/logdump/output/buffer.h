/* Bytes that grow at their end. */
#ifndef LOGDUMP_OUTPUT_BUFFER_H
#define LOGDUMP_OUTPUT_BUFFER_H

#include <stddef.h>

/* All zero is an empty one. */
struct buffer {
    char *data;
    size_t length, capacity;
};

void buffer_free(struct buffer *buffer);

/* Room for so many bytes at the end, which `length` does not count yet. */
char *buffer_reserve(struct buffer *buffer, size_t bytes);

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_char(struct buffer *buffer, char byte);
/* Up to 255 bytes: for numbers and names of fixed size. */
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
