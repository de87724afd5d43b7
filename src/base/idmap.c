#include "base/idmap.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BITS 4
#define MOST_BITS  31

static struct rl_idmap_slot *slot_of(const struct rl_idmap *map, uint32_t id)
{
    const size_t mask = ((size_t)1 << map->bits) - 1;
    size_t at = rl_idmap_home(map, id);
    while (map->slots[at].value_plus_one != 0 && map->slots[at].id != id)
        at = (at + 1) & mask;
    return &map->slots[at];
}

static bool grow(struct rl_idmap *map)
{
    struct rl_idmap larger = {.count = map->count,
                              .bits = map->slots == NULL ? FIRST_BITS : map->bits + 1};
    if (larger.bits > MOST_BITS)
        return false;
    larger.slots = calloc((size_t)1 << larger.bits, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; map->slots != NULL && i < (size_t)1 << map->bits; i++)
        if (map->slots[i].value_plus_one != 0)
            *slot_of(&larger, map->slots[i].id) = map->slots[i];
    free(map->slots);
    *map = larger;
    return true;
}

bool rl_idmap_put(struct rl_idmap *map, uint32_t id, uint32_t value)
{
    const bool full = map->slots == NULL || (map->count + 1) * 2 > (size_t)1 << map->bits;
    if (full && !grow(map))
        return false;
    struct rl_idmap_slot *slot = slot_of(map, id);
    map->count += slot->value_plus_one == 0;
    slot->id = id;
    slot->value_plus_one = value + 1;
    return true;
}

void rl_idmap_clear(struct rl_idmap *map)
{
    if (map->slots != NULL)
        memset(map->slots, 0, ((size_t)1 << map->bits) * sizeof *map->slots);
    map->count = 0;
}

void rl_idmap_free(struct rl_idmap *map)
{
    free(map->slots);
    *map = (struct rl_idmap){0};
}
