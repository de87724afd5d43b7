/* The bodies. A log call and its floor have one shape: each a function of its own that is inlined
 * into the same two loops, with the same arguments, which the compiler may not see through. */
#include "subjects.h"

#include "../messages.h"
#include "timer.h"

#include <string.h>

#define INLINE   static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))

/* Keeps stores where they are and forgets what was loaded: every call is like the first of its
 * function. */
#define BARRIER() __asm__ __volatile__("" ::: "memory")

#if defined(__x86_64__)
#    define REAL_REGISTER "+x"
#else
#    define REAL_REGISTER "+w"
#endif

/* A value of which the compiler knows nothing. */
#define DEFINE_OPAQUE(name, type, constraint)                                                      \
    INLINE type name(type value)                                                                   \
    {                                                                                              \
        __asm__ __volatile__("" : constraint(value));                                              \
        return value;                                                                              \
    }
DEFINE_OPAQUE(opaque_int, int, "+r")
DEFINE_OPAQUE(opaque_unsigned, unsigned, "+r")
DEFINE_OPAQUE(opaque_long, unsigned long, "+r")
DEFINE_OPAQUE(opaque_real, double, REAL_REGISTER)
DEFINE_OPAQUE(opaque_string, const char *, "+r")

static ringlog_logger *enabled_logger;
static ringlog_logger *disabled_logger;

void subjects_use(ringlog_logger *enabled, ringlog_logger *disabled)
{
    enabled_logger = enabled;
    disabled_logger = disabled;
}

/* ---- the floor's memory ---- */

#define FLOOR_BYTES 4096

static _Alignas(4096) unsigned char floor_bytes[FLOOR_BYTES + 256];

void subjects_heat(void)
{
    memset(floor_bytes, 1, sizeof floor_bytes);
    BARRIER();
}

INLINE unsigned char *put(unsigned char *to, const void *bytes, size_t length)
{
    memcpy(to, bytes, length);
    return to + length;
}

#define PUT(to, type, value) (to) = put(to, &(type){value}, sizeof(type))

/* The two words with which a record begins. */
INLINE unsigned char *put_prefix(uint64_t position)
{
    unsigned char *to = floor_bytes + position;
    PUT(to, uint64_t, opaque_long(1));
    PUT(to, uint64_t, ringlog_ticks_());
    return to;
}

INLINE void advance(uint64_t *position, const unsigned char *end)
{
    *position = ((uint64_t)(end - floor_bytes) + 7) & (FLOOR_BYTES - 8);
}

/* ---- bodies: `position` is where the floor writes ---- */

INLINE void empty(uint64_t *position)
{
    (void)position;
}

INLINE void counter(uint64_t *position)
{
    (void)position;
    (void)opaque_long(ringlog_ticks_());
}

INLINE void disabled(uint64_t *position)
{
    (void)position;
    ringlog_info(disabled_logger, INT_TEXT, opaque_int(INT_VALUE));
}

INLINE void static_ringlog(uint64_t *position)
{
    (void)position;
    ringlog_info(enabled_logger, STATIC_TEXT);
}

INLINE void static_floor(uint64_t *position)
{
    advance(position, put_prefix(*position));
}

_Static_assert(sizeof STRING_VALUE == 40, "39 bytes");

INLINE void string_ringlog(uint64_t *position)
{
    (void)position;
    ringlog_info(enabled_logger, STRING_TEXT, opaque_string(STRING_VALUE));
}

INLINE void string_floor(uint64_t *position)
{
    const char *string = opaque_string(STRING_VALUE);
    const size_t length = strlen(string);
    unsigned char *to = put_prefix(*position);
    PUT(to, uint32_t, (uint32_t)length);
    advance(position, put(to, string, length));
}

INLINE void int_ringlog(uint64_t *position)
{
    (void)position;
    ringlog_info(enabled_logger, INT_TEXT, opaque_int(INT_VALUE));
}

INLINE void int_floor(uint64_t *position)
{
    unsigned char *to = put_prefix(*position);
    PUT(to, int, opaque_int(INT_VALUE));
    advance(position, to);
}

INLINE void two_ints_ringlog(uint64_t *position)
{
    (void)position;
    ringlog_info(enabled_logger, TWO_INTS_TEXT, opaque_unsigned(TWO_INTS_VALUE_1),
                 opaque_unsigned(TWO_INTS_VALUE_2));
}

