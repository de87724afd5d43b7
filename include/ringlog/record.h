/* A record, as callbacks of filters and handlers see it. */
#ifndef RINGLOG_RECORD_H
#define RINGLOG_RECORD_H

#include "ringlog/fields.h"

#include <stdbool.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Valid during the call that it was given to. */
struct ringlog_record {
    int64_t time_ns; /* since the epoch */
    int level;
    unsigned line;
    pid_t process;
    pid_t thread;
    const char *level_name;
    const char *logger;
    const char *file;
    const char *function;
    const char *thread_name;
    const char *message; /* escaped, without the formatter's other fields */
    size_t message_length;
    const void *internal; /* what the functions below read */
};

/* ---- its fields (ringlog/fields.h) ----------------------------------------------------------- */

enum ringlog_value_type {
    RINGLOG_VALUE_INTEGER,  /* .integer */
    RINGLOG_VALUE_UNSIGNED, /* .natural */
    RINGLOG_VALUE_BOOL,     /* .natural, 0 or 1 */
    RINGLOG_VALUE_REAL,     /* .real */
    RINGLOG_VALUE_TEXT,     /* .text, as it was logged: not escaped; NULL for NULL */
    RINGLOG_VALUE_BYTES     /* .text */
};

struct ringlog_value {
    enum ringlog_value_type type;
    int64_t integer;
    uint64_t natural;
    double real;
    const char *text; /* not terminated */
    size_t length;
    bool address; /* UNSIGNED: a pointer */
    bool cut;     /* TEXT, BYTES: there was more of it at the call */
};

/* The field with this key; false: there is none. */
RINGLOG_API bool ringlog_record_field(const struct ringlog_record *record, const char *key,
                                      struct ringlog_value *value);

/* The fields one after the other, each key once: start with *position 0. The key is not
 * terminated. false: there are no more. */
RINGLOG_API bool ringlog_record_next_field(const struct ringlog_record *record, size_t *position,
                                           const char **key, size_t *key_length,
                                           struct ringlog_value *value);

/* In a filter's callback: adds a field, in front of those that are there. One that a logger's
 * filter adds stays with the record; one that a handler's filter adds is seen by that handler
 * alone (in CPython the next handler sees it too). 0, or -EINVAL for a bad key or outside of a
 * filter. */
RINGLOG_API int ringlog_record_set(const struct ringlog_record *record,
                                   const struct ringlog_extra *field);

#ifdef __cplusplus
}
#endif

#endif
