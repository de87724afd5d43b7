/* Which call sites of a block have their fields in common columns: a program that logs from
 * thousands of places has a record or two of each in a block, and columns of one value cost more,
 * in bytes and in time, than the value. Sites with few records whose fields are of the same types
 * make a group; every other site is one by itself. */
#ifndef RL_LOGFILE_GROUPS_H
#define RL_LOGFILE_GROUPS_H

#include "logfile/stage.h"

/* All zeros: none. */
struct rl_groups {
    struct rl_buffer of_sites; /* uint32_t, one a staged site: its group */
    struct rl_buffer groups;   /* struct rl_staged_site: the types of one of its sites, the rows and
                                  the bytes of all of them */
    struct rl_buffer slots;    /* uint32_t: groups of several by their types, in a hash table */
};

void rl_groups_free(struct rl_groups *groups);

/* Of what is staged. false: no memory. */
bool rl_groups_form(struct rl_groups *groups, const struct rl_stage *stage);

static inline size_t rl_groups_count(const struct rl_groups *groups)
{
    return groups->groups.length / sizeof(struct rl_staged_site);
}

static inline const struct rl_staged_site *rl_groups_all(const struct rl_groups *groups)
{
    return (const struct rl_staged_site *)(const void *)groups->groups.data;
}

static inline const uint32_t *rl_groups_of_sites(const struct rl_groups *groups)
{
    return (const uint32_t *)(const void *)groups->of_sites.data;
}

#endif
