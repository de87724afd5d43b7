/* Records that tell how long they took into the file. */
#ifndef TUNE_MEASURE_PROBE_H
#define TUNE_MEASURE_PROBE_H

#include "measure/quantile.h"

#include <stdbool.h>
#include <stdint.h>

struct probe {
    int64_t oldest_ns;      /* of a batch; the writer's */
    bool counts;            /* whether they do just now; atomic, relaxed */
    struct samples late_us; /* the writer's until the library is shut down */
};

/* Attaches a handler to the logger of this name, whose records go on to where others go. After the
 * handlers of those, so that it is asked behind them when a batch ends. 0 or a negative errno. */
int probe_new(struct probe *probe, const char *name);

void probe_set_counts(struct probe *probe, bool counts);

#endif
