#include "measure/check.h"

#include "measure/clock.h"
#include "measure/hold.h"
#include "measure/probe.h"
#include "measure/producers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STALLS 2
#define HOLD   "tune.hold"
#define PROBE  "tune.probe"

struct run {
    const struct check_task *task;
    struct hold hold;
    struct probe probe;
    struct producers producers;
    double wall_ns, cpu_ns; /* outside of stalls and bursts */
};

static void sleep_ms(double ms)
{
    const int64_t ns = (int64_t)(ms * 1e6);
    nanosleep(&(struct timespec){ns / 1000000000, ns % 1000000000}, NULL);
}

/* The burst begins when the writer goes away: there is no worse moment. */
static bool stall(struct run *run, char why[APART_WHY_BYTES])
{
    producers_hold(&run->producers);
    if (!hold_await(&run->hold, why))
        return false;
    producers_burst(&run->producers);
    sleep_ms(run->task->stall_ms);
    hold_release(&run->hold);
    /* On a full disk calls wait for ever. */
    while (!producers_have_burst(&run->producers)) {
        if (target_has_error(why))
            return false;
        sleep_ms(0.1);
    }
    return target_flush(why);
}

static void steady(struct run *run)
{
    probe_set_counts(&run->probe, true);
    const int64_t cpu = clock_ns(run->hold.clock), begin = now_ns();
    sleep_ms(run->task->seconds * 1000 / STALLS);
    run->wall_ns += (double)(now_ns() - begin);
    run->cpu_ns += (double)(clock_ns(run->hold.clock) - cpu);
    probe_set_counts(&run->probe, false);
}

static bool take_turns(struct run *run, char why[APART_WHY_BYTES])
{
    for (unsigned i = 0; i < STALLS; i++) {
        if (!stall(run, why))
            return false;
        steady(run);
    }
    return true;
}

static void sum_up(struct run *run, double seconds, struct check *check)
{
    struct ringlog_counts counts;
    ringlog_stats(&counts);
    struct samples *late_us = &run->probe.late_us;
    samples_sort(late_us);
    *check = (struct check){
        .records = counts.records_written,
        .blocked = counts.blocked_calls,
        .lost = counts.lost_full + counts.lost_memory + counts.lost_early + counts.handler_lost,
        .errors = counts.handler_errors,
        .high_water = counts.ring_high_water,
        .late = counts.records_late,
        .rate = (double)run->producers.records / seconds,
        .core = run->cpu_ns / run->wall_ns,
        .p50_us = samples_quantile(late_us, 0.5),
        .p99_us = samples_quantile(late_us, 0.99),
        .stalls = STALLS,
    };
    check->confirmed = check->blocked == 0 && check->lost == 0 && check->errors == 0;
}

static bool run_load(struct run *run, struct check *check, char why[APART_WHY_BYTES])
{
    struct producers *producers = &run->producers;
    producers->logger = ringlog_get_logger("tune");
    producers->probe = ringlog_get_logger(PROBE);
    producers->hold = ringlog_get_logger(HOLD);
    const int64_t begin = now_ns();
    const bool done = producers_start(producers, &run->task->load);
    if (!done)
        snprintf(why, APART_WHY_BYTES, "%u threads with a ring each could not be had",
                 run->task->load.threads);
    if (!done || !take_turns(run, why))
        return false; /* the process ends, whatever its threads wait for */
    producers_stop(producers);
    const double seconds = (double)(now_ns() - begin) / 1e9;
    if (ringlog_shutdown(FLUSH_MS) < 0)
        return target_failed("shutdown", why);
    sum_up(run, seconds, check);
    return true;
}

bool check_run(const void *task_of, void *check, char why[APART_WHY_BYTES])
{
    const struct check_task *task = task_of;
    /* Threads that wait for ever outlive this function. */
    static struct run run;
    run.task = task;
    ringlog_handler *handler;
    int fd;
    if (!target_open(&task->target, &handler, &fd, why))
        return false;
    ringlog_logger_add_handler(ringlog_root(), handler);
    ringlog_handler_unref(handler);
    ringlog_logger_set_level(ringlog_root(), RINGLOG_INFO);
    const struct ringlog_options options = {.ring_bytes = task->ring_bytes,
                                            .flush_interval_us = task->flush_interval_us,
                                            .order_window_us = task->order_window_us,
                                            .reserve_for_warnings = task->load.reserve,
                                            .on_error = target_note_error};
    if (hold_new(&run.hold, HOLD) < 0 || probe_new(&run.probe, PROBE) < 0 ||
        ringlog_init(&options) < 0)
        return target_failed("init", why);
    const bool done = run_load(&run, check, why);
    samples_free(&run.probe.late_us);
    if (fd >= 0)
        close(fd);
    return done;
}
