/* How numbers are distributed, in bounded memory.
 *
 * A few are kept as they are. More are counted in buckets, 64 between a power of two and the next,
 * as in HDR histograms: percentiles are then within SKETCH_ERROR of the number that is at that
 * place, relative to it, whatever its size. All zeros is an empty sketch. */
#ifndef LOGDUMP_INSIGHT_SKETCH_H
#define LOGDUMP_INSIGHT_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Half the width of a bucket, of its lower bound. */
#define SKETCH_ERROR (1.0 / 128)
/* So many are kept as they are. */
#define SKETCH_EXACT 128

struct sketch {
    uint64_t count; /* of numbers; those that are none, or not finite, are not among them */
    uint64_t not_finite;
    uint64_t unplaced; /* that found no bucket: memory is bounded */
    /* x86-64's has 64 bits, arm64's 112: integers up to 2^64 - 1 are what they were. */
    long double least, most, sum;
    bool fractions; /* there are others than whole numbers */
    long double *exact;
    size_t exact_count, exact_capacity;
    uint64_t zeros;
    struct sketch_page *pages; /* in the order of numbers; NULL: all are in `exact` */
    size_t page_count, page_at;
};

void sketch_add(struct sketch *sketch, long double number);

/* Empties `from`. Both are `struct sketch *`. */
void sketch_merge(void *into, void *from);

void sketch_free(struct sketch *sketch);

/* The number at that place of all, by the nearest rank: 0.5 is the median. The sketch is not
 * empty. */
long double sketch_quantile(struct sketch *sketch, double quantile);

/* All of it, from the least number to the largest. `count` of them are in [low, high), or equal to
 * both. */
void sketch_each(struct sketch *sketch,
                 void (*take)(void *context, long double low, long double high, uint64_t count),
                 void *context);

/* Whether percentiles are those of the numbers themselves. */
bool sketch_is_exact(const struct sketch *sketch);

/* ---- along a logarithmic axis ---- */

/* Shares the numbers out over `bins` of equal width on an axis from the least to the largest;
 * across 0 it is as a logarithm on either side. `bounds` (bins + 1) may be NULL. */
void sketch_bins(struct sketch *sketch, size_t bins, uint64_t *counts, long double *bounds);

#endif
