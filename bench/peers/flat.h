/* Flat out: as many messages as there is time for, until the last is in the file. */
#ifndef BENCH_PEERS_FLAT_H
#define BENCH_PEERS_FLAT_H

#include "peer.h"

struct flat_plan {
    enum peer_message message;
    struct columns columns;
    unsigned count; /* of messages, all threads together */
    unsigned warm;  /* messages of each thread before that */
    unsigned threads;
};

struct flat_result {
    double seconds;      /* from the first call until all is in the file */
    double call_seconds; /* until the last call returned */
    double cpu_seconds;  /* of all threads */
    double caller_cpu_seconds;
};

/* Calls peer_finish(). 0, or -1 having said why. */
int measure_flat(const struct flat_plan *plan, struct flat_result *result);

#endif
