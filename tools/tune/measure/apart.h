/* A measurement in a process of its own: its rings, counts and threads are nobody else's, and what
 * one leaves behind does not show in the next. */
#ifndef TUNE_MEASURE_APART_H
#define TUNE_MEASURE_APART_H

#include <stdbool.h>
#include <stddef.h>

#define APART_WHY_BYTES 256

/* In the child. True: *result is filled in. False: `why` is. */
typedef bool (*apart_work)(const void *task, void *result, char why[APART_WHY_BYTES]);

/* Runs it and takes its result over. The caller has a single thread. */
bool apart_run(apart_work work, const void *task, void *result, size_t bytes,
               char why[APART_WHY_BYTES]);

#endif
