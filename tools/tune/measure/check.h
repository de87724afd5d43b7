/* The load that somebody described, run against settings. */
#ifndef TUNE_MEASURE_CHECK_H
#define TUNE_MEASURE_CHECK_H

#include "load.h"
#include "measure/target.h"

#include <stdbool.h>
#include <stdint.h>

struct check_task {
    struct load load;
    double stall_ms; /* how long the writer is held up, each time */
    double seconds;  /* in all, without the stalls */
    struct target target;
    uint64_t ring_bytes;
    uint32_t flush_interval_us, order_window_us;
};

struct check {
    uint64_t records, blocked, lost, errors, high_water, late;
    double rate;           /* records a second of all threads, without bursts */
    double core;           /* of a core that the writer used, without bursts and stalls */
    double p50_us, p99_us; /* from the call until a line was written, without bursts and stalls */
    unsigned stalls;       /* and bursts, together */
    bool confirmed;        /* no call had to wait, and nothing was lost */
};

/* For apart_run(): from a struct check_task to a struct check. */
bool check_run(const void *task, void *check, char why[APART_WHY_BYTES]);

#endif
