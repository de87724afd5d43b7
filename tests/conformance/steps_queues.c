/* Queues, the handler in front of one and the listener behind it. */
#include "handlers.h"
#include "run.h"

#include <ringlog/queues.h>

#include <stdlib.h>

int make_queue_handler(struct run *run, const json_t *step, ringlog_handler **handler)
{
    return ringlog_queue_handler_new(handler, object_of(run, OBJECT_QUEUE, text_of(step, "queue")));
}

static int make_queue(struct run *run, const json_t *step)
{
    /* CPython's has no bound. */
    const struct ringlog_queue_options options = {.capacity = SIZE_MAX / 2, .bytes = SIZE_MAX / 2};
    ringlog_queue *queue;
    const int result = ringlog_queue_new(&queue, &options);
    if (result == 0)
        keep_object(run, OBJECT_QUEUE, text_of(step, "id"), queue);
    return result;
}

static int make_listener(struct run *run, const json_t *step)
{
    /* By default ringlog respects levels and CPython does not. */
    const struct ringlog_listener_options options = {
        .ignore_levels = number_of(step, "respect_level") == 0,
    };
    size_t count;
    ringlog_handler **handlers = handlers_of(run, step, &count);
    ringlog_listener *listener;
    const int result = ringlog_listener_new(
        &listener, object_of(run, OBJECT_QUEUE, text_of(step, "queue")), handlers, count, &options);
    free(handlers);
    if (result == 0)
        keep_object(run, OBJECT_LISTENER, text_of(step, "id"), listener);
    return result;
}

static int start_listener(struct run *run, const json_t *step)
{
    return ringlog_listener_start(object_of(run, OBJECT_LISTENER, text_of(step, "id")));
}

static int stop_listener(struct run *run, const json_t *step)
{
    return ringlog_listener_stop(object_of(run, OBJECT_LISTENER, text_of(step, "id")));
}

const struct step_kind queue_steps[] = {
    {"queue", make_queue, false},
    {"listener", make_listener, false},
    {"listener_start", start_listener, false},
    {"listener_stop", stop_listener, false},
    {0},
};
