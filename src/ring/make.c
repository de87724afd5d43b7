/* A ring is two parts: what only this process uses lies beside that of other rings, on pages that a
 * fork child finds zeroed; header and data are a shared mapping of their own. */
#include "base/once.h"
#include "base/os.h"
#include "ring/set.h"

/* In debug builds positions begin just below their wrap, so that it happens every day. */
#ifdef NDEBUG
#    define FIRST_POSITION(bytes) UINT64_C(0)
#else
#    define FIRST_POSITION(bytes) (-(uint64_t)(2 * (bytes)))
#endif

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

struct rl_ring *rl_ring_make(const struct rl_settings *settings, struct rl_ring *main)
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
