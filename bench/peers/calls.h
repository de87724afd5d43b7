/* Defines peer_loops: a peer's file includes this once, having said how it logs. C, and C++.
 *
 * Either by #define PEER_LOG(...), a call of (format, arguments...), with printf's conversions, or
 * those of {fmt} where PEER_BRACES is defined; or by a macro of its own for each message:
 * PEER_LOG_STATIC(), PEER_LOG_STRING(string), PEER_LOG_INT(int), PEER_LOG_TWO_INTS(unsigned,
 * unsigned), PEER_LOG_DOUBLE(double), PEER_LOG_COMPLEX(unsigned long, unsigned, unsigned, unsigned,
 * double), PEER_LOG_IID(unsigned long, unsigned long, double), PEER_LOG_SIID(string, unsigned long,
 * unsigned long, double). */
#ifndef BENCH_PEERS_CALLS_H
#define BENCH_PEERS_CALLS_H

#include "../latency/timer.h"
#include "../messages.h"
#include "peer.h"

#if defined(PEER_LOG) && defined(PEER_BRACES)
#    define CALL_TEXT(printf_text, braces_text) braces_text
#elif defined(PEER_LOG)
#    define CALL_TEXT(printf_text, braces_text) printf_text
#endif

#ifdef PEER_LOG
#    define PEER_LOG_STATIC()       PEER_LOG(STATIC_TEXT)
#    define PEER_LOG_STRING(string) PEER_LOG(CALL_TEXT(STRING_TEXT, STRING_BRACES), string)
#    define PEER_LOG_INT(a)         PEER_LOG(CALL_TEXT(INT_TEXT, INT_BRACES), a)
#    define PEER_LOG_TWO_INTS(a, b) PEER_LOG(CALL_TEXT(TWO_INTS_TEXT, TWO_INTS_BRACES), a, b)
#    define PEER_LOG_DOUBLE(a)      PEER_LOG(CALL_TEXT(DOUBLE_TEXT, DOUBLE_BRACES), a)
#    define PEER_LOG_COMPLEX(a, b, c, d, e)                                                        \
        PEER_LOG(CALL_TEXT(COMPLEX_TEXT, COMPLEX_BRACES), a, b, c, d, e)
#    define PEER_LOG_IID(a, b, c) PEER_LOG(CALL_TEXT(IID_TEXT, IID_BRACES), a, b, c)
#    define PEER_LOG_SIID(string, a, b, c)                                                         \
        PEER_LOG(CALL_TEXT(SIID_TEXT, SIID_BRACES), string, a, b, c)
#endif

/* Keeps stores where they are and forgets what was loaded: every call is like the first of its
 * function. */
#define CALL_BARRIER() __asm__ __volatile__("" ::: "memory")

/* `call` finds its arguments in row `at` of `columns`. */
#define DEFINE_LOOPS(name, call)                                                                   \
    static __attribute__((noinline)) void log_##name(const struct columns *of, size_t row,         \
                                                     unsigned count)                               \
    {                                                                                              \
        const struct columns columns = *of;                                                        \
        for (size_t at, i = 0; i < count; i++) {                                                   \
            at = (row + i) & columns.mask;                                                         \
            (void)at;                                                                              \
            call;                                                                                  \
            CALL_BARRIER();                                                                        \
        }                                                                                          \
    }                                                                                              \
    static __attribute__((noinline)) void time_##name(const struct columns *of, size_t row,        \
                                                      unsigned count, uint32_t *ticks)             \
    {                                                                                              \
        const struct columns columns = *of;                                                        \
        for (size_t at, i = 0; i < count; i++) {                                                   \
            at = (row + i) & columns.mask;                                                         \
            (void)at;                                                                              \
            const uint64_t start = timer_start();                                                  \
            call;                                                                                  \
            CALL_BARRIER();                                                                        \
            ticks[i] = (uint32_t)(timer_stop() - start);                                           \
        }                                                                                          \
    }

DEFINE_LOOPS(static, PEER_LOG_STATIC())
DEFINE_LOOPS(string, PEER_LOG_STRING(columns.string[at]))
DEFINE_LOOPS(int, PEER_LOG_INT(columns.number[at]))
DEFINE_LOOPS(two_ints, PEER_LOG_TWO_INTS(columns.unsigned_1[at], columns.unsigned_2[at]))
DEFINE_LOOPS(double, PEER_LOG_DOUBLE(columns.real[at]))
DEFINE_LOOPS(complex,
             PEER_LOG_COMPLEX(columns.long_1[at], columns.unsigned_1[at], columns.unsigned_2[at],
                              columns.unsigned_3[at], columns.real[at]))
DEFINE_LOOPS(iid, PEER_LOG_IID(columns.long_1[at], columns.long_2[at], columns.real[at]))
DEFINE_LOOPS(siid, PEER_LOG_SIID(columns.string[at], columns.long_1[at], columns.long_2[at],
                                 columns.real[at]))

/* In the order of enum peer_message. */
const struct peer_loop peer_loops[PEER_MESSAGES] = {
    {log_static, time_static},     {log_string, time_string}, {log_int, time_int},
    {log_two_ints, time_two_ints}, {log_double, time_double}, {log_complex, time_complex},
    {log_iid, time_iid},           {log_siid, time_siid},
};

#endif
