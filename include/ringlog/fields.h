/* Structured fields: what a record says beside its message, as keys with typed values.
 *
 *     ringlog_info_kv(log, "login", "user", name, "attempt", 3);     those of one call
 *     ringlog_context_set("request", id);                            those of a thread
 *     ringlog_logger *peer = ringlog_get_adapter(log, fields, 2);    those of a place
 *
 * A formatter names them like any tag, %(user)s, or shows all of them: %(fields)s. JSON and logfmt
 * formatters and binary logs keep their types. Where two places give the same key, the nearest one
 * wins: a filter, the call, the adapter, the context.
 *
 * Values are integers, bool, floating point numbers, C strings (copied), pointers (their address),
 * ringlog_bytes() and ringlog_secret(). Keys have 1 to 255 bytes and are not the name of a
 * formatter's tag ("message", "name", ...), as in CPython. */
#ifndef RINGLOG_FIELDS_H
#define RINGLOG_FIELDS_H

#include "ringlog/detail/call.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ringlog_logger ringlog_logger;

/* ---- calls ----------------------------------------------------------------------------------- */

/* ringlog_info_kv(logger, text, key, value, ...): text and keys are string literals and not
 * interpreted; at most 16 pairs. As fast as ringlog_info(). Arguments are evaluated at most once.
 * Signal-safe. */
#define ringlog_debug_kv(logger, ...)      RINGLOG_CALL_KV_(logger, RINGLOG_DEBUG, __VA_ARGS__)
#define ringlog_info_kv(logger, ...)       RINGLOG_CALL_KV_(logger, RINGLOG_INFO, __VA_ARGS__)
#define ringlog_warning_kv(logger, ...)    RINGLOG_CALL_KV_(logger, RINGLOG_WARNING, __VA_ARGS__)
#define ringlog_error_kv(logger, ...)      RINGLOG_CALL_KV_(logger, RINGLOG_ERROR, __VA_ARGS__)
#define ringlog_critical_kv(logger, ...)   RINGLOG_CALL_KV_(logger, RINGLOG_CRITICAL, __VA_ARGS__)
#define ringlog_log_kv(logger, level, ...) RINGLOG_CALL_KV_AT_(logger, level, __VA_ARGS__)

/* ---- arguments ------------------------------------------------------------------------------- */

/* Bytes of memory as an argument for %s or a value: copied at the call, shown in hexadecimal
 * ("de ad be ef"). At most 65,535 of them, and not more than the limit for strings. */
#define ringlog_bytes(address, length) ringlog_bytes_pack_((address), (length))

/* An argument for %s or a value that is evaluated, not recorded: it shows as "***" everywhere. */
#define ringlog_secret(value) ((void)(value), (const char *)"***")

/* ---- lists of fields ------------------------------------------------------------------------- */

/* A field in a list. Made by RINGLOG_EXTRA("user", name). */
struct ringlog_extra {
    const char *key;
    struct ringlog_argument value;
};
#ifdef __cplusplus
#    define RINGLOG_EXTRA(key, value) (ringlog_extra{(key), RINGLOG_VALUE_(value)})
#else
#    define RINGLOG_EXTRA(key, value) ((struct ringlog_extra){(key), RINGLOG_VALUE_(value)})
#endif

/* ---- context: fields of everything that this thread logs ------------------------------------- */

/* Sets a field of the calling thread's context, for its records from here on; a request's id, say.
 * Costs a log call. 0; -EINVAL for a bad key; -EAGAIN without room (a full ring under DROP).
 * Signal-safe. The context of a thread begins empty and ends with it; all fields together hold at
 * most 64 KiB, what does not fit is left out. */
#define ringlog_context_set(key, value) ringlog_context_set_with_((key), RINGLOG_VALUE_(value))
RINGLOG_API int ringlog_context_remove(const char *key);
RINGLOG_API int ringlog_context_clear(void);

/* ---- adapters: fields of everything that is logged through a pointer ------------------------- */

/* Another door to a logger, whose records all carry these fields: CPython's LoggerAdapter. Used
 * like a logger everywhere; what is configured through it is the logger's. The same logger and
 * equal fields give the same adapter, and it lives for ever: meant for a handful of places
 * (a listener, a shard), not for each request, which has the context. Counts as one of the 65,535
 * loggers; beyond them, and without memory, the logger itself is the answer. NULL for a bad key. */
RINGLOG_API ringlog_logger *ringlog_get_adapter(ringlog_logger *logger,
                                                const struct ringlog_extra *fields, size_t count);

/* ---- what the macros call -------------------------------------------------------------------- */

RINGLOG_API int ringlog_context_set_(const char *key, const struct ringlog_argument *value);

static inline int ringlog_context_set_with_(const char *key, struct ringlog_argument value)
{
    return ringlog_context_set_(key, &value);
}

#ifdef __cplusplus
}
#endif

#endif
