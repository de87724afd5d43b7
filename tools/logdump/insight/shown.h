/* Texts of a log as figures show them. */
#ifndef LOGDUMP_INSIGHT_SHOWN_H
#define LOGDUMP_INSIGHT_SHOWN_H

#include "output/buffer.h"
#include "output/escape.h"

/* As on a terminal, at most so many columns wide, the last of them "…" where it is cut off. Every
 * character counts as one column. */
void shown_cut(struct buffer *out, const char *text, size_t length, size_t columns);

/* What a terminal would show, as a JSON string with its quotes that may stand in an HTML <script>:
 * it has no <, > or &. Newlines and tabs stay what they are. */
void shown_as_json(struct buffer *out, const char *text, size_t length);

/* Characters of UTF-8, each a column. */
size_t shown_columns(const char *text, size_t length);

#endif
