#include "measure/producers.h"

#include "measure/clock.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* How often a thread logs what is due; one with less to say sleeps longer, and so do threads that
 * share a core. */
#define TICK_S       0.00025
#define BURST_TICK_S 0.0001
#define MOST_TICK_S  0.01

static unsigned asked(const unsigned *what)
{
    return __atomic_load_n(what, __ATOMIC_RELAXED);
}

static void sleep_s(double seconds)
{
    const int64_t ns = (int64_t)(seconds * 1e9);
    nanosleep(&(struct timespec){ns / 1000000000, ns % 1000000000}, NULL);
}

/* Records at a rate, from a moment on. */
struct pace {
    int64_t begin_ns;
    double rate;
    uint64_t done;
};

static uint64_t due(struct pace *pace)
{
    const uint64_t all = (uint64_t)((double)(now_ns() - pace->begin_ns) / 1e9 * pace->rate);
    const uint64_t more = all - pace->done;
    pace->done = all;
    return more;
}

static void log_steady(const struct producer *producer, uint64_t count)
{
    const struct producers *all = producer->all;
    if (producer->first && count != 0) {
        sample_log(&all->sample, all->probe, 1);
        count--;
    }
    sample_log(&all->sample, all->logger, count);
}

struct burst {
    unsigned seen; /* number of the last one */
    uint64_t left;
    struct pace pace;
};

static void log_burst(struct producers *all, struct burst *burst)
{
    if (burst->left == 0 && asked(&all->bursts) != burst->seen) {
        burst->seen++;
        burst->left = (uint64_t)all->load.burst;
        burst->pace = (struct pace){.begin_ns = now_ns(), .rate = all->load.burst_rate};
        if (burst->left == 0)
            __atomic_fetch_add(&all->bursts_done, 1, __ATOMIC_RELAXED);
    }
    if (burst->left == 0)
        return;
    const uint64_t count = burst->pace.rate > 0 ? due(&burst->pace) : burst->left;
    const uint64_t now = count < burst->left ? count : burst->left;
    sample_log(&all->sample, all->logger, now);
    burst->left -= now;
    if (burst->left == 0)
        __atomic_fetch_add(&all->bursts_done, 1, __ATOMIC_RELAXED);
}

static double tick_of(const struct load *load)
{
    const double share = ceil(load->threads / fmax((double)sysconf(_SC_NPROCESSORS_ONLN), 1));
    return fmin(fmax(TICK_S * share, 1 / load->rate), MOST_TICK_S);
}

static void *run(void *argument)
{
    struct producer *producer = argument;
    struct producers *all = producer->all;
    const double tick_s = tick_of(&all->load);
    unsigned holds = 0;
    struct burst burst = {.seen = 0};
    if (ringlog_thread_init() < 0)
        __atomic_store_n(&all->without_ring, true, __ATOMIC_RELAXED);
    __atomic_fetch_add(&all->ready, 1, __ATOMIC_RELAXED);
    struct pace pace = {.begin_ns = now_ns(), .rate = all->load.rate};
    while (!__atomic_load_n(&all->stop, __ATOMIC_RELAXED)) {
        log_steady(producer, due(&pace));
        if (producer->first && asked(&all->holds) != holds) {
            holds++;
            ringlog_info(all->hold, "hold");
        }
        log_burst(all, &burst);
        sleep_s(burst.left != 0 ? BURST_TICK_S : tick_s);
    }
    __atomic_fetch_add(&all->records, pace.done, __ATOMIC_RELAXED);
    return NULL;
}

bool producers_start(struct producers *all, const struct load *load)
{
    all->load = *load;
    if (!sample_new(&all->sample, load->argument_bytes))
        return false;
    all->threads = calloc(load->threads, sizeof *all->threads);
    if (all->threads == NULL)
        return false;
    for (unsigned i = 0; i < load->threads; i++) {
        struct producer *producer = &all->threads[i];
        *producer = (struct producer){.all = all, .first = i == 0};
        if (pthread_create(&producer->thread, NULL, run, producer) != 0)
            return false;
        all->started++;
    }
    while (asked(&all->ready) < all->started)
        usleep(100);
    return !__atomic_load_n(&all->without_ring, __ATOMIC_RELAXED);
}

void producers_hold(struct producers *all)
{
    __atomic_fetch_add(&all->holds, 1, __ATOMIC_RELAXED);
}

void producers_burst(struct producers *all)
{
    __atomic_fetch_add(&all->bursts, 1, __ATOMIC_RELAXED);
}

bool producers_have_burst(const struct producers *all)
{
    return asked(&all->bursts_done) >= asked(&all->bursts) * all->started;
}

void producers_stop(struct producers *all)
{
    __atomic_store_n(&all->stop, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < all->started; i++)
        pthread_join(all->threads[i].thread, NULL);
    free(all->threads);
    sample_free(&all->sample);
}
