/* Records on their way from the writer to the handler's thread, in the handler's buffer and queue.
 * Consecutive repeats can be folded there already, so that a storm of one error fits the queue. */
#ifndef RL_NET_TALLY_H
#define RL_NET_TALLY_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A record, or how many of the same. Followed by its line, and by its key where that is not the
 * line: the message without what differs from time to time. */
struct rl_tally {
    size_t bytes;    /* of all, a multiple of 8 */
    int64_t last_ns; /* since the epoch */
    uint32_t count;
    uint32_t line_bytes; /* with its newline */
    uint32_t key_bytes;  /* 0: the line is the key */
    int32_t level;
};

static inline const char *rl_tally_line(const struct rl_tally *tally)
{
    return (const char *)(tally + 1);
}

/* An order of tallies by what they say; 0: the same. */
int rl_tally_compare(const struct rl_tally *a, const struct rl_tally *b);

/* Leaves room for a tally; then its line is appended, and its key. */
void rl_tally_begin(struct rl_buffer *out);

/* Makes what was appended from `start` a tally; or counts it in the tally before, at `*last`, if
 * `fold` and it is the same. */
void rl_tally_end(struct rl_buffer *out, size_t start, size_t *last, struct rl_tally tally,
                  bool fold);

/* How many records these tallies are. */
uint32_t rl_tallies_count(const char *bytes, size_t length);

#endif
