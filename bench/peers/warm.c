#include "warm.h"

#include <time.h>

/* For the peer's own threads to be done with a message. */
#define SETTLE_NS 1500

void warm_up(enum peer_message message, const struct columns *columns, unsigned count)
{
    peer_loops[message].log(columns, 0, count);
    const uint64_t settle_ns = (uint64_t)count * SETTLE_NS;
    const struct timespec settle = {(time_t)(settle_ns / 1000000000),
                                    (long)(settle_ns % 1000000000)};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &settle, NULL);
}
