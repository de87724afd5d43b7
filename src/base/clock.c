#include "base/clock.h"

#include "base/os.h"
#include "ringlog/detail/arch.h"

#if defined(__x86_64__)
#    include <cpuid.h>
#endif

#define SYNC_NS       100000000 /* between two pairs */
#define JUMP_NS       1000000   /* an error this large is not worked off but taken at once */
#define FIRST_WAIT_NS 1000000   /* a rate wants pairs at least this far apart */

struct pair {
    uint64_t ticks;
    int64_t monotonic_ns;
};

/* Both clocks at one moment: the tightest of a few attempts. */
static struct pair read_pair(void)
{
    struct pair best = {0, 0};
    uint64_t best_width = UINT64_MAX;
    for (int i = 0; i < 5; i++) {
        const uint64_t before = ringlog_ticks_();
        const int64_t ns = rl_monotonic_ns();
        const uint64_t width = ringlog_ticks_() - before;
        if (width < best_width) {
            best_width = width;
            best = (struct pair){before + width / 2, ns};
        }
    }
    return best;
}

/* When the library was loaded: by the time of the first record the rate is known well. */
static struct pair first_pair;

__attribute__((constructor)) static void take_first_pair(void)
{
    first_pair = read_pair();
}

bool rl_counter_is_steady(void)
{
#if defined(__x86_64__)
    /* "Invariant TSC", AMD APM volume 3 and Intel SDM volume 2, CPUID 80000007h. */
    unsigned eax, ebx, ecx, edx = 0;
    return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) != 0 && (edx & 1u << 8) != 0;
#else
    return true; /* the generic timer's count always is */
#endif
}

static double rate_since_start(struct pair now)
{
    return (double)(now.monotonic_ns - first_pair.monotonic_ns) /
           (double)(now.ticks - first_pair.ticks);
}

static int64_t wall_offset(void)
{
    const int64_t before = rl_monotonic_ns();
    const int64_t wall = rl_wall_ns();
    const int64_t after = rl_monotonic_ns();
    return wall - (before + (after - before) / 2);
}

void rl_clock_init(struct rl_clock *clock, bool ticks_are_ns)
{
    *clock = (struct rl_clock){.ticks_are_ns = ticks_are_ns, .wall_offset_ns = wall_offset()};
    struct pair now = read_pair();
    while (now.monotonic_ns - first_pair.monotonic_ns < FIRST_WAIT_NS)
        now = read_pair();
    clock->tied_ticks = now.ticks;
    clock->tied_ns = now.monotonic_ns;
    clock->tied_ns_per_tick = rate_since_start(now);
    if (ticks_are_ns) {
        clock->ns_per_tick = 1.0;
        return;
    }
    clock->ns_per_tick = clock->tied_ns_per_tick;
    clock->ticks = now.ticks;
    clock->monotonic_ns = now.monotonic_ns;
}

static int64_t scale(const struct rl_clock *clock, int64_t ticks)
{
    return (int64_t)((double)ticks * clock->ns_per_tick);
}

void rl_clock_sync(struct rl_clock *clock, uint64_t now_ticks)
{
    if (rl_clock_ns(clock, now_ticks - clock->ticks) < SYNC_NS)
        return;
    const int64_t offset = wall_offset();
    /* A microsecond is the noise of reading two clocks; more is a step. */
    if (offset - clock->wall_offset_ns > 1000 || clock->wall_offset_ns - offset > 1000)
        clock->wall_offset_ns = offset;
    if (clock->ticks_are_ns) {
        clock->ticks = now_ticks;
        clock->monotonic_ns = (int64_t)now_ticks;
        return;
    }
    const struct pair now = read_pair();
    const int64_t expected = rl_clock_monotonic_ns(clock, now.ticks);
    const int64_t error = now.monotonic_ns - expected;
    clock->ticks = now.ticks;
    clock->ns_per_tick = rate_since_start(now);
    if (error > JUMP_NS || error < -JUMP_NS) {
        clock->monotonic_ns = now.monotonic_ns;
    } else {
        clock->monotonic_ns = expected;
        clock->ns_per_tick *= 1.0 + (double)error / SYNC_NS;
    }
}

uint64_t rl_clock_translate(const struct rl_clock *clock, uint64_t ticks)
{
    if (clock->ticks_are_ns) {
        const double since = (double)(int64_t)(ticks - clock->tied_ticks);
        return (uint64_t)(clock->tied_ns + (int64_t)(since * clock->tied_ns_per_tick));
    }
    const double since_ns = (double)((int64_t)ticks - clock->tied_ns);
    return clock->tied_ticks + (uint64_t)(int64_t)(since_ns / clock->tied_ns_per_tick);
}

uint64_t rl_clock_ticks(const struct rl_clock *clock, int64_t ns)
{
    return (uint64_t)((double)ns / clock->ns_per_tick);
}

int64_t rl_clock_ns(const struct rl_clock *clock, uint64_t ticks)
{
    return scale(clock, (int64_t)ticks);
}
