/* Where measurements write to: a file that nobody sees, and that is gone with the process. */
#ifndef TUNE_MEASURE_TARGET_H
#define TUNE_MEASURE_TARGET_H

#include "measure/apart.h"

#include <ringlog/handlers.h>
#include <stdbool.h>

/* What takes longer hangs. */
#define FLUSH_MS 30000

struct target {
    const char *folder; /* NULL: /dev/null */
    bool binary;
};

/* A handler that writes there on the writer's thread, as files do. Lines have time, level and
 * logger. *fd: the file, to be emptied now and then; -1: there is none. */
bool target_open(const struct target *target, ringlog_handler **handler, int *fd,
                 char why[APART_WHY_BYTES]);

/* For struct ringlog_options: notes the first error of a handler. */
void target_note_error(const char *message, void *context);

/* Whether there was one; then `why`. A disk that is full keeps the library trying for ever. */
bool target_has_error(char why[APART_WHY_BYTES]);

/* Waits until all is written. False: it cannot be. */
bool target_flush(char why[APART_WHY_BYTES]);

/* A descriptor of such a file; -1: `why`. */
int target_open_plain(const struct target *target, char why[APART_WHY_BYTES]);

/* What the library says of its last failure. Always false. */
bool target_failed(const char *what, char why[APART_WHY_BYTES]);

#endif
