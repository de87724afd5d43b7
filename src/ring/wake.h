/* The writer's sleep and what ends it.
 *
 * The writer always sleeps with a time-out, so a wake-up that is lost costs a flush interval, not
 * a record. None is lost where membarrier(2) works: the writer says that it sleeps, makes every
 * thread pass a barrier, and looks at the rings once more; whoever publishes after that look sees
 * that it sleeps. So a producer needs no fence. */
#ifndef RL_RING_WAKE_H
#define RL_RING_WAKE_H

#include <stdbool.h>
#include <stdint.h>

enum rl_wake_reason {
    RL_WAKE_URGENT = 1,   /* ERROR or above: write now, whatever the window */
    RL_WAKE_PRESSURE = 2, /* a ring fills up */
    RL_WAKE_REQUEST = 4,  /* flush, shutdown, configuration */
};

/* Any thread, signal-safe: at most one system call, and none while the writer is awake. */
void rl_wake(enum rl_wake_reason reason);

/* Writer: what it was woken for since the last call. */
uint32_t rl_wake_reasons(void);

/* Writer: about to sleep. Afterwards it looks at everything once more, then either sleeps or calls
 * rl_wake_cancel(). */
void rl_wake_prepare(void);
void rl_wake_cancel(void);
void rl_wake_sleep(int64_t timeout_ns);

#endif
