/* Formatters: what a handler's lines look like. Immutable once made, and good for many handlers. */
#ifndef RINGLOG_FORMATTERS_H
#define RINGLOG_FORMATTERS_H

#include "ringlog/ringlog.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ringlog_formatter ringlog_formatter;

/* Lines that programs read. All but the first: one JSON object (RFC 8259), or logfmt pairs, a
 * record, in UTF-8, on one line, whatever was logged. Each is shown in docs/formatters.md.
 *
 * Times are UTC with nanoseconds (RFC 3339). The message is text: what could start a line or drive
 * a terminal is escaped in JSON's way, and comes back as it was logged; bytes that are not UTF-8
 * become U+FFFD. "args" are the call's printf arguments with their types, where there are any
 * (errno for %m among them; those of ringlog_log_text() and ringlog_log_ex() are none, nor is a
 * keyed call's). The record's fields (ringlog/fields.h) are members like the others, under their
 * keys. Types:
 *
 *     integers       numbers, all 64 bits, signed or unsigned
 *     bool           true, false
 *     double         the shortest number that reads back the same, with a point or an exponent
 *                    (3.0, 0.1, 1e+22); "NaN", "Infinity", "-Infinity"
 *     long double    the same if a double holds it; else a number that reads back as the same
 *                    long double, but in most readers as a double near it; past the greatest
 *                    double a string of those digits
 *     strings        strings; one that was cut at the call ends in U+2026
 *     bytes          a string of hexadecimal digits: "deadbeef"
 *     pointers       a string: "0x7f3a"
 *     NULL           null
 *
 * No key stands twice in a line. A field whose key is one of the style's members, present or not,
 * goes into a member "fields", an object: {"level":"INFO",...,"fields":{"level":9}}. In ECS, where
 * "a.b" is b of a, so does a field whose key begins with a member's and a dot, or the other way
 * around. A byte of a key that is not UTF-8 becomes U+FFFD and two hexadecimal digits. */
enum ringlog_style {
    /* What `format` says. */
    RINGLOG_STYLE_PATTERN = 0,
    /* time, level, logger, message, file, line, function, thread, tid, pid, process, args, the
     * record's fields, exception, stack. */
    RINGLOG_STYLE_JSON = 1,
    /* Elastic Common Schema, as the specification of ECS logging 1.0 has it for loggers:
     * @timestamp, log.level, message, ecs.version, log.logger, log.origin {file.name, file.line,
     * function}, process.pid, process.name, process.thread.id, process.thread.name, args, fields,
     * error.stack_trace (the exception text), stack. */
    RINGLOG_STYLE_JSON_ECS = 2,
    /* Google Cloud's structured logging: severity (DEFAULT, DEBUG, INFO, WARNING, ERROR, CRITICAL;
     * levels in between count as the one below), time, message,
     * logging.googleapis.com/sourceLocation {file, line, function},
     * logging.googleapis.com/labels {level, logger, thread, tid, pid, process}, args, fields,
     * stack_trace (the exception text), stack. */
    RINGLOG_STYLE_JSON_GOOGLE = 3,
    /* key=value pairs under the keys of RINGLOG_STYLE_JSON, without args. Values are bare, or JSON
     * strings; texts are quoted where they would read as a number, true, false or null. Bytes of a
     * key that are not printable ASCII, blanks, '=', '"' and '%' become %NN, and "fields." stands
     * in front of a key that is a member's. */
    RINGLOG_STYLE_LOGFMT = 4
};

struct ringlog_formatter_options {
    /* Python's tags: "%(asctime)s %(levelname)-8s %(name)s: %(message)s". NULL or "" is
     * "%(message)s". Checked as a whole when the formatter is made: what is malformed and
     * conversions that do not fit are -EINVAL, and ringlog_last_error() names the byte. A name that
     * is no tag is a field of the record (ringlog/fields.h): "%(user)s", "%(attempt)03d".
     * %(fields)s is all of them, each as " key=value". */
    const char *format;
    /* strftime(3) for %(asctime)s. NULL: "%Y-%m-%d %H:%M:%S" and ",mmm" (milliseconds), as in
     * Python; with a datefmt there are no milliseconds. %f is the microsecond in six digits, as in
     * Python's datetime.strftime(): "%H:%M:%S.%f". (logging's own date formats, which are
     * time.strftime()'s, have none.) */
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
    /* Other styles than the pattern have no use for `format`, `datefmt` and `raw`, which then are
     * -EINVAL; `utc` is always on; `defaults` are added to records that lack them. */
    enum ringlog_style style;
};

static inline int ringlog_formatter_new(ringlog_formatter **formatter,
                                        const struct ringlog_formatter_options *options);
RINGLOG_API void ringlog_formatter_unref(ringlog_formatter *formatter);

/* ---- what the inline wrappers call ----------------------------------------------------------- */

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
