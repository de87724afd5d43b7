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
static uint32_t generation; /* of the settings; atomic */

/* In debug builds positions begin just below their wrap, so that it happens every day. */
#ifdef NDEBUG
#    define FIRST_POSITION(bytes) UINT64_C(0)
#else
#    define FIRST_POSITION(bytes) (-(uint64_t)(2 * (bytes)))
#endif

struct rl_set *rl_set(void)
{
    static struct rl_set without_memory; /* a fork child would inherit it: better than none */
    return rl_once_wiped(&the_set, sizeof without_memory, &without_memory);
}

static const struct rl_settings early_settings = {
    .ring_bytes = 256 * 1024,
    .string_cap = 16 * 1024,
    .state = RL_EARLY,
};
static const struct rl_settings *the_settings = &early_settings; /* atomic */

const struct rl_settings *rl_settings(void)
{
    /* Pairs with: settings.publish. So that the fields are what the publisher wrote. */
    return __atomic_load_n(&the_settings, __ATOMIC_ACQUIRE); /* settings.read */
}

struct rl_ring *rl_set_first(void)
{
    /* Edge join. Pairs with: join.add. So that a ring that is found is initialised. */
    return __atomic_load_n(&rl_set()->first, __ATOMIC_ACQUIRE); /* join.walk */
}

uint32_t rl_settings_generation(void)
{
    /* Edge revoke, the slow path's side: it stored limits before. Pairs with: revoke.order. */
    return __atomic_load_n(&generation, __ATOMIC_SEQ_CST); /* revoke.check */
}

void rl_ring_revoke(struct rl_ring *ring)
{
    /* A limit so far behind any head that every record goes to the slow path. Relaxed: the
     * generation carries the order. */
    const uint64_t never = __atomic_load_n(&ring->header->tail, __ATOMIC_RELAXED) - (UINT64_C(1) << 62);
    __atomic_store_n(&ring->producer.limit[0], never, __ATOMIC_RELAXED);
    __atomic_store_n(&ring->producer.limit[1], never, __ATOMIC_RELAXED);
}

void rl_settings_publish(const struct rl_settings *settings)
{
    /* Pairs with: settings.read. */
    __atomic_store_n(&the_settings, settings, __ATOMIC_RELEASE); /* settings.publish */
    /* Edge revoke: the generation first, then the limits; a slow path that stores a limit later
     * sees the generation and takes it back. Pairs with: revoke.check. */
    __atomic_fetch_add(&generation, 1, __ATOMIC_SEQ_CST); /* revoke.order */
    rl_membarrier();
    for (struct rl_ring *ring = rl_set_first(); ring != NULL; ring = ring->next)
        rl_ring_revoke(ring);
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

uint64_t rl_set_ring_losses(void)
{
    /* Pairs with: loss.signal. */
    return __atomic_load_n(&rl_set()->ring_losses, __ATOMIC_ACQUIRE); /* loss.notice */
}

/* A place for a ring's private part, never used before; NULL without memory. */
static struct rl_ring *new_place(void)
{
    struct rl_set *set = rl_set();
    const uint32_t place = __atomic_fetch_add(&set->places, 1, __ATOMIC_RELAXED);
    if (place / RL_RINGS_PER_SLAB >= RL_SLABS)
        return NULL;
    struct rl_ring *slab = rl_once_wiped(&set->slabs[place / RL_RINGS_PER_SLAB],
                                         RL_RINGS_PER_SLAB * sizeof *slab, NULL);
    return slab == NULL ? NULL : &slab[place % RL_RINGS_PER_SLAB];
}

static bool init_owner(pthread_mutex_t *owner)
{
    pthread_mutexattr_t attributes;
    if (pthread_mutexattr_init(&attributes) != 0)
        return false;
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    const bool done =
        pthread_mutex_init(owner, &attributes) == 0 && pthread_mutex_trylock(owner) == 0;
    pthread_mutexattr_destroy(&attributes);
    return done;
}

static struct rl_ring *make(const struct rl_settings *settings, struct rl_ring *main)
{
    const size_t bytes = settings->ring_bytes;
    struct rl_ring *ring = new_place();
    if (ring == NULL)
        return NULL;
    ring->map_bytes = RL_RING_HEADER_BYTES + 2 * bytes;
    ring->header = rl_map_double(RL_RING_HEADER_BYTES, bytes);
    if (ring->header == NULL || !init_owner(&ring->owner)) {
        rl_unmap(ring->header, ring->map_bytes);
        return NULL;
    }
    ring->main = main;
    struct rl_ring_header *header = ring->header;
    header->magic = RL_RING_MAGIC;
    header->layout = RL_RING_LAYOUT;
    header->kind = main == NULL ? RL_RING_MAIN : RL_RING_SIDE;
    header->bytes = bytes;
    header->monotonic = main != NULL ? main->header->monotonic : settings->monotonic_clock;
    header->tail = FIRST_POSITION(bytes);
    ring->consumer.data = (unsigned char *)header + RL_RING_HEADER_BYTES;
    ring->consumer.mask = bytes - 1;
    ring->consumer.position = ring->consumer.tail = header->tail;
    ring->producer.data = ring->consumer.data;
    ring->producer.mask = ring->consumer.mask;
    ring->producer.head = header->tail;
    return ring;
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
        ring = make(settings, main);
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
