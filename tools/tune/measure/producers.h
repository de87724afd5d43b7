/* Threads that log as a load says. */
#ifndef TUNE_MEASURE_PRODUCERS_H
#define TUNE_MEASURE_PRODUCERS_H

#include "load.h"
#include "measure/sample.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Atomic, relaxed: what is asked of the threads, and what they have done. */
struct producers {
    struct load load;
    struct sample sample;
    ringlog_logger *logger; /* of most records */
    ringlog_logger *probe;  /* of one record each time the first thread wakes up */
    ringlog_logger *hold;   /* of one record for each hold, from the first thread */
    unsigned holds, bursts; /* asked for */
    unsigned bursts_done, ready;
    bool without_ring; /* one of them */
    bool stop;
    uint64_t records; /* but for bursts, of threads that have ended */
    struct producer {
        struct producers *all;
        pthread_t thread;
        bool first;
    } * threads;
    unsigned started;
};

/* Starts them: load.threads, each with its ring ready. False: threads or memory could not be had.
 */
bool producers_start(struct producers *producers, const struct load *load);

/* Has the first one hold the writer up; has all of them log their bursts; whether they have. */
void producers_hold(struct producers *producers);
void producers_burst(struct producers *producers);
bool producers_have_burst(const struct producers *producers);

void producers_stop(struct producers *producers);

#endif
