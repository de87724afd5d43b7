/* Queue handler and listener: records wait between them as parcels. Both run on the writer's
 * thread; who feeds a queue from elsewhere puts parcels into it there. */
#include "base/error.h"
#include "base/references.h"
#include "handlers/lines.h"
#include "handlers/listener.h"
#include "handlers/parcel.h"
#include "logger/tree.h"
#include "ringlog/queues.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY    10000
#define QUEUE_BYTES ((size_t)16 << 20)

struct ringlog_queue {
    struct rl_retired retired;
    uint32_t references; /* atomic */
    size_t capacity;
    size_t most_bytes;
    struct rl_parcels parcels; /* the writer's */
};

/* ---- the queue ---- */

int ringlog_queue_new_sized_(ringlog_queue **queue, const struct ringlog_queue_options *given,
                             size_t bytes)
{
    struct ringlog_queue_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    struct ringlog_queue *made = *queue = calloc(1, sizeof *made);
    if (made == NULL)
        return rl_error(-ENOMEM, "ringlog_queue_new: out of memory");
    made->references = 1;
    made->capacity = options.capacity == 0 ? CAPACITY : options.capacity;
    made->most_bytes = options.bytes == 0 ? QUEUE_BYTES : options.bytes;
    return 0;
}

static void free_queue(struct rl_retired *retired)
{
    struct ringlog_queue *queue = (struct ringlog_queue *)(void *)retired;
    rl_parcels_clear(&queue->parcels);
    free(queue);
}

void ringlog_queue_unref(ringlog_queue *queue)
{
    if (queue != NULL && rl_ref_drop(&queue->references))
        rl_rcu_retire(&queue->retired, free_queue);
}

/* ---- the handler ---- */

struct filler {
    struct ringlog_handler base;
    struct ringlog_queue *queue;
    struct rl_buffer text; /* the writer's */
};

static struct filler *filler_of(struct ringlog_handler *handler)
{
    return (struct filler *)(void *)handler;
}

static bool is_full(const struct ringlog_queue *queue)
{
    return queue->parcels.count >= queue->capacity ||
           rl_parcels_bytes(&queue->parcels) >= queue->most_bytes;
}

/* CPython's QueueHandler.prepare(): its formatter's text, with exception and stack, is the message.
 * false: a field is missing. */
static bool prepare(struct filler *filler, const struct rl_event *event, struct rl_span *text)
{
    filler->text.length = 0;
    if (!rl_handler_append_line(&filler->base, event, &filler->text))
        return false;
    *text = (struct rl_span){filler->text.data, filler->text.length - 1}; /* without the newline */
    return !filler->text.failed;
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct filler *filler = filler_of(handler);
    struct rl_span text;
    const bool formats = rl_rcu_dereference(handler->formatter) != NULL ||
                         event->record->exception_text != NULL || event->record->stack_text != NULL;
    if (formats && !prepare(filler, event, &text))
        return;
    const bool full = is_full(filler->queue);
    if (!full && rl_parcels_put(&filler->queue->parcels, event, formats ? &text : NULL))
        return;
    rl_handler_count_lost(handler, 1);
    rl_handler_error(handler, full ? ENOBUFS : ENOMEM, "put");
}

static void close_filler(struct ringlog_handler *handler)
{
    struct filler *filler = filler_of(handler);
    ringlog_queue_unref(filler->queue);
    rl_buffer_free(&filler->text);
}

static const struct rl_handler_ops ops = {.kind = "queue", .append = append, .close = close_filler};

int ringlog_queue_handler_new(ringlog_handler **handler, ringlog_queue *queue)
{
    *handler = NULL;
    if (queue == NULL)
        return rl_error(-EINVAL, "ringlog_queue_handler_new: no queue");
    struct filler *filler = calloc(1, sizeof *filler);
    if (filler == NULL)
        return rl_error(-ENOMEM, "ringlog_queue_handler_new: out of memory");
    static const struct ringlog_isolation_options direct = {.isolation = RINGLOG_NOT_ISOLATED};
    rl_handler_init(&filler->base, &ops, &direct, false);
    rl_ref_take(&queue->references);
    filler->queue = queue;
    *handler = &filler->base;
    return 0;
}

/* ---- the listener ---- */

struct ringlog_listener {
    struct rl_listener base; /* its handlers, for the routes */
    struct rl_retired retired;
    uint32_t references; /* atomic */
    bool ignore_levels;
    struct ringlog_queue *queue;
    struct rl_opened opened; /* the writer's */
};

void rl_listener_run(struct rl_listener *base)
{
    struct ringlog_listener *listener = (struct ringlog_listener *)(void *)base;
    while (rl_parcels_take(&listener->queue->parcels, &listener->opened))
        for (uint32_t i = 0; i < base->count; i++) {
            if (listener->ignore_levels)
                rl_handler_append_any(base->handlers[i], &listener->opened.event);
            else
                rl_handler_append(base->handlers[i], &listener->opened.event);
        }
}

int ringlog_listener_new_sized_(ringlog_listener **listener, ringlog_queue *queue,
                                ringlog_handler *const *handlers, size_t count,
                                const struct ringlog_listener_options *given, size_t bytes)
{
    struct ringlog_listener_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *listener = NULL;
    if (queue == NULL || (handlers == NULL && count != 0))
        return rl_error(-EINVAL, "ringlog_listener_new: no queue, or no handlers");
    struct ringlog_listener *made = calloc(1, sizeof *made);
    struct ringlog_handler **copy = calloc(count + 1, sizeof *copy);
    if (made == NULL || copy == NULL) {
        free(made);
        free(copy);
        return rl_error(-ENOMEM, "ringlog_listener_new: out of memory");
    }
    for (size_t i = 0; i < count; i++)
        copy[i] = ringlog_handler_ref(handlers[i]);
    rl_ref_take(&queue->references);
    *made = (struct ringlog_listener){.base = {.count = (uint32_t)count, .handlers = copy},
                                      .references = 1,
                                      .ignore_levels = options.ignore_levels,
                                      .queue = queue};
    *listener = made;
    return 0;
}

int ringlog_listener_start(ringlog_listener *listener)
{
    rl_config_begin();
    const int result = rl_list_change(&rl_listeners, &listener->base, true);
    rl_config_end();
    return result < 0 ? rl_error(result, "ringlog_listener_start: out of memory") : 0;
}

int ringlog_listener_stop(ringlog_listener *listener)
{
    rl_config_begin(); /* whose barrier empties the queue */
    const int result = rl_list_change(&rl_listeners, &listener->base, false);
    rl_config_end();
    return result < 0 ? rl_error(result, "ringlog_listener_stop: out of memory") : 0;
}

static void free_listener(struct rl_retired *retired)
{
    struct ringlog_listener *listener =
        (struct ringlog_listener *)(void *)((char *)retired -
                                            offsetof(struct ringlog_listener, retired));
    for (uint32_t i = 0; i < listener->base.count; i++)
        ringlog_handler_unref(listener->base.handlers[i]);
    ringlog_queue_unref(listener->queue);
    rl_opened_free(&listener->opened);
    free(listener->base.handlers);
    free(listener);
}

void ringlog_listener_unref(ringlog_listener *listener)
{
    if (listener == NULL || !rl_ref_drop(&listener->references))
        return;
    ringlog_listener_stop(listener);
    rl_rcu_retire(&listener->retired, free_listener);
}
