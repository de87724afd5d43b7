/* What ringlog_init() decided about rings; immutable once published. */
#ifndef RL_RING_SETTINGS_H
#define RL_RING_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rl_state {
    RL_EARLY,   /* before the first init: records wait */
    RL_RUNNING, /* a writer drains, or a fork child will start one with its first record */
    RL_STOPPED, /* after shutdown: nothing is taken */
};

struct rl_settings {
    size_t ring_bytes;
    uint64_t string_cap;
    uint32_t block_timeout_ms; /* 0: no limit */
    bool drop;                 /* a full ring drops instead of blocking */
    bool reserve;              /* an eighth is kept for WARNING and above */
    bool monotonic_clock;      /* every call goes out of line and reads clock_gettime() */
    bool coarse_clock; /* calls take the time from ring/tick.h instead */
    bool own_clock; /* so does it here: records carry the time that rl_wall_ns() gave at the call */
    enum rl_state state;
};

/* The settings in force; never NULL. Signal-safe. */
const struct rl_settings *rl_settings(void);

/* Publishes settings (kept for ever by the caller) and makes every producer look at them again
 * before its next record. */
void rl_settings_publish(const struct rl_settings *settings);

/* How often settings have been published: who stored a limit looks whether it is still the same,
 * and takes the limit back if not (edge revoke). */
uint32_t rl_settings_generation(void);

/* Sends the ring's producer to the slow path with its next record. */
struct rl_ring;
void rl_ring_revoke(struct rl_ring *ring);

#endif
