/* What comes before a measurement. */
#ifndef BENCH_PEERS_WARM_H
#define BENCH_PEERS_WARM_H

#include "peer.h"

/* Logs so many messages: call sites are known, queues have been gone around, their pages are there.
 * Returns when the peer's own threads have had time for them. */
void warm_up(enum peer_message message, const struct columns *columns, unsigned count);

#endif
