/* Call sites that log at most so often. */
#include "base/os.h"
#include "ringlog/limits.h"

#include <time.h>

/* A tick of the kernel's is exact enough, and four times as fast to read. */
static int64_t coarse_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool ringlog_at_most_ms_(struct ringlog_limit_ *limit, uint64_t ms, uint64_t *held)
{
    const int64_t now = coarse_ns();
    int64_t next = __atomic_load_n(&limit->next_ns, __ATOMIC_RELAXED);
    const uint64_t most = INT64_MAX / 4 / 1000000;
    const int64_t after = now + (int64_t)(ms < most ? ms : most) * 1000000;
    /* One of several threads that find it due may log. */
    if (now < next || !__atomic_compare_exchange_n(&limit->next_ns, &next, after, false,
                                                   __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        __atomic_fetch_add(&limit->held, 1, __ATOMIC_RELAXED);
        return false;
    }
    *held = __atomic_exchange_n(&limit->held, 0, __ATOMIC_RELAXED);
    return true;
}
