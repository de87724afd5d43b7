/* A ring: one thread writes records into it, the writer reads them.
 *
 *     header page | data | the same data again
 *
 * The data is mapped twice back to back, so no record wraps and no copy is split. Positions are
 * 64-bit and only grow (modulo 2^64); a position's place is data + (position & mask), on both
 * sides. Header page and data are one shared mapping that holds no address: another process that
 * maps it can read it. What only one side uses lies in struct rl_ring, on a private page.
 *
 * Commit is in the record itself. A record's first word is its header, and a header that is not
 * zero publishes it. The producer zeroes the header that will follow before it stores its own, so
 * the consumer walks from record to record until it meets a zero; there is no shared write index.
 *
 *     invariant:  head + record + 8 <= tail + bytes
 *
 * so that the zeroed word never touches a record that has not been read.
 *
 * The edges between threads. Each ordered access carries its edge's name and side, and the name of
 * its partner:
 *
 *   edge     from                                   to                                  licence
 *   publish  producer: header word, release         consumer: header word, acquire      the record is
 *            (publish.produce)                      (publish.consume)                   whole, a zero follows
 *   reuse    consumer: tail, release                producer: tail, acquire             the bytes may be
 *            (reuse.release)                        (reuse.refresh)                     written again
 *   space    consumer: waiting, after tail          blocked producer: tail, after       no lost wake-up
 *            (space.wake)                           waiting (space.wait)
 *   loss     producer: lost, release                consumer: lost, acquire             first and last time
 *            (loss.count)                           (loss.tell)                         belong to the count
 *            then the set's count (loss.signal)     after the set's count (loss.notice) the loss is found
 *   claim    last owner's death or unlock of        next owner's lock of `owner`        nobody else writes it
 *            `owner` (a robust mutex)
 *   join     thread: first, release                 writer: first, acquire              the ring is
 *            (join.add)                             (join.walk)                         initialised
 *   asleep   writer: asleep, then reasons, then     ERROR+, flush, blocked producers:   no lost wake-up
 *            sleep (asleep.set, asleep.recheck)     reason, then asleep (asleep.reason, .look)
 *   revoke   revoker: generation, membarrier,       slow path: limits, then             no limit outlives the
 *            then limits (revoke.order)             generation (revoke.check)           settings it came from
 *
 * Which calls may run at once on one ring:
 *
 *                     producer's fast path   its slow path   signal handler on top    consumer
 *   fast path         no: one thread         no              yes: takes the side ring yes: publish, reuse
 *   slow path                                no              yes: takes the side ring yes: reuse, space, loss
 *   signal handler                                           no: a third level drops  yes: side ring's own edges
 *   consumer                                                                          no: one writer
 */
#ifndef RL_RING_LAYOUT_H
#define RL_RING_LAYOUT_H

#include "ringlog/detail/producer.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#define RL_RING_MAGIC   UINT64_C(0x31676e69726c7221) /* "!rlring1" */
#define RL_RING_LAYOUT  1
#define RL_RING_HEADER_BYTES 4096 /* one page: what is mapped in front of the data */

/* Fields that different threads write are this far apart: two lines, as prefetchers fetch pairs. */
#define RL_LINE_BYTES 128
#define RL_LINE       _Alignas(RL_LINE_BYTES)

#define RL_RING_MIN_BYTES 4096
#define RL_RING_MAX_BYTES (1 << 30)

/* The most that one refresh of the limit lets the producer run ahead, so that it looks at the
 * consumer's position often enough to notice pressure; never more than a quarter of the ring. */
#define RL_RING_STEP_BYTES (256 * 1024)

/* A record's size travels in 16 bits, in units of eight bytes. */
#define RL_RECORD_MAX_BYTES (512 * 1024 - 8)

enum rl_ring_kind { RL_RING_MAIN = 0, RL_RING_SIDE = 1 };

enum rl_loss { RL_LOSS_FULL, RL_LOSS_EARLY, RL_LOSS_LATE, RL_LOSS_NESTED, RL_LOSS_KINDS };

