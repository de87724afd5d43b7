/* A map from 32-bit ids to 32-bit values: open addressing, never more than half full. Ids come from
 * files too, so memory follows the number of entries and never the size of an id. */
#ifndef RL_BASE_IDMAP_H
#define RL_BASE_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_IDMAP_NONE UINT32_MAX

struct rl_idmap_slot {
    uint32_t id;
    uint32_t value_plus_one; /* 0: empty */
};

struct rl_idmap {
    struct rl_idmap_slot *slots; /* NULL until first used */
    size_t count;                /* 2 * count <= slots allocated */
    unsigned bits;               /* 2^bits slots */
};

/* Adds the id or changes its value (which is not RL_IDMAP_NONE). False: no memory. */
bool rl_idmap_put(struct rl_idmap *map, uint32_t id, uint32_t value);

void rl_idmap_clear(struct rl_idmap *map);
void rl_idmap_free(struct rl_idmap *map);

static inline size_t rl_idmap_home(const struct rl_idmap *map, uint32_t id)
{
    /* Multiplicative hashing (Knuth, volume 3, 6.4): the upper bits of the product with 2^32/phi.
     */
    return (id * UINT32_C(2654435769)) >> (32 - map->bits);
}

static inline uint32_t rl_idmap_find(const struct rl_idmap *map, uint32_t id)
{
    if (map->slots == NULL)
        return RL_IDMAP_NONE;
    const size_t mask = ((size_t)1 << map->bits) - 1;
    for (size_t at = rl_idmap_home(map, id);; at = (at + 1) & mask) {
        const struct rl_idmap_slot slot = map->slots[at];
        if (slot.value_plus_one == 0)
            return RL_IDMAP_NONE;
        if (slot.id == id)
            return slot.value_plus_one - 1;
    }
}

#endif
