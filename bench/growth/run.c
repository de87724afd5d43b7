#include "run.h"

#include "../clocks.h"
#include "../latency/samples.h"
#include "../latency/timer.h"
#include "../place.h"

#include <pthread.h>
#include <ringlog/ringlog.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What a server's thread has used of its stack before it logs. */
#define STACK_BYTES 16384

struct producer {
    pthread_t thread;
    unsigned index;
    uint64_t records;
    double start; /* when it began: whoever waits for it may be told late */
    double seconds, cpu_seconds;
    struct samples bursts;
};

static const struct run_plan *plan;
static log_calls *loop;
static struct producer *producers;
static pthread_barrier_t barrier;

/* All producers and the thread that called run(). */
static void meet(void)
{
    pthread_barrier_wait(&barrier);
}

/* ---- a thread that logs -----------------------------------------------------------------------*/

static __attribute__((noinline)) void use_stack(void)
{
    volatile unsigned char bytes[STACK_BYTES];
    for (size_t i = 0; i < sizeof bytes; i += 1024)
        bytes[i] = 1;
}

/* Another record in each thread. */
static uint64_t first_record(const struct producer *producer)
{
    return (uint64_t)producer->index * 1000003;
}

static void log_flat_out(struct producer *producer)
{
    producer->start = seconds_of(CLOCK_MONOTONIC);
    const double start_cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    loop(&plan->calls, first_record(producer), producer->records);
    producer->cpu_seconds = seconds_of(CLOCK_THREAD_CPUTIME_ID) - start_cpu;
    producer->seconds = seconds_of(CLOCK_MONOTONIC) - producer->start;
}

static void sleep_until(double seconds)
{
    const struct timespec until = {(time_t)seconds,
                                   (long)((seconds - (double)(time_t)seconds) * 1e9)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

/* Asleep in between, as a server's threads are; they take turns. */
static void log_bursts(struct producer *producer)
{
    const double pause = BURST_CALLS * plan->threads / plan->rate;
    producer->start = seconds_of(CLOCK_MONOTONIC);
    double next = producer->start + pause * producer->index / plan->threads;
    const double start_cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    for (uint64_t done = 0; done < producer->records; done += BURST_CALLS, next += pause) {
        sleep_until(next);
        const uint64_t start = timer_start();
        loop(&plan->calls, first_record(producer) + done, BURST_CALLS);
        const uint64_t stop = timer_stop();
        samples_add(&producer->bursts, (uint32_t)(stop - start));
    }
    producer->cpu_seconds = seconds_of(CLOCK_THREAD_CPUTIME_ID) - start_cpu;
}

static void *run_producer(void *argument)
{
    struct producer *producer = argument;
    use_stack();
    meet();                /* all are there */
    meet();                /* the library has started */
    ringlog_thread_init(); /* the pages of its ring are there */
    loop(&plan->calls, first_record(producer), plan->warm);
    meet(); /* all are warm */
    meet(); /* what that left is written */
    if (plan->rate > 0)
        log_bursts(producer);
    else
        log_flat_out(producer);
    meet(); /* all are done */
    meet(); /* run_end() */
    return NULL;
}

/* ---- all of them ------------------------------------------------------------------------------*/

static int create_producers(void)
{
    producers = calloc(plan->threads, sizeof *producers);
    if (producers == NULL)
        return -1;
    pthread_barrier_init(&barrier, NULL, plan->threads + 1);
    place_self(plan->threads == 1 ? place_last_core() : -1);
    for (unsigned i = 0; i < plan->threads; i++) {
        struct producer *producer = &producers[i];
        producer->index = i;
        producer->records = plan->records / plan->threads;
        if (plan->rate > 0 && samples_init(&producer->bursts, producer->records / BURST_CALLS) < 0)
            return -1;
        const int error = pthread_create(&producer->thread, NULL, run_producer, producer);
        if (error != 0) {
            fprintf(stderr, "growth: thread %u: %s\n", i, strerror(error));
            return -1; /* the others wait: whoever called gives up */
        }
    }
    return 0;
}

static int flush(void)
{
    if (ringlog_flush(-1) == 0)
        return 0;
    fprintf(stderr, "growth: %s\n", ringlog_last_error());
    return -1;
}

static int summarise_bursts(struct run_result *result, double ns_per_tick)
{
    struct samples all;
    if (samples_init(&all, plan->records / BURST_CALLS + plan->threads) < 0)
        return -1;
    double ticks = 0;
    for (unsigned i = 0; i < plan->threads; i++)
        for (size_t k = 0; k < producers[i].bursts.count; k++) {
            samples_add(&all, producers[i].bursts.ticks[k]);
            ticks += producers[i].bursts.ticks[k];
        }
    const struct summary summary = samples_summarise(&all, ns_per_tick / BURST_CALLS, 0);
    result->burst_p50_ns = summary.p50;
    result->burst_p99_ns = summary.p99;
    result->caller_seconds = ticks * ns_per_tick / 1e9;
    samples_free(&all);
    return 0;
}

static double first_start(void)
{
    double start = producers[0].start;
    for (unsigned i = 1; i < plan->threads; i++)
        start = producers[i].start < start ? producers[i].start : start;
    return start;
}

static int measure(struct run_result *result)
{
    const double start_cpu = cpu_seconds(), calibrated = seconds_of(CLOCK_MONOTONIC);
    const uint64_t start_ticks = ringlog_ticks_();
    meet();
    meet();
    if (flush() < 0)
        return -1;
    const double end = seconds_of(CLOCK_MONOTONIC);
    const uint64_t end_ticks = ringlog_ticks_();
    result->cpu_seconds = cpu_seconds() - start_cpu;
    result->seconds = end - first_start();
    result->after = memory_now();
    for (unsigned i = 0; i < plan->threads; i++) {
        result->caller_seconds += producers[i].seconds;
        result->caller_cpu_seconds += producers[i].cpu_seconds;
    }
    return plan->rate > 0 ? summarise_bursts(result, (end - calibrated) * 1e9 /
                                                         (double)(end_ticks - start_ticks))
                          : 0;
}

int run(const struct run_plan *of, int (*start)(void), struct run_result *result)
{
    *result = (struct run_result){0};
    plan = of;
    loop = calls_loop(&plan->calls);
    if (create_producers() < 0)
        return -1;
    meet();
    result->before = memory_now();
    /* The writer inherits where it may run. */
    place_self(place_other_core(place_last_core()));
    if (start() < 0)
        return -1;
    place_self(-1);
    meet();
    meet();
    return flush() < 0 ? -1 : measure(result);
}

void run_end(void)
{
    meet();
    for (unsigned i = 0; i < plan->threads; i++) {
        pthread_join(producers[i].thread, NULL);
        samples_free(&producers[i].bursts);
    }
    free(producers);
    pthread_barrier_destroy(&barrier);
}
