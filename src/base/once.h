/* Pages that are made at first use, by whoever comes first: no lock, so that signal handlers and
 * fork children may come. Several threads that come at once make several; one of them stays. */
#ifndef RL_BASE_ONCE_H
#define RL_BASE_ONCE_H

#include <stddef.h>

/* What stands in the slot; NULL: nothing yet. All of these: any thread, signal-safe. */
static inline void *rl_once_get(void **slot)
{
    /* Edge once. Pairs with: once.make. So that who gets the pointer gets what its maker wrote. */
    return __atomic_load_n(slot, __ATOMIC_ACQUIRE); /* once.get */
}

/* Puts `made`, a mapping of so many bytes (0: none of its own), into the slot and returns it; when
 * somebody was faster, unmaps it and returns theirs. */
void *rl_once_put(void **slot, void *made, size_t bytes);

/* Zeroed private pages, which a fork child finds zeroed again (rl_map_wiped()), made if there are
 * none yet. Without memory: `instead`, for ever, or this time if it is NULL. */
void *rl_once_wiped(void **slot, size_t bytes, void *instead);

#endif
