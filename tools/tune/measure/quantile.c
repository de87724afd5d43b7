#include "measure/quantile.h"

#include <math.h>
#include <stdlib.h>

bool samples_add(struct samples *samples, double value)
{
    if (samples->count == samples->capacity) {
        const size_t capacity = samples->capacity == 0 ? 1024 : samples->capacity * 2;
        double *values = realloc(samples->values, capacity * sizeof *values);
        if (values == NULL)
            return false;
        samples->values = values;
        samples->capacity = capacity;
    }
    samples->values[samples->count++] = value;
    return true;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void samples_sort(struct samples *samples)
{
    if (samples->count != 0)
        qsort(samples->values, samples->count, sizeof *samples->values, by_value);
}

double samples_quantile(const struct samples *samples, double part)
{
    if (samples->count == 0)
        return 0;
    const double rank = ceil(part * (double)samples->count - 1e-9);
    const size_t place = rank < 1 ? 0 : (size_t)rank - 1;
    return samples->values[place < samples->count ? place : samples->count - 1];
}

void samples_free(struct samples *samples)
{
    free(samples->values);
    *samples = (struct samples){.values = NULL};
}
