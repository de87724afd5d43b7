#include "logfile/groups.h"

#include "base/hash.h"

#include <string.h>

/* With so many records a site's own columns are the smaller ones: what its values have in common is
 * worth more than what the columns cost. */
#define ROWS_ALONE 16

#define NOBODY UINT32_MAX

void rl_groups_free(struct rl_groups *groups)
{
    rl_buffer_free(&groups->of_sites);
    rl_buffer_free(&groups->groups);
    rl_buffer_free(&groups->slots);
}

static bool are_alike(const struct rl_staged_site *a, const struct rl_staged_site *b)
{
    return a->count == b->count && memcmp(a->codes, b->codes, a->count) == 0;
}

/* The slot of the group with the site's types, or the free one where it would be. */
static uint32_t *find_slot(struct rl_groups *groups, uint32_t mask,
                           const struct rl_staged_site *site)
{
    uint32_t *slots = (uint32_t *)(void *)groups->slots.data;
    uint32_t at = (uint32_t)rl_hash(RL_HASH_START, site->codes, site->count) & mask;
    while (slots[at] != NOBODY && !are_alike(&rl_groups_all(groups)[slots[at]], site))
        at = (at + 1) & mask;
    return &slots[at];
}

static uint32_t new_group(struct rl_groups *groups, const struct rl_staged_site *site)
{
    const uint32_t number = (uint32_t)rl_groups_count(groups);
    rl_buffer_append(&groups->groups, site, sizeof *site); /* there is room for as many as sites */
    return number;
}

static uint32_t join(struct rl_groups *groups, uint32_t mask, const struct rl_staged_site *site)
{
    uint32_t *slot = find_slot(groups, mask, site);
    if (*slot == NOBODY)
        return *slot = new_group(groups, site);
    struct rl_staged_site *group =
        (struct rl_staged_site *)(void *)groups->groups.data + (size_t)*slot;
    group->rows += site->rows;
    group->bytes += site->bytes;
    return *slot;
}

/* Empty, for so many groups and as many again; its mask. 0: no memory. */
static uint32_t make_slots(struct rl_groups *groups, size_t sites)
{
    uint32_t count = 4;
    while (count < 2 * sites)
        count *= 2;
    uint32_t *slots = rl_buffer_scratch(&groups->slots, count * sizeof *slots);
    if (slots == NULL)
        return 0;
    memset(slots, 0xff, count * sizeof *slots);
    return count - 1;
}

bool rl_groups_form(struct rl_groups *groups, const struct rl_stage *stage)
{
    const struct rl_staged_site *sites = rl_staged_sites(stage);
    const size_t count = rl_staged_site_count(stage);
    uint32_t *of_sites = rl_buffer_scratch(&groups->of_sites, count * sizeof *of_sites);
    const uint32_t mask = make_slots(groups, count);
    if (of_sites == NULL || mask == 0 ||
        rl_buffer_scratch(&groups->groups, count * sizeof *sites) == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        of_sites[i] = sites[i].rows >= ROWS_ALONE ? new_group(groups, &sites[i])
                                                  : join(groups, mask, &sites[i]);
    return true;
}
