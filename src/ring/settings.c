#include "ring/settings.h"

#include "base/os.h"
#include "ring/set.h"

static uint32_t generation; /* how often settings were published; atomic */

static const struct rl_settings early_settings = {
    .ring_bytes = 256 * 1024,
    .string_cap = 16 * 1024,
    .state = RL_EARLY,
};
static const struct rl_settings *the_settings = &early_settings; /* atomic */

const struct rl_settings *rl_settings(void)
{
    /* Pairs with: settings.publish. So that the fields are what the publisher wrote. */
    return __atomic_load_n(&the_settings, __ATOMIC_ACQUIRE); /* settings.read */
}

uint32_t rl_settings_generation(void)
{
    /* Edge revoke, the slow path's side: it stored limits before, and the revoker's barrier keeps
     * processors to that. Pairs with: revoke.order. So that who finds the generation finds the
     * settings. */
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return __atomic_load_n(&generation, __ATOMIC_ACQUIRE); /* revoke.check */
}

void rl_ring_revoke(struct rl_ring *ring)
{
    /* A limit so far behind any head that every record goes to the slow path. Relaxed: the
     * generation carries the order. */
    const uint64_t never =
        __atomic_load_n(&ring->header->tail, __ATOMIC_RELAXED) - (UINT64_C(1) << 62);
    __atomic_store_n(&ring->producer.limit[0], never, __ATOMIC_RELAXED);
    __atomic_store_n(&ring->producer.limit[1], never, __ATOMIC_RELAXED);
}

/* Every thread executes a barrier, or has had the time in which processors finish their stores. */
static void barrier_everywhere(void)
{
    uint32_t nobody = 0;
    if (!rl_membarrier())
        rl_futex_wait(&nobody, 0, 1000000); /* unlike usleep(3), no place to be cancelled in */
}

void rl_settings_publish(const struct rl_settings *settings)
{
    /* Pairs with: settings.read. */
    __atomic_store_n(&the_settings, settings, __ATOMIC_RELEASE); /* settings.publish */
    /* Edge revoke: the generation, a barrier, then the limits. A slow path has stored its limit
     * before the barrier, and it is taken back here; or it looks at the generation after, and takes
     * the limit back itself. Pairs with: revoke.check. */
    __atomic_fetch_add(&generation, 1, __ATOMIC_RELEASE); /* revoke.order */
    barrier_everywhere();
    for (struct rl_ring *ring = rl_set_first(); ring != NULL; ring = ring->next)
        rl_ring_revoke(ring);
    /* A log call says that it is busy before it looks at its limit. Behind this barrier either the
     * call has seen that limit gone, or who waits for stragglers sees it busy. */
    barrier_everywhere();
}
