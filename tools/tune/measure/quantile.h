/* Order statistics of what was measured. */
#ifndef TUNE_MEASURE_QUANTILE_H
#define TUNE_MEASURE_QUANTILE_H

#include <stdbool.h>
#include <stddef.h>

struct samples {
    double *values;
    size_t count, capacity;
};

/* False: there is no memory for it. */
bool samples_add(struct samples *samples, double value);

void samples_sort(struct samples *samples);

/* Of sorted samples; part: 0 to 1, the nearest rank. 0 when there are none. */
double samples_quantile(const struct samples *samples, double part);

void samples_free(struct samples *samples);

#endif
