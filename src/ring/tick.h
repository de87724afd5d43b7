/* The coarse clock: a word that a thread of the library sets to the time, again and again. Reading
 * it costs a load; what it says is as old as that thread's last turn.
 *
 * The word lies on a page that a fork child finds zeroed, without a thread: the child's first
 * record starts its own. */
#ifndef RL_RING_TICK_H
#define RL_RING_TICK_H

#include <stdbool.h>
#include <stdint.h>

/* Where the time is kept, for the producers; atomic. Never NULL. Signal-safe. */
const uint64_t *rl_tick(void);

/* What it says; 0: nothing yet. Signal-safe. */
static inline uint64_t rl_tick_read(void)
{
    /* Relaxed: a time, and nothing else hangs on it. */
    return __atomic_load_n(rl_tick(), __ATOMIC_RELAXED);
}

/* Starts the thread, after a first time: of CLOCK_MONOTONIC or of the counter. 0 or a negative
 * errno. By one thread at a time, as what follows. */
int rl_tick_start(bool monotonic, int64_t period_ns);

/* Ends it, if it runs. The word keeps its last time. */
void rl_tick_stop(void);

#endif
