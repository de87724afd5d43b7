/* A measurement for people and for programs. */
#ifndef BENCH_LATENCY_REPORT_H
#define BENCH_LATENCY_REPORT_H

#include "coarse.h"
#include "measure.h"

#include <ringlog/ringlog.h>

#include <stdbool.h>
#include <stdio.h>

/* What the run was. */
struct setting {
    const char *handler;
    int producer_core, writer_core; /* -1: not pinned */
    size_t ring_bytes;
    unsigned flush_interval_us;
    bool realtime; /* the thread that logs runs under SCHED_FIFO */
    enum ringlog_clock clock;
    const struct coarse *coarse; /* NULL: another clock */
};

/* A floor and the log call that does the same. */
struct pair {
    const struct result *floor, *ringlog;
};

/* The k-th pair; false: there is none. */
bool report_pair(const struct measurement *measurement, size_t k, struct pair *pair);

/* "tsc", "monotonic", "coarse". */
const char *clock_name(enum ringlog_clock clock);

void report_table(FILE *out, const struct measurement *measurement);
/* What the coarse clock costs, if it was used. */
void report_coarse(FILE *out, const struct setting *setting);
void report_histograms(FILE *out, const struct measurement *measurement);
void report_json(FILE *out, const struct measurement *measurement, const struct plan *plan,
                 const struct setting *setting);
/* Latency over percentile, floor and log call of each message side by side. */
void report_svg(FILE *out, const struct measurement *measurement);

#endif
