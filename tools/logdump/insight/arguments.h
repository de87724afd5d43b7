/* Numbers that calls passed, call site by call site: --summary. */
#ifndef LOGDUMP_INSIGHT_ARGUMENTS_H
#define LOGDUMP_INSIGHT_ARGUMENTS_H

#include "insight/grid.h"
#include "insight/sketch.h"
#include "options/options.h"
#include "select/operand.h"

/* In place of a call site: all of them together. */
#define ALL_SITES SIZE_MAX

struct measured {
    size_t site; /* in figures.sites, or ALL_SITES */
    struct sketch sketch;
    struct grid over_time; /* of struct sketch; no elements: not wanted, or too many */
    uint64_t others;       /* values that are no numbers */
};

struct argument {
    const char *name;
    struct operand operand;
    struct measured *list; /* the first is that of all sites */
    size_t count;
    uint32_t *by_site; /* its place in `list`, 0: none yet */
    size_t site_count;
};

struct arguments {
    struct argument *list;
    size_t count;
    bool over_time;
    size_t grids; /* made so far */
};

void arguments_begin(struct arguments *arguments, const struct options *options, bool over_time);

/* `site`: what figures_take() said. */
void arguments_take(struct arguments *arguments, const struct item *item, size_t site);

/* Numbers of those in `list` that are call sites, most values first. free() it. */
size_t *arguments_sorted(const struct argument *argument);

/* Whether it means the same wherever it is: a field does, $1 does not. */
bool argument_is_common(const struct argument *argument);

void arguments_free(struct arguments *arguments);

#endif