/* Who writes what follows: the one record that a ring writes itself, when a thread claims it. A
 * claimed ring may hold records of the dead owner that nobody has read yet. */
#define RL_RING_OWNER 1 /* its site id */
struct rl_ring_owner {
    uint32_t thread; /* number of the thread, from 1 in order of appearance */
    pid_t tid;
    char name[64];
};

/* The header page, in the shared mapping. */
struct rl_ring_header {
    /* Written once, by the thread that made the ring. */
    uint64_t magic;
    uint32_t layout;
    uint32_t kind; /* enum rl_ring_kind */
    uint64_t bytes;
    uint32_t monotonic; /* ticks are CLOCK_MONOTONIC's nanoseconds, not the counter's */
    /* Written by each owner when it claims the ring. */
    struct rl_ring_owner owner;

    /* The consumer writes these. */
    RL_LINE uint64_t tail; /* bytes before it may be written again; atomic */
    uint32_t space_turn;   /* futex: changes when space is given back to one who waits; atomic */
    uint64_t told[RL_LOSS_KINDS]; /* losses that stand in the log already; atomic */

    /* The producer's slow path writes these. */
    RL_LINE uint32_t waiting; /* it waits for space; the consumer clears it; atomic */
    uint64_t lost[RL_LOSS_KINDS]; /* records lost, by reason; atomic */
    uint64_t lost_first_ticks;    /* of the losses not yet told; atomic */
    uint64_t lost_last_ticks;     /* atomic */
    uint64_t blocked;             /* calls that waited; atomic */
    uint64_t cut;                 /* records with something cut at a cap; atomic */
    uint64_t high_water;          /* most bytes found unread, at a look every quarter; atomic */
};

/* What one process keeps of a ring, on a private page that a fork child finds zeroed. */
struct rl_ring {
    /* The owner's; ringlog_producer_ points here. */
    RL_LINE struct ringlog_producer producer;
    struct rl_ring *side; /* for its signal handlers; made when first needed; atomic, relaxed */

    /* Written before the ring joins the set: `next` in the set, the main ring of a side ring.
     * Beside what the writer uses, so that a look at an idle ring costs one line here and one in its
     * data. */
    RL_LINE struct rl_ring *next;
    struct rl_ring *main;
    struct rl_ring_header *header;
    /* The writer's. */
    struct {
        unsigned char *data;
        uint64_t mask;
        uint64_t position; /* next record to read; tail <= position */
        uint64_t tail;     /* as last given back */
        uint32_t slot;     /* the writer's name for the ring */
        uint32_t quiet;    /* looks in a row that found nothing, as far as it matters */
    } consumer;

    /* Written before the ring joins the set. */
    RL_LINE size_t map_bytes; /* header and both views of the data */
    /* Locked by the owner for as long as it lives: the kernel tells of its death. */
    pthread_mutex_t owner;
};

_Static_assert(sizeof(struct ringlog_producer) <= RL_LINE_BYTES - 2 * sizeof(void *),
               "the producer's fields share a line with nothing but its own side ring");
_Static_assert(offsetof(struct rl_ring, next) % RL_LINE_BYTES == 0, "lines of their own");
_Static_assert(offsetof(struct rl_ring, map_bytes) - offsetof(struct rl_ring, next) ==
                   RL_LINE_BYTES,
               "what the writer looks at is one line");
_Static_assert(offsetof(struct rl_ring, consumer) + sizeof(((struct rl_ring *)0)->consumer) -
                       offsetof(struct rl_ring, next) <=
                   64,
               "what the writer looks at is one line");
_Static_assert(offsetof(struct rl_ring_header, tail) % RL_LINE_BYTES == 0, "lines of their own");
_Static_assert(offsetof(struct rl_ring_header, waiting) % RL_LINE_BYTES == 0, "lines of their own");
_Static_assert(sizeof(struct rl_ring_header) <= RL_RING_HEADER_BYTES, "one page");
_Static_assert(sizeof(struct rl_ring) <= 4096, "one page");

