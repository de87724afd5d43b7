#include "ring/tick.h"

#include "base/once.h"
#include "base/os.h"
#include "base/thread.h"
#include "ringlog/detail/arch.h"

#include <sys/prctl.h>

static struct tick {
    uint64_t ticks; /* atomic; on a line that nothing else is written to: the page is its own */
    bool monotonic;
    bool runs;
    int64_t period_ns;
    pthread_t thread;
    _Alignas(128) uint32_t stop; /* futex; atomic */
} without_memory;

static void *the_tick; /* set once */

static struct tick *tick(void)
{
    return rl_once_wiped(&the_tick, sizeof(struct tick), &without_memory);
}

const uint64_t *rl_tick(void)
{
    return &tick()->ticks;
}

static void turn(struct tick *kept)
{
    const uint64_t now = kept->monotonic ? (uint64_t)rl_monotonic_ns() : ringlog_ticks_();
    __atomic_store_n(&kept->ticks, now, __ATOMIC_RELAXED);
}

static void *run(void *argument)
{
    struct tick *kept = argument;
    prctl(PR_SET_TIMERSLACK, 1UL); /* ns; the usual 50 us would come on top of each period */
    while (__atomic_load_n(&kept->stop, __ATOMIC_RELAXED) == 0) {
        turn(kept);
        rl_futex_wait(&kept->stop, 0, kept->period_ns);
    }
    return NULL;
}

int rl_tick_start(bool monotonic, int64_t period_ns)
{
    struct tick *kept = tick();
    kept->monotonic = monotonic;
    kept->period_ns = period_ns;
    __atomic_store_n(&kept->stop, 0, __ATOMIC_RELAXED);
    turn(kept);
    const int result = rl_thread_start(&kept->thread, "ringlog-tick", run, kept);
    kept->runs = result == 0;
    return result;
}

void rl_tick_stop(void)
{
    struct tick *kept = tick();
    if (!kept->runs)
        return;
    __atomic_store_n(&kept->stop, 1, __ATOMIC_RELAXED);
    rl_futex_wake(&kept->stop, 1);
    rl_thread_join(kept->thread, -1);
    kept->runs = false;
}
