/* The door to the operating system: what has no portable name. All signal-safe. */
#ifndef RL_BASE_OS_H
#define RL_BASE_OS_H

#include "base/export.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Sleeps while *word == expected, at most timeout_ns (< 0: no limit). Wakes for no reason at
 * times. Not a cancellation point. */
void rl_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns);
void rl_futex_wake(uint32_t *word, int count);

/* After this, every thread of the process has executed a full barrier: a plain store of theirs
 * that came before is visible, and what they load after it is fresh. false: not to be had here;
 * who sleeps must then do so with a time-out (and does, always). */
bool rl_membarrier(void);
void rl_membarrier_register(void);

/* Zeroed private pages that a fork child finds zeroed again (MADV_WIPEONFORK; also after _Fork and
 * clone, where pthread_atfork handlers do not run). NULL without memory. */
void *rl_map_wiped(size_t bytes);

/* Zeroed private pages, inherited by fork children, which take memory only where they are touched.
 * NULL without memory. */
void *rl_map_sparse(size_t bytes);

/* Shared pages: `front` bytes, then `bytes`, then the same `bytes` again. Not inherited by fork
 * children. NULL without memory. Needs no descriptor, so that a process that has run out of them
 * can still log. */
void *rl_map_double(size_t front, size_t bytes);
/* Takes the page faults of a mapping now, without changing its bytes. Where the kernel cannot
 * (before Linux 5.14) they come later, one by one. */
void rl_populate(void *map, size_t bytes);
void rl_unmap(void *map, size_t bytes);

pid_t rl_tid(void);

RL_SHARED int64_t rl_monotonic_ns(void);

/* The time of day, ns since the epoch, that records and files go by: CLOCK_REALTIME, unless
 * rl_set_wall_clock() put another in its place (kept for ever by the caller; NULL: back again). */
struct rl_wall_clock {
    int64_t (*now)(void *context);
    void *context;
};
RL_SHARED int64_t rl_wall_ns(void);
void rl_set_wall_clock(const struct rl_wall_clock *clock);

size_t rl_round_up_power_of_two(size_t value);

#endif
