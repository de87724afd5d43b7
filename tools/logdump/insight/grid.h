/* Something for each piece of time, of times that are not known beforehand: pieces become wider as
 * the time between the first and the last of them grows, and memory stays what it was. */
#ifndef LOGDUMP_INSIGHT_GRID_H
#define LOGDUMP_INSIGHT_GRID_H

#include <stddef.h>
#include <stdint.h>

/* With so many, the widest pieces cover every 64-bit time. */
#define GRID_LEAST_CAPACITY 240

struct grid {
    char *elements; /* of the pieces from `first` on; all zeros is empty */
    size_t element_bytes;
    size_t capacity, count;
    int64_t first; /* the piece [first * width_ns, (first + 1) * width_ns) */
    int64_t width_ns;
    size_t rung;
    void (*merge)(void *into, void *from); /* `from` is overwritten with zeros behind it */
};

void grid_begin(struct grid *grid, size_t capacity, size_t element_bytes,
                void (*merge)(void *into, void *from));

/* The piece in which that time is. */
void *grid_at(struct grid *grid, int64_t time_ns);

/* The number-th piece from the first one on. */
void *grid_element(const struct grid *grid, size_t number);

/* The elements are the caller's to take apart before. */
void grid_free(struct grid *grid);

/* ---- widths that people like ---- */

/* The least of these widths that is at least so wide, and a multiple of `unit_ns` (one of them). */
int64_t grid_nice_width(int64_t least_ns, int64_t unit_ns);

/* Rounded down, also below 0. */
int64_t floor_divide(int64_t a, int64_t b);

#endif
