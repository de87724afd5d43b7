/* One look at all rings: records in order of time, up to a horizon, to the dispatcher. */
#include "handlers/listener.h"
#include "logger/logger.h"
#include "ring/set.h"
#include "writer/state.h"

#include <stddef.h>
#include <stdlib.h>

/* A ring that so many looks in a row found empty is quiet. */
#define QUIET_LOOKS    16
#define PREFETCH_RINGS 8

/* ---- the heap ---- */

/* By time; of one thread's two rings, a signal handler's record comes before the main record at the
 * position it interrupted, and after all before it. */
static bool is_before(const struct rl_cursor *a, const struct rl_cursor *b)
{
    if (a->record.ticks != b->record.ticks)
        return (int64_t)(a->record.ticks - b->record.ticks) < 0;
    if (a->ring->main == b->ring)
        return (int64_t)(b->ring->consumer.position - a->record.main_head) >= 0;
    if (b->ring->main == a->ring)
        return (int64_t)(a->ring->consumer.position - b->record.main_head) < 0;
    return false;
}

static void sift_down(struct rl_merge *merge)
{
    struct rl_cursor *heap = merge->heap;
    for (unsigned at = 0;;) {
        unsigned least = at;
        for (unsigned child = 2 * at + 1; child <= 2 * at + 2 && child < merge->count; child++)
            if (is_before(&heap[child], &heap[least]))
                least = child;
        if (least == at)
            return;
        const struct rl_cursor moved = heap[at];
        heap[at] = heap[least];
        heap[least] = moved;
        at = least;
    }
}

