/* One file: its reader, what was read last, and what is wrong with it. */
#ifndef LOGDUMP_INPUT_SOURCE_H
#define LOGDUMP_INPUT_SOURCE_H

#include "item.h"

#include <stdbool.h>
#include <stdint.h>

struct setup {
    struct ringlog_reader_selection selection;
    struct ringlog_formatter_options format;
    bool follow; /* files may grow: one that is empty is not yet one */
};

struct source {
    const char *path; /* "-": standard input */
    unsigned number;
    ringlog_reader *reader; /* NULL: not open (yet, or any more) */
    int fd;                 /* that it reads */
    const struct ringlog_reader_record *record;
    int64_t time_ns;         /* that what was read last goes by, or at the earliest what will be */
    bool ended;              /* nothing more is there; it may come */
    bool unreadable;         /* said already */
    uint64_t position;       /* when it was closed */
    bool may_grow;           /* it is followed, and is none that ends for good */
    bool closed;             /* what was read last says that its process wrote no more */
    unsigned replaced_looks; /* so often in a row another file was at its path */
};

const char *source_name(const struct source *source);

/* Sets time_ns: nothing in the file is earlier. Opens it and closes it again. False: it cannot be
 * read, which has been said. Standard input, and what else cannot be read twice, is the earliest.
 */
bool source_look(struct source *source);

/* False: it has said why not. */
bool source_open(struct source *source, const struct setup *setup);

/* Reads on: sets record and time_ns, or ended. False: there is nothing, or a failure that it has
 * said. */
bool source_next(struct source *source);

void source_close(struct source *source);

/* Whether another file is at its path by now, and nobody writes into this one any more: its process
 * closed it, or it has been so for a while. */
bool source_is_replaced(struct source *source);

/* Bytes read, and in the file. */
uint64_t source_position(const struct source *source);
uint64_t source_size(const struct source *source);

#endif
