/* How many records of each kind of level there were, over time. */
#ifndef LOGDUMP_INSIGHT_TIMELINE_H
#define LOGDUMP_INSIGHT_TIMELINE_H

#include "insight/grid.h"
#include "item.h"

enum level_class {
    CLASS_DEBUG, /* below INFO */
    CLASS_INFO,
    CLASS_WARNING,
    CLASS_ERROR,
    CLASS_CRITICAL,
    CLASS_COUNT
};

/* A piece of time. */
struct moment {
    uint64_t records[CLASS_COUNT];
    uint64_t lost;
};

enum level_class level_class_of(int level);

/* Of `struct moment`. */
void timeline_begin(struct grid *grid);
void timeline_take(struct grid *grid, const struct item *item);

uint64_t moment_records(const struct moment *moment);
void moment_merge(void *into, void *from);

#endif
