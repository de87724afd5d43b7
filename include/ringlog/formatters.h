/* Formatters: what a handler's lines look like. Immutable once made; one may serve many handlers. */
#ifndef RINGLOG_FORMATTERS_H
#define RINGLOG_FORMATTERS_H

#include "ringlog/ringlog.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ringlog_formatter ringlog_formatter;

struct ringlog_formatter_options {
    /* Python's tags: "%(asctime)s %(levelname)-8s %(name)s: %(message)s". NULL or "" is
     * "%(message)s". Checked as a whole when the formatter is made: what is malformed and
     * conversions that do not fit are -EINVAL, and ringlog_last_error() names the byte. A name that
     * is no tag is a field of the record (ringlog/fields.h): "%(user)s", "%(attempt)03d".
     * %(fields)s is all of them, each as " key=value". */
    const char *format;
    /* strftime(3) for %(asctime)s. NULL: "%Y-%m-%d %H:%M:%S" and ",mmm" (milliseconds), as in
     * Python; with a datefmt there are no milliseconds. */
    const char *datefmt;
    /* UTC instead of local time. */
    bool utc;
    /* Values of fields that a record does not have. A field that is neither here nor in the record
     * is an error of the handler, which then loses that record, as in CPython. Copied. */
    const struct ringlog_extra *defaults;
    size_t default_count;
    /* Arguments, names and texts are escaped by default: control characters, invalid UTF-8,
     * bidirectional controls. true passes their bytes through. */
    bool raw;
};

static inline int ringlog_formatter_new(ringlog_formatter **formatter,
                                        const struct ringlog_formatter_options *options);
RINGLOG_API void ringlog_formatter_unref(ringlog_formatter *formatter);

/* ---- what the inline wrappers call ------------------------------------------------------------ */

RINGLOG_API int ringlog_formatter_new_sized_(ringlog_formatter **formatter,
                                             const struct ringlog_formatter_options *options,
                                             size_t bytes);

static inline int ringlog_formatter_new(ringlog_formatter **formatter,
                                        const struct ringlog_formatter_options *options)
{
    return ringlog_formatter_new_sized_(formatter, options, sizeof *options);
}

#ifdef __cplusplus
}
#endif

#endif
