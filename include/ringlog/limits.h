/* Log calls that hold records back: for what may happen a million times a second.
 *
 *     ringlog_warning_every(log, 1000, "bad checksum from %s", peer);     the 1st, 1001st, ...
 *     ringlog_error_at_most_ms(log, 5000, "no route to %s", host);        one in five seconds
 *     ringlog_info_once(log, "using %s", name);                           the first one
 *
 * Each call site counts for itself, all threads together. A record that comes after others were
 * held back says how many: "no route to db1 [17 held back]". Only calls that the logger takes are
 * counted; arguments of those that are held back are not evaluated. At most 31 arguments. A call
 * that is held back costs an atomic addition, and with `at_most_ms` a read of the coarse clock; it
 * never takes a lock. Signal-safe. */
#ifndef RINGLOG_LIMITS_H
#define RINGLOG_LIMITS_H

#include "ringlog/detail/call.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Every `n`th call, the first one included. */
#define ringlog_debug_every(logger, n, ...)                                                        \
    RINGLOG_LIMITED_(logger, RINGLOG_DEBUG, ringlog_every_, n, __VA_ARGS__)
#define ringlog_info_every(logger, n, ...)                                                         \
    RINGLOG_LIMITED_(logger, RINGLOG_INFO, ringlog_every_, n, __VA_ARGS__)
#define ringlog_warning_every(logger, n, ...)                                                      \
    RINGLOG_LIMITED_(logger, RINGLOG_WARNING, ringlog_every_, n, __VA_ARGS__)
#define ringlog_error_every(logger, n, ...)                                                        \
    RINGLOG_LIMITED_(logger, RINGLOG_ERROR, ringlog_every_, n, __VA_ARGS__)
#define ringlog_critical_every(logger, n, ...)                                                     \
    RINGLOG_LIMITED_(logger, RINGLOG_CRITICAL, ringlog_every_, n, __VA_ARGS__)

/* The first call, and no other. */
#define ringlog_debug_once(logger, ...)                                                            \
    RINGLOG_LIMITED_(logger, RINGLOG_DEBUG, ringlog_once_, 0, __VA_ARGS__)
#define ringlog_info_once(logger, ...)                                                             \
    RINGLOG_LIMITED_(logger, RINGLOG_INFO, ringlog_once_, 0, __VA_ARGS__)
#define ringlog_warning_once(logger, ...)                                                          \
    RINGLOG_LIMITED_(logger, RINGLOG_WARNING, ringlog_once_, 0, __VA_ARGS__)
#define ringlog_error_once(logger, ...)                                                            \
    RINGLOG_LIMITED_(logger, RINGLOG_ERROR, ringlog_once_, 0, __VA_ARGS__)
#define ringlog_critical_once(logger, ...)                                                         \
    RINGLOG_LIMITED_(logger, RINGLOG_CRITICAL, ringlog_once_, 0, __VA_ARGS__)

/* At most one call in `ms` milliseconds, give or take a tick of the kernel's. */
#define ringlog_debug_at_most_ms(logger, ms, ...)                                                  \
    RINGLOG_LIMITED_(logger, RINGLOG_DEBUG, ringlog_at_most_ms_, ms, __VA_ARGS__)
#define ringlog_info_at_most_ms(logger, ms, ...)                                                   \
    RINGLOG_LIMITED_(logger, RINGLOG_INFO, ringlog_at_most_ms_, ms, __VA_ARGS__)
#define ringlog_warning_at_most_ms(logger, ms, ...)                                                \
    RINGLOG_LIMITED_(logger, RINGLOG_WARNING, ringlog_at_most_ms_, ms, __VA_ARGS__)
#define ringlog_error_at_most_ms(logger, ms, ...)                                                  \
    RINGLOG_LIMITED_(logger, RINGLOG_ERROR, ringlog_at_most_ms_, ms, __VA_ARGS__)
#define ringlog_critical_at_most_ms(logger, ms, ...)                                               \
    RINGLOG_LIMITED_(logger, RINGLOG_CRITICAL, ringlog_at_most_ms_, ms, __VA_ARGS__)

/* ---- what the macros expand to --------------------------------------------------------------- */

/* What a call site remembers; atomic, relaxed: counts and times that nothing hangs on. */
struct ringlog_limit_ {
    uint64_t held; /* back, since the last one that was not; of _every: all calls */
    int64_t next_ns;
};

RINGLOG_INLINE_ bool ringlog_every_(struct ringlog_limit_ *limit, uint64_t n, uint64_t *held)
{
    const uint64_t calls = __atomic_fetch_add(&limit->held, 1, __ATOMIC_RELAXED);
    *held = calls == 0 ? 0 : n - 1;
    return n < 2 || calls % n == 0;
}

RINGLOG_INLINE_ bool ringlog_once_(struct ringlog_limit_ *limit, uint64_t ignored, uint64_t *held)
{
    (void)ignored;
    *held = 0;
    return __atomic_load_n(&limit->held, __ATOMIC_RELAXED) == 0 &&
           __atomic_exchange_n(&limit->held, 1, __ATOMIC_RELAXED) == 0;
}

RINGLOG_API bool ringlog_at_most_ms_(struct ringlog_limit_ *limit, uint64_t ms, uint64_t *held);

/* Two calls, of which one runs: the second one has its format and its arguments lengthened. */
#define RINGLOG_LIMITED_(logger, level, passes, limit, ...)                                        \
    do {                                                                                           \
        const struct ringlog_logger *ringlog_limited_ = (logger);                                  \
        static struct ringlog_limit_ ringlog_limit_;                                               \
        uint64_t ringlog_held_;                                                                    \
        if ((level) >= RINGLOG_ACTIVE_LEVEL && ringlog_gate_(ringlog_limited_, (level)) &&         \
            passes(&ringlog_limit_, (uint64_t)(limit), &ringlog_held_)) {                          \
            if (ringlog_held_ == 0)                                                                \
                RINGLOG_CALL_(ringlog_limited_, level, __VA_ARGS__);                               \
            else                                                                                   \
                RINGLOG_CALL_(                                                                     \
                    ringlog_limited_, level,                                                       \
                    RINGLOG_JOIN_(RINGLOG_HELD_, RINGLOG_ANY_(__VA_ARGS__))(__VA_ARGS__));         \
        }                                                                                          \
    } while (0)

#define RINGLOG_HELD_NONE(format) format " [%llu held back]", (unsigned long long)ringlog_held_
#define RINGLOG_HELD_SOME(format, ...)                                                             \
    format " [%llu held back]", __VA_ARGS__, (unsigned long long)ringlog_held_

#ifdef __cplusplus
}
#endif

#endif
