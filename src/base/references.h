/* Reference counts. */
#ifndef RL_BASE_REFERENCES_H
#define RL_BASE_REFERENCES_H

#include <stdbool.h>
#include <stdint.h>

static inline void rl_ref_take(uint32_t *references)
{
    /* Relaxed: who takes one has one, or a pointer that somebody else's keeps alive. */
    __atomic_fetch_add(references, 1, __ATOMIC_RELAXED);
}

/* Takes one unless the last is gone already; the caller sees to it that the memory stays. */
static inline bool rl_ref_take_if_any(uint32_t *references)
{
    uint32_t seen = __atomic_load_n(references, __ATOMIC_RELAXED);
    while (seen != 0)
        if (__atomic_compare_exchange_n(references, &seen, seen + 1, true, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return true;
    return false;
}

/* true: that was the last one. */
static inline bool rl_ref_drop(uint32_t *references)
{
    /* Acquire and release. Pairs with: references.drop, in the other holders: so that the last one
     * sees everything that they did. */
    return __atomic_sub_fetch(references, 1, __ATOMIC_ACQ_REL) == 0; /* references.drop */
}

#endif
