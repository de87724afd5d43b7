/* The measurements, each in about `seconds`. False: *why tells what went wrong. */
#ifndef TUNE_MEASURE_MEASURE_H
#define TUNE_MEASURE_MEASURE_H

#include "machine.h"
#include "measure/target.h"

#include <stdint.h>

struct task {
    double seconds;
    uint64_t argument_bytes;
    struct target target;
    double sleep_us;
};

/* ---- in a process of their own: apart_run() ---- */

/* What a log call costs, back to back, the writer taking the records in between. To a double: ns.
 */
bool measure_calls(const void *task, void *call_ns, char why[APART_WHY_BYTES]);

/* How fast the writer empties full rings into the target. To a struct drain. */
bool measure_drain(const void *task, void *drain, char why[APART_WHY_BYTES]);

/* How late sleeps of sleep_us end. To a struct lateness. */
bool measure_wakes(const void *task, void *lateness, char why[APART_WHY_BYTES]);

/* How long write(2) takes there. To a struct writes. */
bool measure_writes(const void *task, void *writes, char why[APART_WHY_BYTES]);

#endif
