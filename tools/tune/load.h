/* What a program logs, as its author tells it. */
#ifndef TUNE_LOAD_H
#define TUNE_LOAD_H

#include <stdbool.h>
#include <stdint.h>

struct load {
    double rate;             /* records a second, of each thread, all the time */
    double burst;            /* records that a thread logs at once, on top of that */
    double burst_rate;       /* records a second in it; 0: back to back */
    uint64_t argument_bytes; /* of a record */
    unsigned threads;
    double stall_ms; /* the writer's write(2) may hang so long, and no call shall wait */
    double delay_ms; /* from the call until the line is in the file */
    bool binary;     /* where it goes: a binary log, or text */
    bool reserve;    /* reserve_for_warnings */
};

#endif
