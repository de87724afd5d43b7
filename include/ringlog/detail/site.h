/* A call site: what is the same for every record of one log call. Not API.
 *
 * Each log macro keeps one in static storage. It is registered in the dictionary by the first
 * record through it; from then on records name it by id. */
#ifndef RINGLOG_DETAIL_SITE_H
#define RINGLOG_DETAIL_SITE_H

#include <stdint.h>

/* Raised when struct ringlog_site changes; registration refuses what it does not know. */
#define RINGLOG_SITE_LAYOUT_ 1

#define RINGLOG_SITE_RUNTIME_LEVEL_ 0x1 /* level is the first field of each record */
/* The format is text and not printf's; behind its NUL come the keys of the fields, each with a NUL,
 * and one NUL more. */
#define RINGLOG_SITE_KEYS_ 0x2

struct ringlog_site {
    /* What the inlined capture may put into a record; 0 sends it to the slow path. Stays 0 for
     * ever where the format needs a look at each argument (a precision for %s, %ls, %m, ...).
     * Atomic: stored with release after the dictionary entry, loaded with acquire. */
    uint32_t fast_id;
    uint32_t slow_id; /* the same for the slow path alone; atomic */
    uint16_t layout;  /* RINGLOG_SITE_LAYOUT_ */
    uint16_t flags;
    int32_t level;
    uint32_t line;
    uint32_t reserved;
    const char *format;
    const char *file;
    const char *function;
};

#endif
