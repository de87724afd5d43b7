/* Threads that log beside the one whose calls are timed. */
#ifndef BENCH_PEERS_BESIDE_H
#define BENCH_PEERS_BESIDE_H

#include "peer.h"

struct beside;

/* So many threads, on any core, which warm up and then log bursts with pauses between them. NULL:
 * some could not be started, which has been said. */
struct beside *beside_start(unsigned threads, enum peer_message message,
                            const struct columns *columns, unsigned warm, unsigned pause_us);

/* Returns when all have ended. */
void beside_stop(struct beside *beside);

#endif
