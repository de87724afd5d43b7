/* What the coarse clock costs: how old the times are that it gives, and what its thread uses. */
#ifndef BENCH_LATENCY_COARSE_H
#define BENCH_LATENCY_COARSE_H

#include "samples.h"

struct coarse {
    struct summary age_ns;
    double core_share; /* of one core, that its thread used; NAN: not to be had here */
};

/* Looks at it for some seconds, from a thread that has logged. 0, or -ENOMEM, or -EINVAL: the clock
 * is another one. */
int coarse_measure(struct coarse *coarse, double ns_per_tick);

#endif
