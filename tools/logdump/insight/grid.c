#include "insight/grid.h"

#include "output/out.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define US     INT64_C(1000)
#define MS     (1000 * US)
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Each divides the next, so that pieces can be put together. */
static const int64_t rungs[] = {
    US,         5 * US,      10 * US,   50 * US,   100 * US,   500 * US,   MS,          5 * MS,
    10 * MS,    50 * MS,     100 * MS,  500 * MS,  SECOND,     5 * SECOND, 15 * SECOND, MINUTE,
    5 * MINUTE, 15 * MINUTE, HOUR,      3 * HOUR,  6 * HOUR,   12 * HOUR,  DAY,         5 * DAY,
    10 * DAY,   50 * DAY,    100 * DAY, 500 * DAY, 1000 * DAY,
};
#define RUNGS (sizeof rungs / sizeof *rungs)

int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t grid_nice_width(int64_t least_ns, int64_t unit_ns)
{
    /* Four of the widest are all of time. */
    static const int64_t nice[] = {
        US,          2 * US,       5 * US,      10 * US,    20 * US,    50 * US,     100 * US,
        200 * US,    500 * US,     MS,          2 * MS,     5 * MS,     10 * MS,     20 * MS,
        50 * MS,     100 * MS,     200 * MS,    500 * MS,   SECOND,     2 * SECOND,  5 * SECOND,
        10 * SECOND, 15 * SECOND,  30 * SECOND, MINUTE,     2 * MINUTE, 5 * MINUTE,  10 * MINUTE,
        15 * MINUTE, 30 * MINUTE,  HOUR,        2 * HOUR,   3 * HOUR,   6 * HOUR,    12 * HOUR,
        DAY,         2 * DAY,      5 * DAY,     10 * DAY,   20 * DAY,   50 * DAY,    100 * DAY,
        200 * DAY,   500 * DAY,    1000 * DAY,  2000 * DAY, 5000 * DAY, 10000 * DAY, 20000 * DAY,
        50000 * DAY, 100000 * DAY,
    };
    const size_t count = sizeof nice / sizeof *nice;
    size_t i = 0;
    while (i < count - 1 && (nice[i] < least_ns || nice[i] % unit_ns != 0))
        i++;
    return nice[i];
}

void grid_begin(struct grid *grid, size_t capacity, size_t element_bytes,
                void (*merge)(void *into, void *from))
{
    *grid = (struct grid){
        .element_bytes = element_bytes,
        .capacity = capacity < GRID_LEAST_CAPACITY ? GRID_LEAST_CAPACITY : capacity,
        .width_ns = rungs[0],
        .merge = merge,
    };
    grid->elements = must_have(calloc(grid->capacity, element_bytes));
}

void *grid_element(const struct grid *grid, size_t number)
{
    return grid->elements + number * grid->element_bytes;
}

/* Onto the next rung. */
static void widen(struct grid *grid)
{
    const int64_t factor = rungs[grid->rung + 1] / rungs[grid->rung];
    const int64_t first = floor_divide(grid->first, factor);
    for (size_t i = 0; i < grid->count; i++) {
        const size_t to = (size_t)(floor_divide(grid->first + (int64_t)i, factor) - first);
        if (to == i)
            continue;
        grid->merge(grid_element(grid, to), grid_element(grid, i));
        memset(grid_element(grid, i), 0, grid->element_bytes);
    }
    if (grid->count != 0)
        grid->count =
            (size_t)(floor_divide(grid->first + (int64_t)grid->count - 1, factor) - first) + 1;
    grid->first = first;
    grid->width_ns = rungs[++grid->rung];
}

/* Pieces from `first` on, in front of those that are there. */
static void begin_earlier(struct grid *grid, int64_t first)
{
    const size_t by = (size_t)(grid->first - first);
    memmove(grid_element(grid, by), grid->elements, grid->count * grid->element_bytes);
    memset(grid->elements, 0, by * grid->element_bytes);
    grid->count += by;
    grid->first = first;
}

void *grid_at(struct grid *grid, int64_t time_ns)
{
    for (;;) {
        const int64_t piece = floor_divide(time_ns, grid->width_ns);
        if (grid->count == 0)
            grid->first = piece;
        const int64_t first = piece < grid->first ? piece : grid->first;
        const int64_t last = grid->first + (int64_t)grid->count - 1;
        if ((uint64_t)(piece > last ? piece : last) - (uint64_t)first < grid->capacity) {
            if (piece < grid->first)
                begin_earlier(grid, piece);
            if (piece > last)
                grid->count = (size_t)(piece - grid->first) + 1;
            return grid_element(grid, (size_t)(piece - grid->first));
        }
        widen(grid);
    }
}

void grid_free(struct grid *grid)
{
    free(grid->elements);
    *grid = (struct grid){0};
}