INLINE void two_ints_floor(uint64_t *position)
{
    unsigned char *to = put_prefix(*position);
    PUT(to, unsigned, opaque_unsigned(TWO_INTS_VALUE_1));
    PUT(to, unsigned, opaque_unsigned(TWO_INTS_VALUE_2));
    advance(position, to);
}

INLINE void double_ringlog(uint64_t *position)
{
    (void)position;
    ringlog_info(enabled_logger, DOUBLE_TEXT, opaque_real(DOUBLE_VALUE));
}

INLINE void double_floor(uint64_t *position)
{
    unsigned char *to = put_prefix(*position);
    PUT(to, double, opaque_real(DOUBLE_VALUE));
    advance(position, to);
}

INLINE void complex_ringlog(uint64_t *position)
{
    (void)position;
    ringlog_info(enabled_logger, COMPLEX_TEXT, opaque_long(COMPLEX_VALUE_1),
                 opaque_unsigned(COMPLEX_VALUE_2), opaque_unsigned(COMPLEX_VALUE_3),
                 opaque_unsigned(COMPLEX_VALUE_4), opaque_real(COMPLEX_VALUE_5));
}

INLINE void complex_floor(uint64_t *position)
{
    unsigned char *to = put_prefix(*position);
    PUT(to, unsigned long, opaque_long(COMPLEX_VALUE_1));
    PUT(to, unsigned, opaque_unsigned(COMPLEX_VALUE_2));
    PUT(to, unsigned, opaque_unsigned(COMPLEX_VALUE_3));
    PUT(to, unsigned, opaque_unsigned(COMPLEX_VALUE_4));
    PUT(to, double, opaque_real(COMPLEX_VALUE_5));
    advance(position, to);
}

/* ---- the loops ---- */

#define DEFINE_LOOPS(body)                                                                         \
    NOINLINE void body##_burst(unsigned calls)                                                     \
    {                                                                                              \
        uint64_t position = 0;                                                                     \
        for (unsigned i = 0; i < calls; i++) {                                                     \
            body(&position);                                                                       \
            BARRIER();                                                                             \
        }                                                                                          \
    }                                                                                              \
    NOINLINE void body##_singles(unsigned calls, uint32_t *ticks)                                  \
    {                                                                                              \
        uint64_t position = 0;                                                                     \
        for (unsigned i = 0; i < calls; i++) {                                                     \
            const uint64_t start = timer_start();                                                  \
            body(&position);                                                                       \
            BARRIER();                                                                             \
            ticks[i] = (uint32_t)(timer_stop() - start);                                           \
        }                                                                                          \
    }

DEFINE_LOOPS(empty)
DEFINE_LOOPS(counter)
DEFINE_LOOPS(disabled)
DEFINE_LOOPS(static_floor)
DEFINE_LOOPS(static_ringlog)
DEFINE_LOOPS(string_floor)
DEFINE_LOOPS(string_ringlog)
DEFINE_LOOPS(int_floor)
DEFINE_LOOPS(int_ringlog)
DEFINE_LOOPS(two_ints_floor)
DEFINE_LOOPS(two_ints_ringlog)
DEFINE_LOOPS(double_floor)
DEFINE_LOOPS(double_ringlog)
DEFINE_LOOPS(complex_floor)
DEFINE_LOOPS(complex_ringlog)

#define SUBJECT(message, text, kind, body)                                                         \
    {                                                                                              \
        message, text, kind, body##_burst, body##_singles                                          \
    }
#define PAIR(message, text, body)                                                                  \
    SUBJECT(message, text, KIND_FLOOR, body##_floor),                                              \
        SUBJECT(message, text, KIND_RINGLOG, body##_ringlog)

const struct subject subjects[] = {
    SUBJECT("empty loop", "", KIND_EMPTY, empty),
    SUBJECT("counter alone", "", KIND_COUNTER, counter),
    SUBJECT("disabled call", INT_TEXT, KIND_DISABLED, disabled),
    PAIR("static", STATIC_TEXT, static),
    PAIR("string", STRING_TEXT, string),
    PAIR("int", INT_TEXT, int),
    PAIR("two ints", TWO_INTS_TEXT, two_ints),
    PAIR("double", DOUBLE_TEXT, double),
    PAIR("complex", COMPLEX_TEXT, complex),
};
const size_t subject_count = sizeof subjects / sizeof *subjects;
