/* Handlers that keep records for others: memory, queue; and the listener that empties a queue. */
#ifndef RINGLOG_QUEUES_H
#define RINGLOG_QUEUES_H

#include "ringlog/handlers.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- memory ---------------------------------------------------------------------------------- */

/* Holds records until there are enough of them or one is urgent, then hands all of them to another
 * handler: CPython's MemoryHandler. Debug records on the eve of an error, say. */
struct ringlog_memory_options {
    ringlog_handler *target; /* required; a reference is taken. Its level is not asked, its filters
                              * are, as in CPython */
    size_t capacity;         /* records; when there are so many they go. Default 1000 */
    int flush_level;         /* a record of this level or above sends all. Default ERROR */
    bool discard_at_close;   /* what it holds at its end is given up and counted, not handed over */
};
static inline int ringlog_memory_handler_new(ringlog_handler **handler,
                                             const struct ringlog_memory_options *options);

/* Hands over what it holds now. Waits, as configuration calls do, for what this thread logged. */
RINGLOG_API int ringlog_memory_handler_flush(ringlog_handler *handler);

/* ---- queue and listener ---------------------------------------------------------------------- */

/* A bounded queue of whole records, between a handler that fills it and a listener that empties it.
 * Logging never waits for such a queue, nor is one needed for it: it is for programs that start and
 * stop the delivery of what some loggers say. Records wait while no listener runs. */
typedef struct ringlog_queue ringlog_queue;

struct ringlog_queue_options {
    size_t capacity; /* records; one more is lost, an error of the handler. Default 10,000 */
    size_t bytes;    /* of all records together; likewise. Default 16 MiB */
};
static inline int ringlog_queue_new(ringlog_queue **queue,
                                    const struct ringlog_queue_options *options);
RINGLOG_API void ringlog_queue_unref(ringlog_queue *queue);

/* Puts records into a queue: CPython's QueueHandler. A formatter of its own, an exception text or a
 * stack text make the record's message the formatted text; else the record stays as it is, with its
 * arguments. Takes a reference to the queue. */
RINGLOG_API int ringlog_queue_handler_new(ringlog_handler **handler, ringlog_queue *queue);

typedef struct ringlog_listener ringlog_listener;

struct ringlog_listener_options {
    bool ignore_levels; /* hand every record to every handler, as CPython's QueueListener does
                         * unless told otherwise. Default: a handler's level counts */
};

/* Hands what is in the queue to these handlers, in this order, once it has been started. Runs on
 * the library's thread. Takes references to the queue and the handlers. */
static inline int ringlog_listener_new(ringlog_listener **listener, ringlog_queue *queue,
                                       ringlog_handler *const *handlers, size_t count,
                                       const struct ringlog_listener_options *options);

/* 0, also when it runs already. */
RINGLOG_API int ringlog_listener_start(ringlog_listener *listener);

/* What was queued before is handled first. 0, also when it does not run. Shutdown stops all. */
RINGLOG_API int ringlog_listener_stop(ringlog_listener *listener);

/* Stops it with the last reference. */
RINGLOG_API void ringlog_listener_unref(ringlog_listener *listener);

/* ---- what the inline wrappers call ----------------------------------------------------------- */

RINGLOG_API int ringlog_memory_handler_new_sized_(ringlog_handler **handler,
                                                  const struct ringlog_memory_options *options,
                                                  size_t bytes);
RINGLOG_API int ringlog_queue_new_sized_(ringlog_queue **queue,
                                         const struct ringlog_queue_options *options, size_t bytes);
RINGLOG_API int ringlog_listener_new_sized_(ringlog_listener **listener, ringlog_queue *queue,
                                            ringlog_handler *const *handlers, size_t count,
                                            const struct ringlog_listener_options *options,
                                            size_t bytes);

static inline int ringlog_memory_handler_new(ringlog_handler **handler,
                                             const struct ringlog_memory_options *options)
{
    return ringlog_memory_handler_new_sized_(handler, options, sizeof *options);
}

static inline int ringlog_queue_new(ringlog_queue **queue,
                                    const struct ringlog_queue_options *options)
{
    return ringlog_queue_new_sized_(queue, options, sizeof *options);
}

static inline int ringlog_listener_new(ringlog_listener **listener, ringlog_queue *queue,
                                       ringlog_handler *const *handlers, size_t count,
                                       const struct ringlog_listener_options *options)
{
    return ringlog_listener_new_sized_(listener, queue, handlers, count, options, sizeof *options);
}

#ifdef __cplusplus
}
#endif

#endif
