#include "measure.h"

#include "timer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void pause_for(const struct plan *plan)
{
    const int64_t until = now_ns() + (int64_t)plan->pause_us * 1000;
    if (plan->sleep) {
        const struct timespec at = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    }
    while (now_ns() < until)
        ;
}

static void run_burst(struct result *result)
{
    if (result->subject->kind == KIND_FLOOR)
        subjects_heat();
    const uint64_t start = timer_start();
    result->subject->burst(result->burst_calls);
    const uint64_t stop = timer_stop();
    samples_add(&result->burst, (uint32_t)(stop - start));
}

static void run_singles(struct result *result)
{
    uint32_t ticks[BURST_CALLS];
    if (result->subject->kind == KIND_FLOOR)
        subjects_heat();
    result->subject->singles(BURST_CALLS, ticks);
    for (unsigned i = 0; i < BURST_CALLS; i++)
        samples_add(&result->single, ticks[i]);
}

/* First calls: rings, call sites, pages. */
static void warm_up(const struct plan *plan)
{
    uint32_t ticks[BURST_CALLS];
    for (unsigned round = 0; round < 20; round++)
        for (size_t i = 0; i < subject_count; i++) {
            subjects[i].burst(BURST_CALLS);
            subjects[i].singles(BURST_CALLS, ticks);
        }
    pause_for(plan);
}

static void show_progress(const struct plan *plan, unsigned round, int64_t start_ns)
{
    if (plan->quiet || !isatty(STDERR_FILENO) || round % 256 != 0)
        return;
    const double done = (double)round / plan->bursts;
    const double spent = (double)(now_ns() - start_ns) / 1e9;
    fprintf(stderr, "\r%3.0f %%  %u of %u bursts, %.0f s left ", 100 * done, round, plan->bursts,
            round == 0 ? 0.0 : spent / done - spent);
}

static void end_progress(const struct plan *plan)
{
    if (!plan->quiet && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%60s\r", "");
}

static bool is_wanted(const struct plan *plan, const struct subject *subject)
{
    const bool writes = subject->kind == KIND_FLOOR || subject->kind == KIND_RINGLOG;
    return !writes || plan->message == NULL || strcmp(plan->message, subject->message) == 0;
}

/* A pause before each burst that writes, so that the writer has been at the lines in between. */
static void run_round(struct measurement *measurement, const struct plan *plan, unsigned round)
{
    const bool singles = (uint64_t)round * plan->singles / plan->bursts !=
                         (uint64_t)(round + 1) * plan->singles / plan->bursts;
    for (size_t k = 0; k < subject_count; k++) {
        /* Another one begins each round. */
        struct result *result = &measurement->results[(k + round) % subject_count];
        if (!is_wanted(plan, result->subject))
            continue;
        const bool writes =
            result->subject->kind == KIND_FLOOR || result->subject->kind == KIND_RINGLOG;
        if (writes)
            pause_for(plan);
        run_burst(result);
        if (!singles)
            continue;
        if (writes)
            pause_for(plan);
        run_singles(result);
    }
}

static int prepare(struct measurement *measurement, const struct plan *plan)
{
    measurement->results = calloc(subject_count, sizeof *measurement->results);
    if (measurement->results == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < subject_count; i++) {
        struct result *result = &measurement->results[i];
        const enum kind kind = subjects[i].kind;
        result->subject = &subjects[i];
        result->burst_calls =
            kind == KIND_EMPTY || kind == KIND_DISABLED ? SHORT_BURST_CALLS : BURST_CALLS;
        if (samples_init(&result->burst, plan->bursts) < 0 ||
            samples_init(&result->single, (size_t)plan->singles * BURST_CALLS) < 0)
            return -ENOMEM;
    }
    return 0;
}

static void summarise(struct measurement *measurement)
{
    for (size_t i = 0; i < subject_count; i++)
        if (subjects[i].kind == KIND_EMPTY)
            measurement->timer_ticks = samples_median(&measurement->results[i].single, 0,
                                                      measurement->results[i].single.count);
    for (size_t i = 0; i < subject_count; i++) {
        struct result *result = &measurement->results[i];
        const double scale = measurement->ns_per_tick / result->burst_calls;
        for (size_t s = 0; s < SLICES; s++) {
            const size_t first = result->burst.count * s / SLICES;
            const size_t end = result->burst.count * (s + 1) / SLICES;
            result->slice_p50[s] = samples_median(&result->burst, first, end - first) * scale;
        }
        result->burst_ns = samples_summarise(&result->burst, scale, 0);
        result->single_ns =
            samples_summarise(&result->single, measurement->ns_per_tick, measurement->timer_ticks);
    }
}

int measure(struct measurement *measurement, const struct plan *plan)
{
    if (prepare(measurement, plan) < 0)
        return -ENOMEM;
    warm_up(plan);
    const int64_t start_ns = now_ns();
    const uint64_t start_ticks = ringlog_ticks_();
    for (unsigned round = 0; round < plan->bursts; round++) {
        show_progress(plan, round, start_ns);
        run_round(measurement, plan, round);
    }
    const int64_t elapsed_ns = now_ns() - start_ns;
    measurement->ns_per_tick = (double)elapsed_ns / (double)(ringlog_ticks_() - start_ticks);
    measurement->seconds = (double)elapsed_ns / 1e9;
    end_progress(plan);
    summarise(measurement);
    return 0;
}

void measurement_free(struct measurement *measurement)
{
    for (size_t i = 0; measurement->results != NULL && i < subject_count; i++) {
        samples_free(&measurement->results[i].burst);
        samples_free(&measurement->results[i].single);
    }
    free(measurement->results);
    measurement->results = NULL;
}
