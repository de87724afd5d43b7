/* The log calls whose cost is measured: of many call sites, of many arguments, of long strings. */
#ifndef BENCH_GROWTH_CALLS_H
#define BENCH_GROWTH_CALLS_H

#include <stdint.h>

#define MOST_SITES     10000
#define MOST_ARGUMENTS 16

/* One of the three, by what is set. */
struct calls {
    unsigned sites;     /* used in turn, each a call with two ints */
    int arguments;      /* ints; -1: not these */
    const char *string; /* NULL: not this */
};

/* Logs so many records, numbered from `first` on. */
typedef void log_calls(const struct calls *calls, uint64_t first, uint64_t count);

/* The loop for these calls. */
log_calls *calls_loop(const struct calls *calls);

/* Sets the logger: "bench", at INFO. */
void calls_start(void);

#endif
