/* Handlers: where records go. Includes the headers of their families:
 *
 *     <ringlog/formatters.h>  what lines look like
 *     <ringlog/filters.h>     which records are taken
 *     <ringlog/record.h>      what callbacks see of a record
 *     <ringlog/files.h>       text and binary files
 *     <ringlog/queues.h>      memory, queue and listener
 *     <ringlog/network.h>     syslog, journal, sockets
 *
 * A handler is created with one reference, which is the caller's; attaching it to a logger takes
 * another. ringlog_handler_unref() gives one back, and the last one closes the handler once the
 * writer is done with it. Handlers may be created and attached before ringlog_init().
 *
 * Only the library's threads run a handler: records of all threads arrive in the order of time,
 * one at a time. A handler that may be slow is isolated: a thread and a bounded queue of its own
 * keep it from delaying any other handler or any log call. */
#ifndef RINGLOG_HANDLERS_H
#define RINGLOG_HANDLERS_H

#include "ringlog/filters.h"
#include "ringlog/formatters.h"
#include "ringlog/record.h"
#include "ringlog/ringlog.h"

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- all handlers ---------------------------------------------------------------------------- */

enum ringlog_isolation {
    RINGLOG_ISOLATION_DEFAULT = 0, /* terminals, pipes and sockets yes, files no */
    RINGLOG_ISOLATED = 1,
    RINGLOG_NOT_ISOLATED = 2 /* runs on the writer's thread: a slow one delays every handler */
};

enum ringlog_queue_policy {
    RINGLOG_QUEUE_DROP = 0, /* a full queue gives up the new records: counted, told in the log */
    RINGLOG_QUEUE_BLOCK = 1 /* a full queue makes the writer wait: nothing lost, everything waits */
};

/* A part of most handlers' options. */
struct ringlog_isolation_options {
    enum ringlog_isolation isolation;
    enum ringlog_queue_policy policy;
    size_t queue_bytes; /* default 4 MiB; 64 KiB to 1 GiB */
};

RINGLOG_API ringlog_handler *ringlog_handler_ref(ringlog_handler *handler);
RINGLOG_API void ringlog_handler_unref(ringlog_handler *handler);

/* The least level that the handler takes, after the logger's. Default NOTSET: all. */
RINGLOG_API int ringlog_handler_set_level(ringlog_handler *handler, int level);
/* NULL: "%(message)s". Takes a reference. */
RINGLOG_API int ringlog_handler_set_formatter(ringlog_handler *handler,
                                              ringlog_formatter *formatter);

/* Flushes and closes it now, wherever it is attached: later records are not taken. What CPython's
 * Handler.close() does; the last unref does it too. 0; -ETIMEDOUT: another handler has held up the
 * writer for ten seconds, and this one is closed when that is over; -EDEADLK on a thread of the
 * library. */
RINGLOG_API int ringlog_handler_close(ringlog_handler *handler);

struct ringlog_handler_counts {
    uint64_t records;     /* taken */
    uint64_t bytes;       /* written */
    uint64_t errors;      /* failed attempts */
    uint64_t lost;        /* records given up: queue full, or not written at shutdown */
    uint64_t pending;     /* bytes formatted and not yet written */
    int last_errno;       /* 0: none so far */
    char last_error[128]; /* what the last failure was */
};

static inline int ringlog_handler_stats(ringlog_handler *handler,
                                        struct ringlog_handler_counts *counts);

/* ---- console, null, custom ------------------------------------------------------------------- */

enum ringlog_colour {
    RINGLOG_COLOUR_AUTO = 0, /* on a terminal, unless NO_COLOR is set (no-color.org) or TERM=dumb */
    RINGLOG_COLOUR_ALWAYS = 1,
    RINGLOG_COLOUR_NEVER = 2
};

struct ringlog_console_options {
    /* Where to: a descriptor, which stays the caller's and must stay open. 0: stderr (2), as
     * Python's StreamHandler. Written with write(2), past stdio's buffers. */
    int fd;
    enum ringlog_colour colour; /* the whole line, by level */
    struct ringlog_isolation_options isolation;
};
static inline int ringlog_console_handler_new(ringlog_handler **handler,
                                              const struct ringlog_console_options *options);

/* Takes every record and keeps none. */
RINGLOG_API int ringlog_null_handler_new(ringlog_handler **handler);

/* A handler of your own. The callbacks run on a library thread, never two at once; they must not
 * call ringlog_flush(), and what they log themselves is dropped and counted. */
struct ringlog_custom_ops {
    /* `text` is the formatted line without a newline. Non-zero: a failure, counted and reported;
     * the record is lost for this handler. */
    int (*emit)(void *context, const struct ringlog_record *record, const char *text,
                size_t length);
    /* After a batch. May be NULL. */
    int (*flush)(void *context);
    /* Once, when the handler goes. May be NULL. */
    void (*close)(void *context);
};

struct ringlog_custom_options {
    struct ringlog_custom_ops ops; /* emit is required */
    void *context;
    struct ringlog_isolation_options isolation; /* by default not isolated */
};
static inline int ringlog_custom_handler_new(ringlog_handler **handler,
                                             const struct ringlog_custom_options *options);

/* ---- what the inline wrappers call ----------------------------------------------------------- */

RINGLOG_API int ringlog_handler_stats_sized_(ringlog_handler *handler,
                                             struct ringlog_handler_counts *counts, size_t bytes);
RINGLOG_API int ringlog_console_handler_new_sized_(ringlog_handler **handler,
                                                   const struct ringlog_console_options *options,
                                                   size_t bytes);
RINGLOG_API int ringlog_custom_handler_new_sized_(ringlog_handler **handler,
                                                  const struct ringlog_custom_options *options,
                                                  size_t bytes);

static inline int ringlog_handler_stats(ringlog_handler *handler,
                                        struct ringlog_handler_counts *counts)
{
    return ringlog_handler_stats_sized_(handler, counts, sizeof *counts);
}

static inline int ringlog_console_handler_new(ringlog_handler **handler,
                                              const struct ringlog_console_options *options)
{
    return ringlog_console_handler_new_sized_(handler, options, sizeof *options);
}

static inline int ringlog_custom_handler_new(ringlog_handler **handler,
                                             const struct ringlog_custom_options *options)
{
    return ringlog_custom_handler_new_sized_(handler, options, sizeof *options);
}

#ifdef __cplusplus
}
#endif

#include "ringlog/files.h"
#include "ringlog/network.h"
#include "ringlog/queues.h"

#endif
