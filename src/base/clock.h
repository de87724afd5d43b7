/* From ticks of the records' clock to the time of day.
 *
 * The counter is tied to CLOCK_MONOTONIC by pairs of readings, taken now and again: between two
 * pairs time runs at a measured rate, and a small error is worked off over the next stretch, so
 * that converted times never jump back. The distance from CLOCK_MONOTONIC to CLOCK_REALTIME is
 * read with each pair: a step of the wall clock shows in the records made after it was noticed. */
#ifndef RL_BASE_CLOCK_H
#define RL_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct rl_clock {
    bool ticks_are_ns; /* the clock is CLOCK_MONOTONIC itself */
    double ns_per_tick;
    /* The stretch that conversion starts from. */
    uint64_t ticks;
    int64_t monotonic_ns;
    int64_t wall_offset_ns; /* CLOCK_REALTIME - CLOCK_MONOTONIC */
    /* The counter and CLOCK_MONOTONIC at one moment, and the counter's rate: for ticks of the clock
     * that this one is not. */
    uint64_t tied_ticks;
    int64_t tied_ns;
    double tied_ns_per_tick;
};

/* Whether the counter runs at one rate, whatever the processor's speed and sleep. */
bool rl_counter_is_steady(void);

void rl_clock_init(struct rl_clock *clock, bool ticks_are_ns);

/* Takes a new pair if the last one is older than a tenth of a second. */
void rl_clock_sync(struct rl_clock *clock, uint64_t now_ticks);

/* CLOCK_MONOTONIC at a tick. */
static inline int64_t rl_clock_monotonic_ns(const struct rl_clock *clock, uint64_t ticks)
{
    if (clock->ticks_are_ns)
        return (int64_t)ticks;
    const double since = (double)(int64_t)(ticks - clock->ticks);
    return clock->monotonic_ns + (int64_t)(since * clock->ns_per_tick);
}

/* Time of day of a tick, ns since the epoch. */
static inline int64_t rl_clock_wall_ns(const struct rl_clock *clock, uint64_t ticks)
{
    return rl_clock_monotonic_ns(clock, ticks) + clock->wall_offset_ns;
}

/* The ticks of this clock at the moment for which the other one, the counter or CLOCK_MONOTONIC,
 * had `ticks`. */
uint64_t rl_clock_translate(const struct rl_clock *clock, uint64_t ticks);

uint64_t rl_clock_ticks(const struct rl_clock *clock, int64_t ns);
int64_t rl_clock_ns(const struct rl_clock *clock, uint64_t ticks);

#endif
