/* The run: threads that log, flat out or in bursts at a rate, until the last record is written. */
#ifndef BENCH_GROWTH_RUN_H
#define BENCH_GROWTH_RUN_H

#include "calls.h"
#include "memory.h"

#define BURST_CALLS 20

struct run_plan {
    struct calls calls;
    uint64_t records; /* of all threads together; as many of each, and at a rate whole bursts */
    uint64_t warm;    /* records of each thread before that */
    unsigned threads;
    double rate; /* records a second, of all threads together, in bursts; 0: flat out */
};

struct run_result {
    double seconds;                    /* from the first call until all is written */
    double cpu_seconds;                /* in which, of all threads */
    double caller_seconds;             /* in the calls: the sum over the threads that log */
    double caller_cpu_seconds;         /* the same, of CPU */
    double burst_p50_ns, burst_p99_ns; /* of the means of bursts; 0: flat out */
    struct memory before;              /* before the library started: program and threads */
    struct memory after;               /* when all is written */
};

/* Makes the threads, then calls start(), which starts the library on the cores that are the
 * writer's. The threads are there until run_end(). 0, or -1 having said why. */
int run(const struct run_plan *plan, int (*start)(void), struct run_result *result);
void run_end(void);

#endif
