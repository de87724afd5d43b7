/* The producer's end of a ring, as far as inlined code touches it. Not API.
 *
 * One thread owns a producer; a signal handler that interrupts it sees the busy mark and stays
 * away. It lies on a private page that a fork child finds zeroed: zero limits send the child's
 * next call to the slow path, which gets it a ring of its own. */
#ifndef RINGLOG_DETAIL_PRODUCER_H
#define RINGLOG_DETAIL_PRODUCER_H

#include "ringlog/detail/arch.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ringlog_producer {
    /* Stack address of the capture under way, 0 when there is none. Written by the owner and its
     * signal handlers; shutdown reads it. Atomic, relaxed: a thread keeps its own order. */
    uintptr_t busy;
    /* Position of the next record; only grows. The owner's; the next owner finds it here when this
     * one has died, an order that the kernel gives and no tool sees: atomic, relaxed. */
    uint64_t head;
    /* head + record <= limit is free to take: [0] below WARNING, [1] WARNING and above. Written by
     * the owner's slow path; set to 0 (always the slow path) by the one who revokes. */
    uint64_t limit[2];
    unsigned char *data; /* the ring, mapped twice back to back */
    uint64_t mask;       /* ring bytes - 1 */
    /* Where the coarse clock is kept; NULL: read the counter. Set by the owner's slow path; atomic,
     * since a ring that is used again comes from a thread that unlocked nothing. */
    const uint64_t *ticks_at;
    uint64_t string_cap; /* longest string taken here, bytes; longer ones are cut out of line */
};

/* What every thread starts with. Initial-exec: one load to reach it, also from a shared library
 * (it takes 8 bytes of the static TLS surplus when the library is loaded late). */
extern RINGLOG_API __thread struct ringlog_producer *ringlog_producer_
    __attribute__((tls_model("initial-exec")));

/* Bytes ahead of head at which lines are asked for, so that a store rarely waits for one that the
 * writer has read. */
#define RINGLOG_PREFETCH_BYTES_ 1024

/* A record begins with two words: this header, whose release is the publication, and ticks. */
#define RINGLOG_RECORD_PREFIX_BYTES_ 16

RINGLOG_INLINE_ uint64_t ringlog_record_header_(uint32_t site, uint16_t logger, uint64_t bytes)
{
    return (uint64_t)site | (uint64_t)logger << 32 | (bytes >> 3) << 48;
}

/* Edge publish, producer's side (src/ring/layout.h): the header's release makes the record and the
 * zeroed word behind it visible to the consumer that reads the header with acquire.
 * Pairs with: publish.consume. So that a header that is not zero means a whole record. */
RINGLOG_INLINE_ void ringlog_publish_(unsigned char *record, uint64_t header)
{
    __atomic_store_n((uint64_t *)(void *)record, header, __ATOMIC_RELEASE); /* publish.produce */
}

#ifdef __cplusplus
}
#endif

#endif
