#include "ring/wake.h"

#include "base/os.h"
#include "ring/set.h"

void rl_wake(enum rl_wake_reason reason)
{
    struct rl_set *set = rl_set();
    /* Edge asleep, the waker's side: the reason comes after its publication and before the look at
     * the writer. Pairs with: asleep.recheck. So that either the writer's last check before it
     * sleeps sees the reason, or the waker sees the writer asleep. */
    __atomic_fetch_or(&set->reasons, reason, __ATOMIC_SEQ_CST); /* asleep.reason */
    if (__atomic_load_n(&set->asleep, __ATOMIC_SEQ_CST) != 0 && /* asleep.look */
        /* Relaxed: the look was ordered, this only tells which of several wakers wakes. */
        __atomic_exchange_n(&set->asleep, 0, __ATOMIC_RELAXED) != 0)
        rl_futex_wake(&set->asleep, 1);
}

uint32_t rl_wake_reasons(void)
{
    /* Acquire: what was requested was written before. Pairs with: asleep.reason. */
    return __atomic_exchange_n(&rl_set()->reasons, 0, __ATOMIC_ACQUIRE); /* asleep.reasons */
}

void rl_wake_prepare(void)
{
    /* Edge asleep, the writer's side. Pairs with: asleep.look. */
    __atomic_store_n(&rl_set()->asleep, 1, __ATOMIC_SEQ_CST); /* asleep.set */
}

void rl_wake_cancel(void)
{
    __atomic_store_n(&rl_set()->asleep, 0, __ATOMIC_RELAXED);
}

void rl_wake_sleep(int64_t timeout_ns)
{
    struct rl_set *set = rl_set();
    rl_futex_wait(&set->asleep, 1, timeout_ns);
    __atomic_store_n(&set->asleep, 0, __ATOMIC_RELAXED);
}
