/* The consumer's end: only the writer calls these. */
#ifndef RL_RING_CONSUME_H
#define RL_RING_CONSUME_H

#include "ring/layout.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* A record as it lies in the ring. */
struct rl_ring_record {
    uint64_t header;
    uint64_t ticks;
    uint64_t main_head; /* of a side ring's record: it comes before the main record there */
    const unsigned char *fields;
    uint64_t field_bytes; /* padding included */
};

/* The next record that has been published and not yet read; false: none. */
static inline bool rl_ring_peek(const struct rl_ring *ring, struct rl_ring_record *record)
{
    const unsigned char *at = ring->consumer.data + (ring->consumer.position & ring->consumer.mask);
    /* Edge publish, the consumer's side. Pairs with: publish.produce. So that a header that is not
     * zero comes with its whole record and a zero behind it. */
    const uint64_t header =
        __atomic_load_n((const uint64_t *)(const void *)at, __ATOMIC_ACQUIRE); /* publish.consume */
    if (header == 0)
        return false;
    assert(rl_header_bytes(header) >= RINGLOG_RECORD_PREFIX_BYTES_);
    record->header = header;
    memcpy(&record->ticks, at + 8, 8);
    uint64_t prefix = RINGLOG_RECORD_PREFIX_BYTES_;
    if (ring->main != NULL) {
        memcpy(&record->main_head, at + 16, 8);
        prefix = RL_SIDE_PREFIX_BYTES;
    }
    record->fields = at + prefix;
    record->field_bytes = rl_header_bytes(header) - prefix;
    return true;
}

/* Steps over the record that rl_ring_peek() returned. Its bytes stay until rl_ring_release(). */
static inline void rl_ring_step(struct rl_ring *ring, const struct rl_ring_record *record)
{
    ring->consumer.position += rl_header_bytes(record->header);
}

/* Bytes read and not yet given back. */
static inline uint64_t rl_ring_held(const struct rl_ring *ring)
{
    return ring->consumer.position - ring->consumer.tail;
}

/* Gives back everything that was read, and wakes a producer that waits for it. */
void rl_ring_release(struct rl_ring *ring);

/* Losses since they were last told. */
struct rl_ring_losses {
    uint64_t count[RL_LOSS_KINDS];
    uint64_t first_ticks;
    uint64_t last_ticks;
};
bool rl_ring_take_losses(struct rl_ring *ring, struct rl_ring_losses *losses);

#endif
