/* Text that grows, and what makes text of a log fit to be shown: everything in a log may come from
 * anybody. */
#ifndef LOGDUMP_INSIGHT_BUFFER_H
#define LOGDUMP_INSIGHT_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
    char *data; /* not NUL-terminated; NULL: nothing yet */
    size_t length, capacity;
};

void buffer_free(struct buffer *buffer);

void buffer_add(struct buffer *buffer, const char *text, size_t length);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Control characters, newlines, bytes that are no UTF-8 and controls of the direction of writing
 * become \x1b, \n, \u202e: such text can neither drive a terminal nor pretend to be two lines. */
void buffer_add_escaped(struct buffer *buffer, const char *text, size_t length);

/* The same, at most so many columns wide, the last of them "…" where it is cut off. Every character
 * counts as one column. */
void buffer_add_cut(struct buffer *buffer, const char *text, size_t length, size_t columns);

/* A JSON string in quotation marks, escaped as above; newlines and tabs stay what they are. It may
 * stand in an HTML <script>: it has no <, > or &. */
void buffer_add_json(struct buffer *buffer, const char *text, size_t length);

/* Characters of UTF-8, each a column. */
size_t text_columns(const char *text, size_t length);

#endif
