#include "ring/produce.h"

#include "base/os.h"
#include "base/thread.h"
#include "ring/set.h"
#include "ring/tick.h"
#include "ring/wake.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

/* A producer that never has room and may be shared: what a thread has before its first record. */
static struct ringlog_producer no_producer = {.busy = ~(uintptr_t)0};
__thread struct ringlog_producer *ringlog_producer_ __attribute__((tls_model("initial-exec"))) =
    &no_producer;

/* Stack address of the call that is getting this thread a ring; 0: none. */
static __thread uintptr_t attaching;

/* Bytes of a ring's second view that rl_producer_prepare() takes the page faults of. */
#define POPULATED_BEHIND 4096

/* The longest a blocked call sleeps before it looks again: new settings wake nobody. */
#define BLOCKED_LOOK_NS 10000000

static uint64_t read_clock(bool monotonic)
{
    return monotonic ? (uint64_t)rl_monotonic_ns() : ringlog_ticks_();
}

uint64_t rl_ticks(void)
{
    const struct rl_settings *settings = rl_settings();
    if (settings->coarse_clock && settings->state == RL_RUNNING) {
        const uint64_t ticks = rl_tick_read();
        if (ticks != 0) /* a fork child has none before its first record */
            return ticks;
    }
    return read_clock(settings->monotonic_clock);
}

/* ---- losses ---- */

void rl_count_loss(unsigned kind)
{
    __atomic_fetch_add(&rl_set()->lost[kind], 1, __ATOMIC_RELAXED);
}

static void count_ring_loss(struct rl_ring_header *header, enum rl_loss kind, uint64_t ticks)
{
    uint64_t untold = 0;
    for (int i = 0; i < RL_LOSS_KINDS; i++)
        untold += __atomic_load_n(&header->lost[i], __ATOMIC_RELAXED) -
                  __atomic_load_n(&header->told[i], __ATOMIC_RELAXED);
    if (untold == 0)
        __atomic_store_n(&header->lost_first_ticks, ticks, __ATOMIC_RELAXED);
    __atomic_store_n(&header->lost_last_ticks, ticks, __ATOMIC_RELAXED);
    /* Edge loss. Pairs with: loss.tell. So that the times belong to the count. */
    const uint64_t lost = __atomic_load_n(&header->lost[kind], __ATOMIC_RELAXED);
    __atomic_store_n(&header->lost[kind], lost + 1, __ATOMIC_RELEASE); /* loss.count */
    /* Pairs with: loss.notice. So that who sees the count move finds the loss. */
    __atomic_fetch_add(&rl_set()->ring_losses, 1, __ATOMIC_RELEASE); /* loss.signal */
}

void rl_count_cut(void)
{
    struct ringlog_producer *producer = ringlog_producer_;
    if (producer->data == NULL)
        return;
    struct rl_ring_header *header = rl_ring_of(producer)->header;
    rl_count(&header->cut, 1);
}

/* ---- whose ring ---- */

/* Whether the call that left `mark` is still under way beneath the caller, rather than gone by
 * siglongjmp or cancellation. A nested call's frame lies below; on an alternative signal stack
 * nothing can be told, and the mark is believed. */
static bool is_interrupted(uintptr_t mark, uintptr_t stack)
{
    stack_t alternative;
    if (sigaltstack(NULL, &alternative) == 0 && (alternative.ss_flags & SS_DISABLE) == 0) {
        const uintptr_t base = (uintptr_t)alternative.ss_sp;
        const bool mark_on_it = mark >= base && mark - base < alternative.ss_size;
        const bool stack_on_it = stack >= base && stack - base < alternative.ss_size;
        if (mark_on_it != stack_on_it)
            return stack_on_it;
    }
    return stack < mark;
}

