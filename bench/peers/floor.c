/* The floor: ringlog's capture into its ring, and a consumer that takes every record and makes
 * nothing of it. What a log call and the way through a ring cost when nothing comes after. */
#include "peer.h"

#include "ring/consume.h"
#include "ring/produce.h"
#include "ring/set.h"

#include <pthread.h>
#include <ringlog/ringlog.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>

#define PEER_LOG(...) ringlog_info(ringlog_root(), __VA_ARGS__)
#include "calls.h"

#define LOOK_NS 100000

const char *const peer_variants[] = {"discard", NULL};

static pthread_t consumer;
static int stopping; /* atomic */

static void discard_all(void)
{
    for (struct rl_ring *ring = rl_set_first(); ring != NULL; ring = ring->next) {
        struct rl_ring_record record;
        while (rl_ring_peek(ring, &record))
            rl_ring_step(ring, &record);
        rl_ring_release(ring);
    }
}

static void *consume(void *unused)
{
    (void)unused;
    prctl(PR_SET_TIMERSLACK, 1UL);
    for (int last = 0; !last;) {
        last = __atomic_load_n(&stopping, __ATOMIC_ACQUIRE);
        discard_all();
        clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = LOOK_NS}, NULL);
    }
    return NULL;
}

int peer_start(const struct peer_options *options)
{
    static struct rl_settings settings = {.string_cap = 16384, .state = RL_RUNNING};
    settings.ring_bytes = options->ring_bytes;
    rl_settings_publish(&settings);
    ringlog_logger_set_level(ringlog_root(), RINGLOG_INFO);
    if (pthread_create(&consumer, NULL, consume, NULL) == 0)
        return 0;
    perror("floor: pthread_create");
    return -1;
}

void peer_thread_start(void)
{
    rl_producer_prepare(ringlog_stack_());
}

void peer_thread_end(void)
{
}

int peer_finish(void)
{
    __atomic_store_n(&stopping, 1, __ATOMIC_RELEASE);
    return pthread_join(consumer, NULL) == 0 ? 0 : -1;
}
