#include "ring/consume.h"

#include "base/os.h"

/* What is read while a thread wakes up, about. */
#define WAKE_BYTES (32 * 1024)

/* A wake-up takes this side some ten microseconds: who waits is woken for half a ring, not for each
 * of the steps in which it is given back; but while there is something left to read meanwhile. */
static bool is_time_to_wake(const struct rl_ring *ring)
{
    const uint64_t unread = rl_ring_head(ring) - ring->consumer.tail;
    return unread <= ring->header->bytes / 2 || unread <= WAKE_BYTES;
}

void rl_ring_release(struct rl_ring *ring)
{
    if (rl_ring_held(ring) == 0)
        return;
    struct rl_ring_header *header = ring->header;
    ring->consumer.tail = ring->consumer.position;
    /* Edge reuse, the consumer's side. Pairs with: reuse.refresh. So that nothing is written over
     * before it has been read. Sequentially consistent for the sake of edge space: tail first, then
     * a look at who waits. Pairs with: space.wait. The barrier is paid once a batch, on this side,
     * so that producers need none. */
    __atomic_store_n(&header->tail, ring->consumer.tail, __ATOMIC_SEQ_CST); /* reuse.release */
    if (__atomic_load_n(&header->waiting, __ATOMIC_SEQ_CST) != 0 &&         /* space.wake */
        is_time_to_wake(ring)) {
        __atomic_store_n(&header->waiting, 0, __ATOMIC_RELAXED);
        /* Relaxed: the kernel orders the futex word for who sleeps on it. */
        __atomic_fetch_add(&header->space_turn, 1, __ATOMIC_RELAXED);
        rl_futex_wake(&header->space_turn, 1);
    }
}

bool rl_ring_take_losses(struct rl_ring *ring, struct rl_ring_losses *losses)
{
    struct rl_ring_header *header = ring->header;
    bool any = false;
    for (int kind = 0; kind < RL_LOSS_KINDS; kind++) {
        /* Edge loss. Pairs with: loss.count. */
        const uint64_t lost =
            __atomic_load_n(&header->lost[kind], __ATOMIC_ACQUIRE); /* loss.tell */
        losses->count[kind] = lost - header->told[kind];
        any |= losses->count[kind] != 0;
    }
    if (!any)
        return false;
    losses->first_ticks = __atomic_load_n(&header->lost_first_ticks, __ATOMIC_RELAXED);
    losses->last_ticks = __atomic_load_n(&header->lost_last_ticks, __ATOMIC_RELAXED);
    for (int kind = 0; kind < RL_LOSS_KINDS; kind++)
        __atomic_store_n(&header->told[kind], header->told[kind] + losses->count[kind],
                         __ATOMIC_RELAXED);
    return true;
}
