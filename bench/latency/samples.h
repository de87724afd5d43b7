/* What one subject's measurements come to. */
#ifndef BENCH_LATENCY_SAMPLES_H
#define BENCH_LATENCY_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/* In ticks, in the order of the run until summarised, then sorted. */
struct samples {
    uint32_t *ticks;
    size_t count;
    size_t capacity;
};

struct summary {
    double p50, p90, p99, p999, max; /* ns a call */
};

/* 0 or -ENOMEM. */
int samples_init(struct samples *samples, size_t capacity);
void samples_free(struct samples *samples);

static inline void samples_add(struct samples *samples, uint32_t ticks)
{
    if (samples->count < samples->capacity)
        samples->ticks[samples->count++] = ticks;
}

/* Median of a part of samples that are still in the order of the run; 0 when it is empty. */
double samples_median(const struct samples *samples, size_t first, size_t count);

/* Sorts. Nearest rank; `scale` turns ticks into ns a call, `base_ticks` are taken off first. */
struct summary samples_summarise(struct samples *samples, double scale, double base_ticks);

/* Of sorted samples; `part` in [0, 1]. */
double samples_quantile(const struct samples *samples, double part, double scale,
                        double base_ticks);

#endif
