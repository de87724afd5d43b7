#include "beside.h"

#include "../latency/measure.h"
#include "warm.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct beside {
    enum peer_message message;
    struct columns columns;
    unsigned warm, pause_us;
    bool stop; /* atomic */
    unsigned count;
    pthread_barrier_t warmed;
    pthread_t threads[];
};

static void *log_bursts(void *argument)
{
    struct beside *beside = argument;
    const struct timespec pause = {0, beside->pause_us * 1000L};
    peer_thread_start();
    warm_up(beside->message, &beside->columns, beside->warm);
    pthread_barrier_wait(&beside->warmed);
    for (size_t row = 0; !__atomic_load_n(&beside->stop, __ATOMIC_RELAXED); row += BURST_CALLS) {
        peer_loops[beside->message].log(&beside->columns, row, BURST_CALLS);
        clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
    }
    peer_thread_end();
    return NULL;
}

struct beside *beside_start(unsigned threads, enum peer_message message,
                            const struct columns *columns, unsigned warm, unsigned pause_us)
{
    struct beside *beside = calloc(1, sizeof *beside + threads * sizeof beside->threads[0]);
    if (beside == NULL) {
        perror("calloc");
        return NULL;
    }
    beside->message = message;
    beside->columns = *columns;
    beside->warm = warm;
    beside->pause_us = pause_us;
    beside->count = threads;
    pthread_barrier_init(&beside->warmed, NULL, threads + 1);
    for (unsigned i = 0; i < threads; i++)
        if (pthread_create(&beside->threads[i], NULL, log_bursts, beside) != 0) {
            perror("pthread_create");
            return NULL; /* the others wait: whoever called gives up */
        }
    pthread_barrier_wait(&beside->warmed);
    return beside;
}

void beside_stop(struct beside *beside)
{
    __atomic_store_n(&beside->stop, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < beside->count; i++)
        pthread_join(beside->threads[i], NULL);
    pthread_barrier_destroy(&beside->warmed);
    free(beside);
}
