#include "samples.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int samples_init(struct samples *samples, size_t capacity)
{
    samples->ticks = calloc(capacity == 0 ? 1 : capacity, sizeof *samples->ticks);
    samples->count = 0;
    samples->capacity = capacity;
    return samples->ticks == NULL ? -ENOMEM : 0;
}

void samples_free(struct samples *samples)
{
    free(samples->ticks);
    samples->ticks = NULL;
}

static int by_value(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

double samples_median(const struct samples *samples, size_t first, size_t count)
{
    uint32_t *copy = malloc(count * sizeof *copy);
    if (copy == NULL || count == 0) {
        free(copy);
        return 0;
    }
    memcpy(copy, samples->ticks + first, count * sizeof *copy);
    qsort(copy, count, sizeof *copy, by_value);
    const double median = copy[(count - 1) / 2];
    free(copy);
    return median;
}

double samples_quantile(const struct samples *samples, double part, double scale, double base_ticks)
{
    if (samples->count == 0)
        return 0;
    size_t rank = (size_t)(part * (double)samples->count);
    if (rank >= samples->count)
        rank = samples->count - 1;
    const double ticks = samples->ticks[rank] - base_ticks;
    return ticks < 0 ? 0 : ticks * scale;
}

struct summary samples_summarise(struct samples *samples, double scale, double base_ticks)
{
    qsort(samples->ticks, samples->count, sizeof *samples->ticks, by_value);
    return (struct summary){
        .p50 = samples_quantile(samples, 0.5, scale, base_ticks),
        .p90 = samples_quantile(samples, 0.9, scale, base_ticks),
        .p99 = samples_quantile(samples, 0.99, scale, base_ticks),
        .p999 = samples_quantile(samples, 0.999, scale, base_ticks),
        .max = samples_quantile(samples, 1, scale, base_ticks),
    };
}
