/* From a load and a machine to settings. Nothing is measured here, and nothing printed. */
#ifndef TUNE_ADVISE_H
#define TUNE_ADVISE_H

#include "load.h"
#include "machine.h"

#include <stdbool.h>
#include <stdint.h>

/* The library's limits and defaults (ringlog/ringlog.h). */
/* Less is possible; but a record takes at most a quarter of its ring, and what is longer is cut. */
#define RING_LEAST_BYTES (64.0 * 1024)
#define RING_MOST_BYTES  (1024.0 * 1024 * 1024)
#define INTERVAL_MOST_US 1000000.0
#define IDLE_SLEEP_US    20000.0 /* an idle writer's longest sleep */
#define ORDER_WINDOW_US  10000.0
#define LIBRARY_BYTES    (16.0 * 1024 * 1024) /* what all else takes at most */
/* Below this, sleeping costs more than it saves: the kernel's own slack is 50 microseconds. */
#define INTERVAL_LEAST_US 100.0
/* Above this share of what the writer can do, a noisy neighbour is enough to be behind. */
#define SHARE_TIGHT 0.7

struct advice {
    uint32_t flush_interval_us;
    uint32_t order_window_us; /* 0: the default will do */
    uint64_t ring_bytes;      /* 0: no ring is large enough */

    /* Is it possible at all? */
    double share;     /* of what the writer can take */
    double most_rate; /* of each thread, that it could take */
    double core;      /* share of a core that the writer will use */
    bool sustainable, tight;

    /* The line's way into the file. */
    double delay_us; /* of 99 in 100 */
    bool sparse;     /* the writer is idle between records, and sleeps longer */
    bool delay_kept;

    /* What a ring holds at the worst moment: records of one thread. */
    uint64_t record_bytes;
    double window_us;     /* records younger than this stay in it: threads are put in order */
    double sleep_us;      /* how long the writer is not there, at its worst */
    double sleep_records; /* that arrive in both, and while it writes those */
    double stall_ms;      /* the longest that was asked for or seen */
    double stall_records;
    double burst_rate;    /* records a second */
    double burst_drained; /* of the burst, that the writer takes before the burst is over */
    double needed_bytes;  /* all of that, and what is given back late or kept free */
    double memory_bytes;
};

/* The flush interval, as far as the load alone tells: how long to sleep when lateness is measured.
 */
double advise_sleep_us(const struct load *load);

struct advice advise(const struct load *load, const struct machine *machine);

#endif
