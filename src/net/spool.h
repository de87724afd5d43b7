/* Records that wait for a mail, in the order in which each was first seen; repeats are counted, not
 * kept. */
#ifndef RL_NET_SPOOL_H
#define RL_NET_SPOOL_H

#include "base/buffer.h"
#include "format/time_text.h"
#include "net/tally.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rl_spooled;

struct rl_spool {
    size_t most_bytes;
    bool fold;
    struct rl_spooled *first, *last;
    void *by_key; /* of tsearch(3), where `fold` */
    size_t bytes;
    uint64_t records; /* repeats included */
    uint64_t refused; /* since the last mail, for want of room */
    struct rl_time_text time_text;
};

/* false: there is no room, and it is counted in `refused`. */
bool rl_spool_add(struct rl_spool *spool, const struct rl_tally *tally);

/* Moves everything, or only the first, to the end of `out` as the body of a mail; returns how many
 * records that is. What memory has no room for stays. */
uint64_t rl_spool_take(struct rl_spool *spool, bool only_first, struct rl_buffer *out);

/* Forgets everything; returns how many records that was. */
uint64_t rl_spool_clear(struct rl_spool *spool);

#endif
