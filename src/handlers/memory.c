/* The memory handler: holds records back until they are many or one is urgent. */
#include "base/error.h"
#include "handlers/parcel.h"
#include "ringlog/queues.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY 1000

struct memory {
    struct ringlog_handler base; /* whose `inner` is the target */
    size_t capacity;
    int flush_level;
    bool discard;
    bool asked; /* to hand over; atomic, relaxed: who asks waits for the writer */
    struct rl_parcels held;
    struct rl_opened opened;
};

static struct memory *memory_of(struct ringlog_handler *handler)
{
    return (struct memory *)(void *)handler;
}

/* Filters are asked, the level is not, as in CPython's Handler.handle(). */
static void hand_over(struct memory *memory)
{
    while (rl_parcels_take(&memory->held, &memory->opened))
        rl_handler_append_any(memory->base.inner, &memory->opened.event);
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct memory *memory = memory_of(handler);
    if (!rl_parcels_put(&memory->held, event, NULL)) {
        rl_handler_count_lost(handler, 1);
        rl_handler_error(handler, ENOMEM, "hold a record");
    }
    if (memory->held.count >= memory->capacity || event->record->level >= memory->flush_level)
        hand_over(memory);
}

static void end_batch(struct ringlog_handler *handler)
{
    struct memory *memory = memory_of(handler);
    if (__atomic_exchange_n(&memory->asked, false, __ATOMIC_RELAXED))
        hand_over(memory);
    rl_handler_end_batch(handler->inner);
}

static void close_memory(struct ringlog_handler *handler)
{
    struct memory *memory = memory_of(handler);
    if (!memory->discard)
        hand_over(memory);
    const size_t left = rl_parcels_clear(&memory->held);
    if (left != 0)
        rl_handler_count_lost(handler, left);
    rl_opened_free(&memory->opened);
    rl_handler_end_batch(handler->inner);
}

static const struct rl_handler_ops ops = {
    .kind = "memory", .append = append, .end_batch = end_batch, .close = close_memory};

int ringlog_memory_handler_new_sized_(ringlog_handler **handler,
                                      const struct ringlog_memory_options *given, size_t bytes)
{
    struct ringlog_memory_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *handler = NULL;
    if (options.target == NULL)
        return rl_error(-EINVAL, "ringlog_memory_handler_new: no target");
    struct memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL)
        return rl_error(-ENOMEM, "ringlog_memory_handler_new: out of memory");
    memory->capacity = options.capacity == 0 ? CAPACITY : options.capacity;
    memory->flush_level = options.flush_level == 0 ? RINGLOG_ERROR : options.flush_level;
    memory->discard = options.discard_at_close;
    static const struct ringlog_isolation_options direct = {.isolation = RINGLOG_NOT_ISOLATED};
    rl_handler_init(&memory->base, &ops, &direct, false);
    memory->base.inner = ringlog_handler_ref(options.target);
    *handler = &memory->base;
    return 0;
}

int ringlog_memory_handler_flush(ringlog_handler *handler)
{
    if (handler == NULL || handler->ops != &ops)
        return rl_error(-EINVAL, "ringlog_memory_handler_flush: not a memory handler");
    if (!rl_config_wait())
        return 0; /* nothing has run yet that could hold a record */
    __atomic_store_n(&memory_of(handler)->asked, true, __ATOMIC_RELAXED);
    rl_config_wait();
    return 0;
}
