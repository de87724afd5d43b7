/* The writer's sleep and what ends it.
 *
 * The writer always sleeps with a time-out: ordinary records wait for it. Who cannot wait (ERROR
 * and above, flush, a producer that finds its ring full) leaves a reason and then looks whether the
 * writer sleeps; the writer says that it sleeps and then looks for reasons. Both are sequentially
 * consistent, so one of the two sees the other. The locked instruction that this costs is paid by
 * those calls alone.
 */
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
