#include "flat.h"

#include "../clocks.h"
#include "warm.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* What a peer uses in other processes too. */
static double all_cpu_seconds(void)
{
    return cpu_seconds() + peer_cpu_elsewhere();
}

struct producer {
    const struct flat_plan *plan;
    pthread_barrier_t *start_all, *stop_all;
    pthread_t thread;
    double start; /* when it began: whoever waits for it may be told late */
    double cpu_seconds;
};

static double run(const struct flat_plan *plan)
{
    const double start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    peer_loops[plan->message].log(&plan->columns, 0, plan->count / plan->threads);
    return seconds_of(CLOCK_THREAD_CPUTIME_ID) - start;
}

static void *run_producer(void *argument)
{
    struct producer *producer = argument;
    peer_thread_start();
    warm_up(producer->plan->message, &producer->plan->columns, producer->plan->warm);
    pthread_barrier_wait(producer->start_all); /* all are warm */
    pthread_barrier_wait(producer->start_all);
    producer->start = seconds_of(CLOCK_MONOTONIC);
    producer->cpu_seconds = run(producer->plan);
    peer_thread_end();
    pthread_barrier_wait(producer->stop_all);
    return NULL;
}

static int create_all(struct producer *producers, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (pthread_create(&producers[i].thread, NULL, run_producer, &producers[i]) != 0) {
            perror("pthread_create");
            return -1; /* the others wait: whoever called gives up */
        }
    return 0;
}

static int finish(struct flat_result *result, double start, double start_cpu)
{
    result->call_seconds = seconds_of(CLOCK_MONOTONIC) - start;
    if (peer_finish() < 0)
        return -1;
    result->seconds = seconds_of(CLOCK_MONOTONIC) - start;
    result->cpu_seconds = all_cpu_seconds() - start_cpu;
    return 0;
}

static int measure_one(const struct flat_plan *plan, struct flat_result *result)
{
    peer_thread_start();
    warm_up(plan->message, &plan->columns, plan->warm);
    const double start_cpu = all_cpu_seconds();
    const double start = seconds_of(CLOCK_MONOTONIC);
    result->caller_cpu_seconds = run(plan);
    peer_thread_end();
    return finish(result, start, start_cpu);
}

static int measure_many(const struct flat_plan *plan, struct flat_result *result)
{
    struct producer *producers = calloc(plan->threads, sizeof *producers);
    if (producers == NULL)
        return -1;
    pthread_barrier_t barriers[2];
    for (int i = 0; i < 2; i++)
        pthread_barrier_init(&barriers[i], NULL, plan->threads + 1);
    for (unsigned i = 0; i < plan->threads; i++)
        producers[i] =
            (struct producer){.plan = plan, .start_all = &barriers[0], .stop_all = &barriers[1]};
    if (create_all(producers, plan->threads) < 0)
        return -1;
    pthread_barrier_wait(&barriers[0]);
    const double start_cpu = all_cpu_seconds();
    pthread_barrier_wait(&barriers[0]);
    pthread_barrier_wait(&barriers[1]);
    double start = producers[0].start;
    for (unsigned i = 1; i < plan->threads; i++)
        start = producers[i].start < start ? producers[i].start : start;
    const int status = finish(result, start, start_cpu);
    for (unsigned i = 0; i < plan->threads; i++) {
        pthread_join(producers[i].thread, NULL);
        result->caller_cpu_seconds += producers[i].cpu_seconds;
    }
    free(producers);
    return status;
}

int measure_flat(const struct flat_plan *plan, struct flat_result *result)
{
    *result = (struct flat_result){0};
    return plan->threads == 1 ? measure_one(plan, result) : measure_many(plan, result);
}
