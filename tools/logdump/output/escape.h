/* Texts of a log, which may be any bytes, made harmless for where they go. */
#ifndef LOGDUMP_OUTPUT_ESCAPE_H
#define LOGDUMP_OUTPUT_ESCAPE_H

#include "output/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* For terminals, as in logdump's lines: control characters, bidirectional controls, line
 * separators and ill-formed UTF-8 become \n, \x1b, \u202e. With `lines`, newlines and tabs stay. */
void escape_for_terminal(struct buffer *out, const char *text, size_t length, bool lines);

/* A JSON string with its quotes. Ill-formed UTF-8 becomes U+FFFD, as in the JSON styles. */
void escape_as_json(struct buffer *out, const char *text, size_t length);

/* UTF-8 without NUL: ill-formed sequences become U+FFFD, NUL becomes \x00. */
void escape_as_utf8(struct buffer *out, const char *text, size_t length);

#endif