/* A side record carries the main ring's head behind its ticks: the record comes before the main
 * record at that position, whatever the clock's resolution. */
#define RL_SIDE_PREFIX_BYTES (RINGLOG_RECORD_PREFIX_BYTES_ + 8)

static inline uint64_t rl_record_prefix(const struct rl_ring *ring)
{
    return ring->main != NULL ? RL_SIDE_PREFIX_BYTES : RINGLOG_RECORD_PREFIX_BYTES_;
}

/* Bytes of a record of this ring with so many bytes of fields. */
static inline uint64_t rl_record_bytes(const struct rl_ring *ring, uint64_t field_bytes)
{
    return (rl_record_prefix(ring) + field_bytes + 7) & ~UINT64_C(7);
}

/* Where the owner writes next. */
static inline uint64_t rl_ring_head(const struct rl_ring *ring)
{
    return __atomic_load_n(&ring->producer.head, __ATOMIC_RELAXED);
}

/* Adds to a count that only the caller writes. */
static inline void rl_count(uint64_t *count, uint64_t more)
{
    __atomic_store_n(count, __atomic_load_n(count, __ATOMIC_RELAXED) + more, __ATOMIC_RELAXED);
}

/* Begins the record at head: the zero behind it, its ticks, of a side ring the main ring's head.
 * Returns where its fields go. */
static inline unsigned char *rl_record_begin(struct rl_ring *ring, uint64_t bytes, uint64_t ticks)
{
    const struct ringlog_producer *producer = &ring->producer;
    const uint64_t head = rl_ring_head(ring);
    unsigned char *record = producer->data + (head & producer->mask);
    unsigned char *next = producer->data + ((head + bytes) & producer->mask);
    __atomic_store_n((uint64_t *)(void *)next, 0, __ATOMIC_RELAXED);
    memcpy(record + 8, &ticks, 8);
    if (ring->main != NULL)
        memcpy(record + RINGLOG_RECORD_PREFIX_BYTES_, &(uint64_t){rl_ring_head(ring->main)}, 8);
    return record + rl_record_prefix(ring);
}

/* Publishes it, and moves head. In this order for the handler of a signal that lands here: a
 * published header with the busy mark still set tells the repair to move head past it. */
static inline void rl_record_end(struct rl_ring *ring, uint64_t bytes, uint32_t site,
                                 uint16_t logger)
{
    struct ringlog_producer *producer = &ring->producer;
    const uint64_t head = rl_ring_head(ring);
    ringlog_publish_(producer->data + (head & producer->mask),
                     ringlog_record_header_(site, logger, bytes));
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    __atomic_store_n(&producer->head, head + bytes, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline uint64_t rl_header_bytes(uint64_t header)
{
    return header >> 48 << 3;
}

static inline uint32_t rl_header_site(uint64_t header)
{
    return (uint32_t)header;
}

static inline uint16_t rl_header_logger(uint64_t header)
{
    return (uint16_t)(header >> 32);
}

/* Site and logger together. */
static inline uint64_t rl_header_origin(uint64_t header)
{
    return header & UINT64_C(0xffffffffffff);
}

static inline struct rl_ring *rl_ring_side(const struct rl_ring *ring)
{
    return __atomic_load_n(&ring->side, __ATOMIC_RELAXED);
}

/* The cap on one record: a quarter of the ring. */
static inline uint64_t rl_record_cap(uint64_t ring_bytes)
{
    uint64_t quarter = ring_bytes / 4;
    return quarter < RL_RECORD_MAX_BYTES ? quarter : RL_RECORD_MAX_BYTES;
}

/* The ring that holds this producer. */
static inline struct rl_ring *rl_ring_of(struct ringlog_producer *producer)
{
    return (struct rl_ring *)(void *)((char *)producer - offsetof(struct rl_ring, producer));
}

#endif
