#include "insight/sketch.h"

#include "output/out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From a power of two to the next. */
#define PAGE_BUCKETS 64
/* Exponents of doubles are above that. */
#define EXPONENT_BIAS 2000
/* Of all sketches together; a page is half a KiB. Real numbers need a few each: this is a bound
 * for what somebody made up. */
#define MOST_PAGES 200000

struct sketch_page {
    int key; /* exponent and sign, in the order of numbers; never 0 */
    uint64_t *counts;
};

static size_t pages_made;

/* ---- pages ---- */

/* The first one that is not below. */
static size_t find(const struct sketch *sketch, int key)
{
    size_t low = 0, high = sketch->page_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (sketch->pages[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint64_t *insert(struct sketch *sketch, size_t at, int key)
{
    if (pages_made == MOST_PAGES)
        return NULL;
    pages_made++;
    sketch->pages =
        must_have(reallocarray(sketch->pages, sketch->page_count + 1, sizeof *sketch->pages));
    memmove(sketch->pages + at + 1, sketch->pages + at,
            (sketch->page_count - at) * sizeof *sketch->pages);
    sketch->page_count++;
    uint64_t *counts = must_have(calloc(PAGE_BUCKETS, sizeof *counts));
    sketch->pages[at] = (struct sketch_page){key, counts};
    return counts;
}

/* The counts of a page; NULL: there cannot be any more. */
static uint64_t *counts_of(struct sketch *sketch, int key)
{
    if (sketch->page_at < sketch->page_count && sketch->pages[sketch->page_at].key == key)
        return sketch->pages[sketch->page_at].counts;
    const size_t at = sketch->page_at = find(sketch, key);
    if (at < sketch->page_count && sketch->pages[at].key == key)
        return sketch->pages[at].counts;
    return insert(sketch, at, key);
}

static void place(struct sketch *sketch, long double number)
{
    if (number == 0) {
        sketch->zeros++;
        return;
    }
    int exponent;
    const long double fraction = frexpl(fabsl(number), &exponent);
    const int key = number < 0 ? -(exponent + EXPONENT_BIAS) : exponent + EXPONENT_BIAS;
    uint64_t *counts = counts_of(sketch, key);
    if (counts == NULL)
        sketch->unplaced++;
    else
        counts[(size_t)((fraction - 0.5L) * 2 * PAGE_BUCKETS)]++;
}

static void leave_exactness(struct sketch *sketch)
{
    for (size_t i = 0; i < sketch->exact_count; i++)
        place(sketch, sketch->exact[i]);
    free(sketch->exact);
    sketch->exact = NULL;
    sketch->exact_count = sketch->exact_capacity = 0;
}

bool sketch_is_exact(const struct sketch *sketch)
{
    return sketch->count == sketch->exact_count;
}

/* ---- numbers ---- */

static void keep(struct sketch *sketch, long double number)
{
    if (sketch->exact_count == sketch->exact_capacity) {
        sketch->exact_capacity = sketch->exact_capacity == 0 ? 4 : sketch->exact_capacity * 2;
        sketch->exact =
            must_have(reallocarray(sketch->exact, sketch->exact_capacity, sizeof *sketch->exact));
    }
    sketch->exact[sketch->exact_count++] = number;
}

static void stretch(struct sketch *sketch, long double least, long double most)
{
    if (sketch->count == 0 || least < sketch->least)
        sketch->least = least;
    if (sketch->count == 0 || most > sketch->most)
        sketch->most = most;
}

void sketch_add(struct sketch *sketch, long double number)
{
    if (!isfinite(number)) {
        sketch->not_finite++;
        return;
    }
    if (sketch_is_exact(sketch) && sketch->count == SKETCH_EXACT)
        leave_exactness(sketch);
    const bool exact = sketch_is_exact(sketch);
    number += 0; /* there is one zero */
    stretch(sketch, number, number);
    sketch->sum += number;
    sketch->fractions |= number != floorl(number);
    sketch->count++;
    if (exact)
        keep(sketch, number);
    else
        place(sketch, number);
}

static void add_pages(struct sketch *into, const struct sketch *from)
{
    for (size_t i = 0; i < from->page_count; i++) {
        uint64_t *counts = counts_of(into, from->pages[i].key);
        for (size_t k = 0; k < PAGE_BUCKETS; k++)
            if (counts != NULL)
                counts[k] += from->pages[i].counts[k];
            else
                into->unplaced += from->pages[i].counts[k];
    }
}

void sketch_merge(void *into, void *from)
{
    struct sketch *sum = into, *more = from;
    if (sketch_is_exact(more)) {
        for (size_t i = 0; i < more->exact_count; i++)
            sketch_add(sum, more->exact[i]);
    } else {
        if (sketch_is_exact(sum))
            leave_exactness(sum);
        stretch(sum, more->least, more->most);
        sum->count += more->count;
        sum->sum += more->sum;
        sum->fractions |= more->fractions;
        sum->zeros += more->zeros;
        sum->unplaced += more->unplaced;
        add_pages(sum, more);
    }
    sum->not_finite += more->not_finite;
    sketch_free(more);
}

void sketch_free(struct sketch *sketch)
{
    for (size_t i = 0; i < sketch->page_count; i++)
        free(sketch->pages[i].counts);
    pages_made -= sketch->page_count;
    free(sketch->pages);
    free(sketch->exact);
    *sketch = (struct sketch){0};
}

/* ---- what they come to ---- */

static int by_size(const void *a, const void *b)
{
    const long double one = *(const long double *)a, two = *(const long double *)b;
    return (one > two) - (one < two);
}

static void each_of_page(const struct sketch_page *page,
                         void (*take)(void *context, long double low, long double high,
                                      uint64_t count),
                         void *context)
{
    const bool negative = page->key < 0;
    const int exponent = abs(page->key) - EXPONENT_BIAS;
    for (int i = 0; i < PAGE_BUCKETS; i++) {
        const int bucket = negative ? PAGE_BUCKETS - 1 - i : i;
        if (page->counts[bucket] == 0)
            continue;
        const long double near = ldexpl(0.5L + bucket / (2.0L * PAGE_BUCKETS), exponent);
        const long double far = ldexpl(0.5L + (bucket + 1) / (2.0L * PAGE_BUCKETS), exponent);
        take(context, negative ? -far : near, negative ? -near : far, page->counts[bucket]);
    }
}

void sketch_each(struct sketch *sketch,
                 void (*take)(void *context, long double low, long double high, uint64_t count),
                 void *context)
{
    if (sketch->exact_count != 0)
        qsort(sketch->exact, sketch->exact_count, sizeof *sketch->exact, by_size);
    for (size_t i = 0; i < sketch->exact_count; i++)
        take(context, sketch->exact[i], sketch->exact[i], 1);
    const size_t positive = find(sketch, 0);
    for (size_t i = 0; i < positive; i++)
        each_of_page(&sketch->pages[i], take, context);
    if (sketch->zeros != 0)
        take(context, 0, 0, sketch->zeros);
    for (size_t i = positive; i < sketch->page_count; i++)
        each_of_page(&sketch->pages[i], take, context);
}

struct search {
    uint64_t left; /* so many are to be passed over */
    bool found, whole;
    long double number;
};

static void pass(void *context, long double low, long double high, uint64_t count)
{
    struct search *search = context;
    if (search->found)
        return;
    if (search->left > count) {
        search->left -= count;
        return;
    }
    search->found = true;
    search->number = (low + high) / 2;
    /* The one in the middle of the whole numbers in it. Those of a bucket below 0 are in
     * (low, high]: that one's bounds are open at the other side. */
    if (search->whole && low != high)
        search->number = low >= 0 ? floorl((ceill(low) + ceill(high) - 1) / 2)
                                  : ceill((floorl(low) + 1 + floorl(high)) / 2);
}

long double sketch_quantile(struct sketch *sketch, double quantile)
{
    const uint64_t placed = sketch->count - sketch->unplaced;
    uint64_t rank = (uint64_t)ceil(quantile * (double)placed - 1e-9);
    rank = rank == 0 ? 1 : rank;
    if (rank >= placed)
        return sketch->most;
    struct search search = {.left = rank, .whole = !sketch->fractions};
    sketch_each(sketch, pass, &search);
    const long double number = search.number < sketch->least ? sketch->least : search.number;
    return number > sketch->most ? sketch->most : number;
}

/* ---- along a logarithmic axis ---- */

struct axis {
    long double unit; /* across 0: what is nearer to it is as on a linear axis; 0: a logarithm */
    long double begin, length;
    uint64_t *counts;
    size_t bins;
};

static void note_nearest(void *context, long double low, long double high, uint64_t count)
{
    struct axis *axis = context;
    const long double size = fabsl((low + high) / 2);
    (void)count;
    if (size != 0 && (axis->unit == 0 || size < axis->unit))
        axis->unit = size;
}

static long double to_axis(const struct axis *axis, long double number)
{
    if (axis->unit == 0)
        return logl(number);
    return copysignl(log1pl(fabsl(number) / axis->unit), number);
}

static long double from_axis(const struct axis *axis, long double at)
{
    if (axis->unit == 0)
        return expl(at);
    return copysignl(expm1l(fabsl(at)) * axis->unit, at);
}

static void share_out(void *context, long double low, long double high, uint64_t count)
{
    struct axis *axis = context;
    const long double part = (to_axis(axis, (low + high) / 2) - axis->begin) / axis->length;
    const long double bin = part * (long double)axis->bins;
    const size_t last = axis->bins - 1;
    axis->counts[bin < 0 ? 0 : bin > (long double)last ? last : (size_t)bin] += count;
}

void sketch_bins(struct sketch *sketch, size_t bins, uint64_t *counts, long double *bounds)
{
    struct axis axis = {.counts = counts, .bins = bins};
    memset(counts, 0, bins * sizeof *counts);
    if (sketch->count != 0 && sketch->least <= 0)
        sketch_each(sketch, note_nearest, &axis);
    if (sketch->least <= 0 && axis.unit == 0)
        axis.unit = 1; /* nothing but zeros */
    axis.begin = to_axis(&axis, sketch->least);
    axis.length = to_axis(&axis, sketch->most) - axis.begin;
    if (!(axis.length > 0))
        axis.length = 1;
    sketch_each(sketch, share_out, &axis);
    for (size_t i = 0; bounds != NULL && i <= bins; i++)
        bounds[i] = from_axis(&axis, axis.begin + axis.length * (long double)i / (long double)bins);
}
