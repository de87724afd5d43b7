/* LTTng's user space tracer: buffers in shared memory, one for each core, that a daemon writes to a
 * folder of CTF. */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "lttng_events.h"
#include "lttng_session.h"

#include <stdio.h>
#include <time.h>

#define PEER_LOG_STATIC()               lttng_ust_tracepoint(bench, static_text)
#define PEER_LOG_STRING(a)              lttng_ust_tracepoint(bench, string, a)
#define PEER_LOG_INT(a)                 lttng_ust_tracepoint(bench, one_int, a)
#define PEER_LOG_TWO_INTS(a, b)         lttng_ust_tracepoint(bench, two_ints, a, b)
#define PEER_LOG_DOUBLE(a)              lttng_ust_tracepoint(bench, one_double, a)
#define PEER_LOG_COMPLEX(a, b, c, d, e) lttng_ust_tracepoint(bench, complex, a, b, c, d, e)
#define PEER_LOG_IID(a, b, c)           lttng_ust_tracepoint(bench, iid, a, b, c)
#define PEER_LOG_SIID(a, b, c, d)       lttng_ust_tracepoint(bench, siid, a, b, c, d)
#include "calls.h"

/* How long the daemon may take to tell this program that its events are wanted. */
#define ENABLE_TRIES 500
#define TRY_NS       10000000

const char *const peer_variants[] = {"ctf", NULL};

int peer_start(const struct peer_options *options)
{
    if (lttng_session_start(options) < 0)
        return -1;
    for (int tries = 0; tries < ENABLE_TRIES; tries++) {
        if (lttng_ust_tracepoint_enabled(bench, siid))
            return 0;
        clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = TRY_NS}, NULL);
    }
    fputs("LTTng: the events are never enabled\n", stderr);
    return -1;
}

void peer_thread_start(void)
{
}

void peer_thread_end(void)
{
}

int peer_finish(void)
{
    return lttng_session_stop();
}

double peer_cpu_elsewhere(void)
{
    return lttng_session_cpu();
}
