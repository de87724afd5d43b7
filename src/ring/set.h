/* The set of all rings of this process, and what its threads share with its writer.
 *
 * It lies on a private page that a fork child finds zeroed: an empty set, nobody asleep. Rings are
 * never taken out: the ring of a dead thread is claimed by the next thread that needs one, read or
 * not, so that a million short-lived threads cost as much as those that lived at once. */
#ifndef RL_RING_SET_H
#define RL_RING_SET_H

#include "ring/layout.h"
#include "ring/settings.h"

enum rl_process_loss {
    RL_LOSS_NO_RING = RL_LOSS_KINDS, /* no memory for a ring */
    RL_LOSS_LIBRARY,                 /* logged by a thread of the library */
    RL_LOSS_ALL
};

/* Private parts of rings lie close together, so that a look at many idle rings stays within a few
 * pages. */
#define RL_RINGS_PER_SLAB 128
#define RL_SLABS          512

struct rl_set {
    struct rl_ring *first; /* edge join; atomic */
    uint32_t places;       /* taken in slabs; atomic */
    void *slabs[RL_SLABS]; /* of struct rl_ring; each made when first needed */
    uint32_t threads;      /* numbers given out; atomic */
    /* Losses that belong to no ring; atomic. */
    uint64_t lost[RL_LOSS_ALL];
    uint32_t unread;      /* rl_set_on_attach() failed, and may work with the next thread; atomic */
    uint64_t ring_losses; /* that rings have counted, so that nobody has to look at each; atomic */
    /* The writer's bed; see wake.h. */
    RL_LINE uint32_t asleep;
    uint32_t reasons;
};

/* The set; never NULL. Signal-safe. */
struct rl_set *rl_set(void);

/* make.c: a ring that nobody has had before, owned by the calling thread, not yet in the set. NULL
 * without memory. `main`: as below. */
struct rl_ring *rl_ring_make(const struct rl_settings *settings, struct rl_ring *main);

/* A ring for the calling thread, now its owner (as a record in it says, with these ticks), or NULL
 * without memory. Signal-safe unless the same thread is in it already. `main`: NULL for a main
 * ring, else the ring whose side it is. */
struct rl_ring *rl_set_claim(const struct rl_settings *settings, struct rl_ring *main,
                             uint64_t ticks);

/* Whether the ring is of the clock, or of the size too, that the settings ask for. */
static inline bool rl_ring_has_clock(const struct rl_ring *ring, const struct rl_settings *settings)
{
    return (ring->header->monotonic != 0) == settings->monotonic_clock;
}

static inline bool rl_ring_fits(const struct rl_ring *ring, const struct rl_settings *settings)
{
    return ring->header->bytes == settings->ring_bytes && rl_ring_has_clock(ring, settings);
}

/* Gives the caller's ring up; what is in it will still be read. */
void rl_set_leave(struct rl_ring *ring);

/* Walks the set: rl_set_first(), then rl_ring.next. */
struct rl_ring *rl_set_first(void);

/* Losses that rings have counted so far: who sees the count move finds the loss. */
uint64_t rl_set_ring_losses(void);

/* Whether the ring's owner lives. */
bool rl_set_is_owned(struct rl_ring *ring);

/* Clears the mark of a capture that will never be finished: its thread died, or left it by a jump.
 * If it got as far as publishing, head follows. */
void rl_producer_repair(struct ringlog_producer *producer);

/* Where the calling thread's rings are mapped, by kind; a fork child finds a hole there. */
struct rl_ring_place {
    void *base;
    size_t bytes;
};
extern __thread struct rl_ring_place rl_own_rings[2];

/* Called after a thread got a ring, when the set may be a fork child's new one. false: nobody will
 * read it; who finds it full must not wait. */
extern bool (*rl_set_on_attach)(void);

#endif
