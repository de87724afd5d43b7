#include "base/once.h"

#include "base/os.h"

void *rl_once_put(void **slot, void *made, size_t bytes)
{
    void *found = NULL;
    /* Edge once. Pairs with: once.get; when somebody was faster, with their once.make. */
    if (__atomic_compare_exchange_n(slot, &found, made, false, __ATOMIC_RELEASE, /* once.make */
                                    __ATOMIC_ACQUIRE))
        return made;
    if (bytes != 0)
        rl_unmap(made, bytes);
    return found;
}

void *rl_once_wiped(void **slot, size_t bytes, void *instead)
{
    void *found = rl_once_get(slot);
    if (found != NULL)
        return found;
    void *made = rl_map_wiped(bytes);
    return made != NULL ? rl_once_put(slot, made, bytes) : rl_once_put(slot, instead, 0);
}
