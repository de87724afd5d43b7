/* The run: every subject in turn, burst after burst, so that what disturbs one disturbs all. */
#ifndef BENCH_LATENCY_MEASURE_H
#define BENCH_LATENCY_MEASURE_H

#include "samples.h"
#include "subjects.h"

#include <stdbool.h>

#define BURST_CALLS 20
/* A burst of calls that cost less than the timer. */
#define SHORT_BURST_CALLS 1000
/* The run is cut into this many slices; how much their medians differ is the spread. */
#define SLICES 10

struct plan {
    unsigned bursts;  /* of each subject */
    unsigned singles; /* bursts of singly timed calls of each subject */
    unsigned pause_us;
    bool sleep; /* pause asleep, which leaves the caches to others, instead of in a loop */
    bool quiet;
    const char *message; /* only this one; NULL: all */
};

struct result {
    const struct subject *subject;
    struct samples burst;  /* ticks of a whole burst */
    struct samples single; /* ticks of a call */
    unsigned burst_calls;
    double slice_p50[SLICES]; /* ns a call */
    struct summary burst_ns, single_ns;
};

struct measurement {
    struct result *results; /* one a subject, in their order */
    double ns_per_tick;
    double seconds;
    double timer_ticks; /* what timing nothing says; taken off singly timed calls */
};

/* 0 or -ENOMEM. Summaries are in, samples sorted. */
int measure(struct measurement *measurement, const struct plan *plan);
void measurement_free(struct measurement *measurement);

#endif
