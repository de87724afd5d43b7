/* What figures look like on a terminal, and in a pipe. */
#ifndef LOGDUMP_INSIGHT_TERMINAL_H
#define LOGDUMP_INSIGHT_TERMINAL_H

#include "insight/shown.h"
#include "insight/timeline.h"

#include <stdbool.h>

/* Of standard output, or what COLUMNS and LINES say; 80 by 40 in a pipe. */
size_t terminal_columns(void);
size_t terminal_rows(void);

/* As the lines of text have it; "" for what is as usual. */
const char *class_colour(enum level_class level);
#define COLOUR_BOLD  "\x1b[1m"
#define COLOUR_FAINT "\x1b[2m"
#define COLOUR_OFF   "\x1b[0m"

/* A bar of so many cells, to the eighth of one. */
void bar_add(struct buffer *line, double cells);

/* Digits in groups of three: "1,234,567". */
void add_grouped(struct buffer *line, uint64_t number);

/* Numbers of a kind that is measured, with three or four digits: "0.0123", "12.3", "1,234". */
void add_measured(struct buffer *line, double number);

/* "1.5 MiB" */
void add_bytes(struct buffer *line, uint64_t bytes);

/* "1 h 3 min", "12.3 s", "450 µs" */
void add_span(struct buffer *line, double seconds);

/* To the right of a column of its own. `from`: where the text that has been added begins. */
void pad_left(struct buffer *line, size_t from, size_t columns);
void pad_right(struct buffer *line, size_t from, size_t columns);

/* Prints and empties it. */
void line_out(struct buffer *line);

/* ---- times ---- */

/* "2026-01-02 03:04:05.678", or less: "%H:%M:%S" and so on, as strftime(3). A fraction of so many
 * digits behind it. */
void add_time(struct buffer *line, int64_t time_ns, bool utc, const char *format, int digits);

/* So much later than UTC it is there. */
int64_t zone_offset_ns(int64_t time_ns, bool utc);

#endif
