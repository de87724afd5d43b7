/* What a log comes to: records by level, logger, thread, call site and process, and what is lost.
 */
#ifndef LOGDUMP_INSIGHT_FIGURES_H
#define LOGDUMP_INSIGHT_FIGURES_H

#include "insight/table.h"
#include "item.h"

#include <stdbool.h>

/* Parts of a key stand one behind the other, each but the last with a NUL at its end. */
struct figures {
    uint64_t records;
    int64_t first_ns, last_ns; /* of the records, in time */
    uint64_t backwards;        /* records earlier than the one before them */
    int64_t previous_ns;
    struct table levels;    /* name */
    struct table loggers;   /* name */
    struct table threads;   /* name, id, id of the process */
    struct table processes; /* name, id, host */
    struct table sites;     /* file, line, format */
    uint64_t lost, losses;  /* records that the logger tells of, and how often it does */
    struct table reasons;   /* of losses: how many records */
    uint64_t missing;       /* records, as far as the file proves */
    uint64_t gaps, gap_bytes;
    uint64_t *positions; /* bytes read of each file */
    size_t file_count;
};

/* Of a RECORD or LOSS. Returns the number of the record's call site, TABLE_MOST if it has none of
 * its own. */
size_t figures_take(struct figures *figures, const struct item *item);

/* Of anything else. */
void figures_note(struct figures *figures, const struct item *item);

void figures_free(struct figures *figures);

uint64_t figures_bytes(const struct figures *figures);

/* From the first record to the last. */
double figures_seconds(const struct figures *figures);

/* The number-th part of a key, from 0; up to its end, and its length. */
const char *key_part(const struct tally *tally, unsigned number, size_t *length);

#endif
