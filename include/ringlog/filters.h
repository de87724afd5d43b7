/* Filters: a further say in which records a logger or a handler takes, after their levels. */
#ifndef RINGLOG_FILTERS_H
#define RINGLOG_FILTERS_H

#include "ringlog/record.h"
#include "ringlog/ringlog.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ringlog_filter ringlog_filter;

/* Where a log call stands. */
struct ringlog_place {
    const char *file;
    const char *function;
    unsigned line;
    const char *format;
};

/* All that is set must hold. Zero: everything passes. */
struct ringlog_filter_options {
    /* "a.b": the logger of this name and those below it, as CPython's logging.Filter. NULL or "":
     * all. Copied. */
    const char *name;
    /* From this level to that one, both included. 0: no bound. */
    int least_level;
    int greatest_level;
    /* Whether the record passes; may add fields (ringlog_record_set()). Runs on the library's
     * threads, one record at a time; must neither block nor flush, and what it logs is dropped and
     * counted. */
    bool (*callback)(const struct ringlog_record *record, void *context);
    /* A filter of the other kind: it runs in the thread that logs, before anything is captured, and
     * so knows only where the call stands. For loggers; a handler refuses it. Saves the cost of
     * the record; makes every call through that logger go through a function, and such calls are
     * not signal-safe. Must be safe from any thread, several at once. */
    bool (*caller)(const ringlog_logger *logger, int level, const struct ringlog_place *place,
                   void *context);
    void *context;
};

/* One reference, the caller's; adding to a logger or handler takes another. 0, -EINVAL, -ENOMEM. */
static inline int ringlog_filter_new(ringlog_filter **filter,
                                     const struct ringlog_filter_options *options);
RINGLOG_API void ringlog_filter_unref(ringlog_filter *filter);

/* A logger's filters see what is logged on it, not what comes up from its children; a handler's see
 * all that reaches it. They are asked in the order they were added, the first refusal ends it, and
 * adding twice is once: as in CPython. Configuration calls: they wait for what this thread logged
 * before. */
RINGLOG_API int ringlog_logger_add_filter(ringlog_logger *logger, ringlog_filter *filter);
RINGLOG_API int ringlog_logger_remove_filter(ringlog_logger *logger, ringlog_filter *filter);
RINGLOG_API int ringlog_handler_add_filter(ringlog_handler *handler, ringlog_filter *filter);
RINGLOG_API int ringlog_handler_remove_filter(ringlog_handler *handler, ringlog_filter *filter);

/* ---- what the inline wrappers call ----------------------------------------------------------- */

RINGLOG_API int ringlog_filter_new_sized_(ringlog_filter **filter,
                                          const struct ringlog_filter_options *options,
                                          size_t bytes);

static inline int ringlog_filter_new(ringlog_filter **filter,
                                     const struct ringlog_filter_options *options)
{
    return ringlog_filter_new_sized_(filter, options, sizeof *options);
}

#ifdef __cplusplus
}
#endif

#endif
