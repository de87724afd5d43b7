/* Rings come from here when a thread logs first, and return when it has died. */
#include "ring/set.h"

#include "base/once.h"
#include "base/os.h"
#include "base/tsan.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

bool (*rl_set_on_attach)(void);
__thread struct rl_ring_place rl_own_rings[2];

static void *the_set; /* struct rl_set; set once */

struct rl_set *rl_set(void)
{
    static struct rl_set without_memory; /* a fork child would inherit it: better than none */
    return rl_once_wiped(&the_set, sizeof without_memory, &without_memory);
}

struct rl_ring *rl_set_first(void)
{
    /* Edge join. Pairs with: join.add. So that a ring that is found is initialised. */
    return __atomic_load_n(&rl_set()->first, __ATOMIC_ACQUIRE); /* join.walk */
}

uint64_t rl_set_ring_losses(void)
{
    /* Pairs with: loss.signal. */
    return __atomic_load_n(&rl_set()->ring_losses, __ATOMIC_ACQUIRE); /* loss.notice */
}

/* ---- claim ---- */

static struct rl_ring_owner identify(void)
{
    struct rl_ring_owner owner = {
        .thread = __atomic_add_fetch(&rl_set()->threads, 1, __ATOMIC_RELAXED),
        .tid = rl_tid(),
    };
    if (owner.tid == getpid())
        strcpy(owner.name, "MainThread"); /* as Python has it; the kernel has the program's name */
    else if (prctl(PR_GET_NAME, owner.name) != 0)
        strcpy(owner.name, "Thread");
    return owner;
}

/* A fresh producer; head stays where the last owner stopped. */
static void open_producer(struct rl_ring *ring, const struct rl_settings *settings)
{
    __atomic_store_n(&ring->producer.string_cap, settings->string_cap, __ATOMIC_RELAXED);
    rl_ring_revoke(ring); /* the first take sets the limits */
    __atomic_store_n(&ring->producer.busy, 0, __ATOMIC_RELAXED);
}

void rl_producer_repair(struct ringlog_producer *producer)
{
    if (__atomic_load_n(&producer->busy, __ATOMIC_RELAXED) == 0)
        return;
    const uint64_t head = __atomic_load_n(&producer->head, __ATOMIC_RELAXED);
    const unsigned char *at = producer->data + (head & producer->mask);
    const uint64_t header = __atomic_load_n((const uint64_t *)(const void *)at, __ATOMIC_RELAXED);
    __atomic_store_n(&producer->head, head + rl_header_bytes(header), __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    __atomic_store_n(&producer->busy, 0, __ATOMIC_RELAXED);
}

/* Whether the record of a new owner fits. Under `owner`. */
static bool has_room(struct rl_ring *ring)
{
    rl_producer_repair(&ring->producer); /* its owner may have died in the middle */
    /* Edge reuse. Pairs with: reuse.release. */
    const uint64_t tail = __atomic_load_n(&ring->header->tail, __ATOMIC_ACQUIRE); /* reuse.claim */
    const uint64_t bytes = rl_record_bytes(ring, sizeof(struct rl_ring_owner));
    return rl_ring_head(ring) + bytes + 8 - tail <= ring->header->bytes;
}

/* Says in the ring whose records follow. */
static void introduce(struct rl_ring *ring, const struct rl_ring_owner *owner, uint64_t ticks)
{
    const uint64_t bytes = rl_record_bytes(ring, sizeof *owner);
    ring->header->owner = *owner;
    memcpy(rl_record_begin(ring, bytes, ticks), owner, sizeof *owner);
    rl_record_end(ring, bytes, RL_RING_OWNER, 0);
}

/* Locks the ring if nobody owns it: its last owner died or left. */
static bool lock_abandoned(struct rl_ring *ring)
{
    const int locked = pthread_mutex_trylock(&ring->owner);
    if (locked == EOWNERDEAD) {
        pthread_mutex_consistent(&ring->owner);
        /* The kernel gave the lock back for the dead owner: what that did is done. */
        RL_TSAN_ACQUIRE(ring);
    }
    return locked == 0 || locked == EOWNERDEAD;
}

static struct rl_ring *claim_abandoned(const struct rl_settings *settings)
{
    for (struct rl_ring *ring = rl_set_first(); ring != NULL; ring = ring->next) {
        if (ring->main != NULL || !rl_ring_fits(ring, settings) || !lock_abandoned(ring))
            continue;
        struct rl_ring *side = rl_ring_side(ring);
        if (has_room(ring) && (side == NULL || has_room(side)))
            return ring;
        pthread_mutex_unlock(&ring->owner);
    }
    return NULL;
}

static void join(struct rl_ring *ring)
{
    struct rl_set *set = rl_set();
    ring->next = __atomic_load_n(&set->first, __ATOMIC_RELAXED);
    /* Edge join. Pairs with: join.walk. So that who finds the ring finds it initialised. */
    while (!__atomic_compare_exchange_n(&set->first, &ring->next, ring, true,
                                        __ATOMIC_RELEASE, /* join.add */
                                        __ATOMIC_RELAXED))
        ;
}

static void remember_place(const struct rl_ring *ring)
{
    rl_own_rings[ring->header->kind] = (struct rl_ring_place){ring->header, ring->map_bytes};
    const struct rl_ring *side = rl_ring_side(ring);
    if (side != NULL)
        remember_place(side);
}

struct rl_ring *rl_set_claim(const struct rl_settings *settings, struct rl_ring *main,
                             uint64_t ticks)
{
    struct rl_ring *ring = main == NULL ? claim_abandoned(settings) : NULL;
    const bool fresh = ring == NULL;
    if (fresh)
        ring = rl_ring_make(settings, main);
    if (ring == NULL)
        return NULL;
    const struct rl_ring_owner owner = main == NULL ? identify() : main->header->owner;
    open_producer(ring, settings);
    introduce(ring, &owner, ticks);
    struct rl_ring *side = rl_ring_side(ring);
    if (side != NULL) {
        open_producer(side, settings);
        introduce(side, &owner, ticks);
    }
    if (fresh)
        join(ring);
    remember_place(ring);
    RL_TSAN_RELEASE(main != NULL ? main : ring);
    return ring;
}

void rl_set_leave(struct rl_ring *ring)
{
    pthread_mutex_unlock(&ring->owner);
}

bool rl_set_is_owned(struct rl_ring *ring)
{
    if (!lock_abandoned(ring))
        return true;
    pthread_mutex_unlock(&ring->owner);
    return false;
}