static struct rl_ring *claim(struct rl_ring *main, uintptr_t stack, uint64_t ticks)
{
    if (attaching != 0 && is_interrupted(attaching, stack)) {
        rl_count_loss(RL_LOSS_NESTED);
        return NULL;
    }
    attaching = stack;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    struct rl_ring *ring = rl_set_claim(rl_settings(), main, ticks);
    if (ring == NULL)
        rl_count_loss(RL_LOSS_NO_RING);
    else if (main == NULL)
        ringlog_producer_ = &ring->producer;
    else
        __atomic_store_n(&main->side, ring, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    attaching = 0;
    return ring;
}

static struct ringlog_producer *attach(uintptr_t stack, uint64_t ticks)
{
    struct rl_ring *ring = claim(NULL, stack, ticks);
    if (ring == NULL)
        return NULL;
    if (rl_set_on_attach != NULL)
        __atomic_store_n(&rl_set()->unread, !rl_set_on_attach(), __ATOMIC_RELAXED);
    return &ring->producer;
}

static struct ringlog_producer *side_producer(struct rl_ring *main, uintptr_t stack, uint64_t ticks)
{
    struct rl_ring *side = rl_ring_side(main);
    if (side == NULL)
        side = claim(main, stack, ticks);
    if (side == NULL)
        return NULL;
    struct ringlog_producer *producer = &side->producer;
    const uintptr_t busy = __atomic_load_n(&producer->busy, __ATOMIC_RELAXED);
    if (busy != 0) {
        if (is_interrupted(busy, stack)) {
            count_ring_loss(main->header, RL_LOSS_NESTED, ticks);
            return NULL;
        }
        rl_producer_repair(producer);
    }
    return producer;
}

/* The producer that this call may use, not busy, or NULL: lost and counted. */
static struct ringlog_producer *own_producer(uintptr_t stack, uint64_t ticks)
{
    struct ringlog_producer *producer = ringlog_producer_;
    if (producer->data == NULL)
        return attach(stack, ticks);
    const uintptr_t busy = __atomic_load_n(&producer->busy, __ATOMIC_RELAXED);
    if (busy != 0) {
        if (is_interrupted(busy, stack))
            return side_producer(rl_ring_of(producer), stack, ticks);
        rl_producer_repair(producer);
    }
    struct rl_ring *ring = rl_ring_of(producer);
    if (rl_ring_fits(ring, rl_settings()))
        return producer;
    /* Made for other settings: what it holds is still read, with the clock it was written by. */
    struct ringlog_producer *fitting = attach(stack, ticks);
    if (fitting == NULL)
        return producer;
    rl_set_leave(ring);
    return fitting;
}

bool rl_producer_prepare(uintptr_t stack)
{
    if (rl_library_thread)
        return false;
    struct ringlog_producer *producer = own_producer(stack, rl_ticks());
    if (producer == NULL)
        return false;
    /* Of the second view only what a record at the end of the first usually reaches: what is mapped
     * twice counts twice as resident. */
    rl_populate(producer->data, producer->mask + 1 + POPULATED_BEHIND);
    return true;
}

/* ---- room ---- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return (int64_t)(a - b) < 0 ? a : b;
}

/* Inlined calls read the counter or a coarse clock, and know no clock of the application's. */
static bool is_for_inlined_calls(const struct rl_ring *ring, const struct rl_settings *settings)
{
    return rl_ring_has_clock(ring, settings) && !settings->own_clock &&
           settings->state != RL_STOPPED && (settings->coarse_clock || !settings->monotonic_clock);
}

/* Reads the consumer's position and sets the limits by it. Returns the position up to which a
 * record of this priority may reach. */
static uint64_t refresh(struct ringlog_producer *producer, const struct rl_settings *settings,
                        uint32_t generation, bool priority)
{
    struct rl_ring *ring = rl_ring_of(producer);
    /* Edge reuse, the producer's side. Pairs with: reuse.release. So that the bytes before tail
     * have been read. */
    const uint64_t tail =
        __atomic_load_n(&ring->header->tail, __ATOMIC_ACQUIRE); /* reuse.refresh */
    const uint64_t head = rl_ring_head(ring);
    const uint64_t bytes = ring->header->bytes;
    const uint64_t all = tail + bytes - 8;
    const uint64_t ordinary = all - (settings->reserve ? bytes / 8 : 0);
    const uint64_t step = bytes / 4 < RL_RING_STEP_BYTES ? bytes / 4 : RL_RING_STEP_BYTES;

    __atomic_store_n(&producer->limit[0], earlier(ordinary, head + step), __ATOMIC_RELAXED);
    __atomic_store_n(&producer->limit[1], earlier(all, head + step), __ATOMIC_RELAXED);
    __atomic_store_n(&producer->string_cap, settings->string_cap, __ATOMIC_RELAXED);
    __atomic_store_n(&producer->ticks_at, settings->coarse_clock ? rl_tick() : NULL,
                     __ATOMIC_RELAXED);
    if (!is_for_inlined_calls(ring, settings) || rl_settings_generation() != generation)
        rl_ring_revoke(ring);
    const uint64_t unread = head - tail;
    if (unread > __atomic_load_n(&ring->header->high_water, __ATOMIC_RELAXED))
        __atomic_store_n(&ring->header->high_water, unread, __ATOMIC_RELAXED);
    if (unread > bytes / 2)
        rl_wake(RL_WAKE_PRESSURE);
    return priority ? all : ordinary;
}

static bool has_room(struct ringlog_producer *producer, uint64_t bytes, bool priority)
{
    const uint32_t generation = rl_settings_generation();
    const struct rl_settings *settings = rl_settings();
    const uint64_t limit = refresh(producer, settings, generation, priority);
    return (int64_t)(limit - rl_ring_head(rl_ring_of(producer))) >= (int64_t)bytes;
}

/* Sleeps until the consumer gives back more than it had when `tail` was read, or for a while. */
static void wait_for_space(struct rl_ring_header *header, uint64_t tail, int64_t at_most_ns)
{
    const uint32_t turn = __atomic_load_n(&header->space_turn, __ATOMIC_RELAXED);
    /* Edge space, the producer's side: it says that it waits, then looks at tail. Pairs with:
     * space.wake. So that either it sees the new tail, or the consumer sees it wait. */
    __atomic_store_n(&header->waiting, 1, __ATOMIC_SEQ_CST);      /* space.wait */
    if (__atomic_load_n(&header->tail, __ATOMIC_SEQ_CST) != tail) /* space.wait-look */
        return;
    rl_wake(RL_WAKE_PRESSURE);
    rl_futex_wait(&header->space_turn, turn, at_most_ns);
}

/* How long a call that waits since then may sleep; <= 0: no longer. */
static int64_t time_left(const struct rl_settings *settings, int64_t since_ns)
{
    if (settings->block_timeout_ms == 0)
        return BLOCKED_LOOK_NS;
    const int64_t left =
        since_ns + (int64_t)settings->block_timeout_ms * 1000000 - rl_monotonic_ns();
    return left < BLOCKED_LOOK_NS ? left : BLOCKED_LOOK_NS;
}

/* The ring is full. Waits for room if this caller may wait; false: it may not, or not longer. */
static bool block(struct ringlog_producer *producer, uint64_t bytes, bool priority)
{
    struct rl_ring_header *header = rl_ring_of(producer)->header;
    const struct rl_settings *settings = rl_settings();
    if (settings->drop || settings->state != RL_RUNNING || header->kind == RL_RING_SIDE ||
        __atomic_load_n(&rl_set()->unread, __ATOMIC_RELAXED) != 0)
        return false;
    rl_count(&header->blocked, 1);
    const int64_t start = rl_monotonic_ns();
    for (;;) {
        /* Before the look for room: what is given back after that look shall not be slept over. */
        const uint64_t tail = __atomic_load_n(&header->tail, __ATOMIC_RELAXED);
        if (has_room(producer, bytes, priority))
            return true;
        if (rl_settings()->state != RL_RUNNING)
            return false;
        const int64_t left = time_left(settings, start);
        if (left <= 0)
            return false;
        wait_for_space(header, tail, left);
    }
}

static enum rl_loss loss_of(const struct rl_ring_header *header)
{
    if (header->kind == RL_RING_SIDE)
        return RL_LOSS_NESTED;
    switch (rl_settings()->state) {
    case RL_EARLY:
        return RL_LOSS_EARLY;
    case RL_STOPPED:
        return RL_LOSS_LATE;
    case RL_RUNNING:
        break;
    }
    return RL_LOSS_FULL;
}

/* ---- take and publish ---- */

uint64_t rl_take_cap(void)
{
    const struct ringlog_producer *producer = ringlog_producer_;
    const uint64_t bytes = producer->data == NULL ? rl_settings()->ring_bytes : producer->mask + 1;
    return rl_record_cap(bytes) - RL_SIDE_PREFIX_BYTES - 8;
}

bool rl_take(struct rl_take *take, uint64_t field_bytes, bool priority, uint64_t ticks,
             uintptr_t stack)
{
    if (rl_library_thread) {
        rl_count_loss(RL_LOSS_LIBRARY);
        return false;
    }
    struct ringlog_producer *producer = own_producer(stack, ticks);
    if (producer == NULL)
        return false;
    __atomic_store_n(&producer->busy, stack, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);

    struct rl_ring *ring = rl_ring_of(producer);
    if (!rl_ring_has_clock(ring, rl_settings()))
        ticks = read_clock(ring->header->monotonic != 0); /* the ring could not be changed */
    take->ring = ring;
    take->bytes = rl_record_bytes(ring, field_bytes);
    if (take->bytes > rl_record_cap(ring->header->bytes) ||
        (!has_room(producer, take->bytes, priority) && !block(producer, take->bytes, priority))) {
        count_ring_loss(ring->header, loss_of(ring->header), ticks);
        __atomic_store_n(&producer->busy, 0, __ATOMIC_RELAXED);
        return false;
    }
    take->fields = rl_record_begin(ring, take->bytes, ticks);
    return true;
}

void rl_publish(const struct rl_take *take, uint32_t site, uint16_t logger)
{
    rl_record_end(take->ring, take->bytes, site, logger);
    __atomic_store_n(&take->ring->producer.busy, 0, __ATOMIC_RELAXED);
}
