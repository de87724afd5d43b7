/* Where measurements write to: a file that nobody sees, and that is gone with the process. */
#ifndef TUNE_MEASURE_TARGET_H
#define TUNE_MEASURE_TARGET_H

#include "measure/apart.h"

#include <ringlog/handlers.h>
#include <stdbool.h>

/* A disk that is full keeps the library trying: after so long it is an error. */
#define FLUSH_MS 30000

struct target {
    const char *folder; /* NULL: /dev/null */
    bool binary;
};

/* A handler that writes there on the writer's thread, as files do. Lines have time, level and
 * logger. */
bool target_open(const struct target *target, ringlog_handler **handler, char why[APART_WHY_BYTES]);

/* A descriptor of such a file; -1: `why`. */
int target_open_plain(const struct target *target, char why[APART_WHY_BYTES]);

/* What the library says of its last failure. Always false. */
bool target_failed(const char *what, char why[APART_WHY_BYTES]);

#endif
