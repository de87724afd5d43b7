/* Sinks that print a line for each record: which of the lines, and when. */
#ifndef LOGDUMP_OUTPUT_LINES_H
#define LOGDUMP_OUTPUT_LINES_H

#include "sink.h"

#include <stddef.h>
#include <stdint.h>

/* What makes the lines. */
struct line_maker {
    /* The line of an item with its newline, valid until the next one. False: it has complained. */
    bool (*make)(struct line_maker *maker, const struct item *item, const char **text,
                 size_t *length);
    void (*free)(struct line_maker *maker);
    bool is_table;   /* every line is a record: none says that some were left out */
    bool is_readers; /* its lines are those of the reader, and a newline */
};

struct lines_options {
    uint64_t tail;          /* only the last so many records; 0: all, */
    bool none;              /* or, of what is there already, none */
    uint64_t before, after; /* so many lines around those that match, as grep(1) has it */
};

/* The sink takes the maker over. */
struct sink *lines_sink_new(struct line_maker *maker, const struct lines_options *options);

#endif
