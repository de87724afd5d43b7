/* What is measured: twenty calls in a row, or calls timed one by one. */
#ifndef BENCH_LATENCY_SUBJECTS_H
#define BENCH_LATENCY_SUBJECTS_H

#include <ringlog/ringlog.h>

#include <stddef.h>
#include <stdint.h>

enum kind {
    KIND_EMPTY,    /* the loop alone */
    KIND_COUNTER,  /* the counter read alone */
    KIND_DISABLED, /* a call below the logger's level */
    KIND_FLOOR,    /* the counter and a record's bytes, into memory that is hot in L1 */
    KIND_RINGLOG   /* the log call */
};

struct subject {
    const char *message; /* which message; the same for a floor and its log call */
    const char *text;
    enum kind kind;
    /* Runs the body `calls` times. */
    void (*burst)(unsigned calls);
    /* The same, timing each by itself; in ticks of the counter. */
    void (*singles)(unsigned calls, uint32_t *ticks);
};

extern const struct subject subjects[];
extern const size_t subject_count;

/* Sets the loggers that the bodies use. */
void subjects_use(ringlog_logger *enabled, ringlog_logger *disabled);

/* Brings the floor's buffer into L1. */
void subjects_heat(void);

#endif
