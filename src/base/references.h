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

/* true: that was the last one. */
static inline bool rl_ref_drop(uint32_t *references)
{
    /* Acquire and release. Pairs with: references.drop, in the other holders: so that the last one
     * sees everything that they did. */
    return __atomic_sub_fetch(references, 1, __ATOMIC_ACQ_REL) == 0; /* references.drop */
}

#endif