static bool push(struct rl_merge *merge, const struct rl_cursor *cursor)
{
    if (merge->count == merge->capacity) {
        const unsigned capacity = merge->capacity == 0 ? 16 : merge->capacity * 2;
        struct rl_cursor *heap = realloc(merge->heap, capacity * sizeof *heap);
        if (heap == NULL)
            return false; /* this ring waits for the next look */
        merge->heap = heap;
        merge->capacity = capacity;
    }
    unsigned at = merge->count++;
    while (at > 0 && is_before(cursor, &merge->heap[(at - 1) / 2])) {
        merge->heap[at] = merge->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    merge->heap[at] = *cursor;
    return true;
}

/* Puts the top away, behind those that are left. */
static void pop(struct rl_merge *merge)
{
    const struct rl_cursor top = merge->heap[0];
    merge->heap[0] = merge->heap[--merge->count];
    merge->heap[merge->count] = top;
    sift_down(merge);
}

/* ---- the look ---- */

uint64_t rl_writer_ticks(const struct rl_writer *writer, const struct rl_ring *ring, uint64_t ticks)
{
    const bool same = (ring->header->monotonic != 0) == writer->clock.ticks_are_ns;
    return __builtin_expect(same, 1) ? ticks : rl_clock_translate(&writer->clock, ticks);
}

static bool next_record(const struct rl_writer *writer, struct rl_cursor *cursor)
{
    if (!rl_ring_peek(cursor->ring, &cursor->record))
        return false;
    cursor->record.ticks = rl_writer_ticks(writer, cursor->ring, cursor->record.ticks);
    return true;
}

static bool is_due(const struct rl_cursor *cursor, uint64_t horizon)
{
    return (int64_t)(horizon - cursor->record.ticks) >= 0;
}

/* Whether a ring that has been empty for a while still is, as its owner's head tells. Looking there
 * disturbs an owner that writes, and misses a record whose owner died right after publishing it;
 * but of a thousand idle rings it spares the writer a thousand pages. */
static bool is_quiet(const struct rl_ring *ring)
{
    return ring->consumer.quiet == QUIET_LOOKS && rl_ring_head(ring) == ring->consumer.position;
}

/* New rings join at the front, so the list mostly runs backwards through the slabs. A wrong guess
 * costs nothing. */
static void prefetch_ahead(const struct rl_ring *ring)
{
    const uintptr_t ahead = (uintptr_t)ring - PREFETCH_RINGS * sizeof *ring;
    __builtin_prefetch((const void *)(ahead + offsetof(struct rl_ring, producer)));
    __builtin_prefetch((const void *)(ahead + offsetof(struct rl_ring, next)));
}

static void collect(struct rl_writer *writer, uint64_t horizon, bool thorough)
{
    for (struct rl_ring *ring = rl_set_first(); ring != NULL; ring = ring->next) {
        struct rl_cursor cursor = {.ring = ring};
        prefetch_ahead(ring);
        if (!thorough && is_quiet(ring))
            continue;
        if (!next_record(writer, &cursor)) {
            ring->consumer.quiet += ring->consumer.quiet < QUIET_LOOKS;
            continue;
        }
        ring->consumer.quiet = 0;
        if (is_due(&cursor, horizon))
            push(&writer->merge, &cursor);
    }
}

/* Space goes back in steps, so that the producer's line of it changes seldom. */
static void give_back(struct rl_ring *ring, uint64_t least)
{
    if (rl_ring_held(ring) >= least)
        rl_ring_release(ring);
}

static void tell_losses(struct rl_writer *writer)
{
    const struct rl_routes *routes = rl_routes();
    const uint64_t losses = rl_set_ring_losses();
    if (losses != writer->losses_seen) {
        writer->losses_seen = losses;
        for (struct rl_ring *ring = rl_set_first(); ring != NULL; ring = ring->next)
            rl_tell_losses(writer, ring, routes);
    }
    rl_tell_given_up(writer, routes);
}

/* Up to where the records of the ring on top come before all others. */
static uint64_t bound_of(const struct rl_merge *merge, uint64_t horizon)
{
    uint64_t bound = horizon + 1;
    for (unsigned child = 1; child <= 2 && child < merge->count; child++)
        if ((int64_t)(merge->heap[child].record.ticks - bound) < 0)
            bound = merge->heap[child].record.ticks;
    return bound;
}

/* A record that is no row: by itself, behind those that are. Returns whether the ring has more. */
static bool dispatch_other(struct rl_writer *writer, struct rl_cursor *cursor)
{
    rl_pending_dispatch(writer);
    if (writer->stuck)
        return true; /* where it is */
    rl_dispatch(writer, cursor->ring, &cursor->record, rl_routes());
    rl_ring_step(cursor->ring, &cursor->record);
    give_back(cursor->ring, cursor->ring->header->bytes / 8);
    return next_record(writer, cursor);
}

/* Takes what comes next of the ring on top. Returns whether it has more. */
static bool advance(struct rl_writer *writer, struct rl_cursor *top, uint64_t bound)
{
    switch (rl_pending_take(writer, top, bound)) {
    case RL_TAKEN_ALL:
        return false;
    case RL_TAKEN_FULL:
        rl_pending_dispatch(writer);
        break;
    case RL_TAKEN_OTHER:
        return dispatch_other(writer, top);
    case RL_TAKEN_DUE:
        break;
    }
    return true;
}

bool rl_drain(struct rl_writer *writer, uint64_t horizon, bool thorough)
{
    struct rl_merge *merge = &writer->merge;
    collect(writer, horizon, thorough);
    const unsigned rings = merge->count;
    while (merge->count != 0 && !writer->stuck) {
        struct rl_cursor *top = &merge->heap[0];
        if (advance(writer, top, bound_of(merge, horizon)) && is_due(top, horizon))
            sift_down(merge);
        else
            pop(merge);
    }
    rl_pending_dispatch(writer);
    merge->count = 0;
    for (unsigned i = 0; i < rings; i++)
        give_back(merge->heap[i].ring, 1);
    tell_losses(writer);
    return rings != 0;
}

bool rl_end_batch(struct rl_writer *writer)
{
    const struct rl_routes *routes = rl_routes();
    bool all_out = true;
    writer->stuck = false;
    const struct rl_list *listeners = routes == NULL ? NULL : routes->listeners;
    for (unsigned i = 0; listeners != NULL && i < listeners->count; i++)
        rl_listener_run(listeners->items[i]);
    for (uint32_t i = 0; routes != NULL && i < routes->handler_count; i++) {
        struct ringlog_handler *handler = routes->handlers[i];
        rl_handler_end_batch(handler);
        writer->stuck |= rl_handler_is_stuck(handler);
        all_out &= rl_handler_is_isolated(handler) || rl_handler_is_idle(handler);
    }
    if (writer->last_resort != NULL)
        rl_handler_end_batch(writer->last_resort);
    return all_out;
}
