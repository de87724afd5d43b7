/* The producer's slow path: everything that the inlined capture leaves to a function. */
#ifndef RL_RING_PRODUCE_H
#define RL_RING_PRODUCE_H

#include "ring/layout.h"

#include <stdbool.h>

/* Room for one record, taken and not yet published. */
struct rl_take {
    struct rl_ring *ring;
    unsigned char *fields; /* where the record's fields go */
    uint64_t bytes;        /* of the record */
};

/* Takes room for a record with this many bytes of fields in the calling thread's ring, its side
 * ring when this call interrupts another one, and marks the ring busy until rl_publish(). Makes the
 * thread's ring when it has none. Waits when the ring is full and the settings say so.
 *
 * false: lost, and counted. `stack` is the caller's stack address, `ticks` the record's time.
 * Signal-safe; leaves errno alone. */
bool rl_take(struct rl_take *take, uint64_t field_bytes, bool priority, uint64_t ticks,
             uintptr_t stack);

void rl_publish(const struct rl_take *take, uint32_t site, uint16_t logger);

/* Makes sure that the calling thread has a ring, with its pages in memory. false: no memory, or on
 * a thread of the library. */
bool rl_producer_prepare(uintptr_t stack);

/* The most bytes of fields that a record of the calling thread may have. */
uint64_t rl_take_cap(void);

/* Now, in the clock of records. */
uint64_t rl_ticks(void);

/* Counts a loss that happened before a ring was looked at. */
void rl_count_loss(unsigned kind);

/* Counts a record with something cut in it, after its publication. */
void rl_count_cut(void);

#endif
