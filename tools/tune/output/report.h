/* What was found, for people and for programs. */
#ifndef TUNE_OUTPUT_REPORT_H
#define TUNE_OUTPUT_REPORT_H

#include "advise.h"
#include "machine.h"
#include "measure/check.h"
#include "options/options.h"

struct findings {
    const struct options *options;
    const struct machine *machine;
    const struct advice *advice; /* NULL: no load was described */
    const struct check *check;   /* NULL: it was not asked for */
    uint64_t checked_ring_bytes;
    uint32_t checked_flush_interval_us;
};

void report_text(const struct findings *findings);
void report_json(const struct findings *findings);

#endif
