/* A tracing session of LTTng's daemon, and the daemon where none runs. */
#ifndef BENCH_PEERS_LTTNG_SESSION_H
#define BENCH_PEERS_LTTNG_SESSION_H

#include "peer.h"

/* Traces the events "bench:*" with their thread's id into the folder options->path: buffers of
 * ring_bytes a core, and who finds them full waits. Ends at exit. 0, or -1 having said why. */
int lttng_session_start(const struct peer_options *options);

/* Returns when all is in the folder. */
int lttng_session_stop(void);

/* CPU seconds that LTTng's consumer has taken. */
double lttng_session_cpu(void);

#endif
