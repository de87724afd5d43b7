/* One argument of a log call between its evaluation and its store. Not API.
 *
 * The array of these that a log macro builds never reaches memory in optimised code: type codes
 * are constants, loops over it are unrolled, and what is left are the values in registers. */
#ifndef RINGLOG_DETAIL_ARGUMENT_H
#define RINGLOG_DETAIL_ARGUMENT_H

#include "ringlog/detail/arch.h"
#include "ringlog/detail/field.h"

#include <stddef.h>
#include <string.h>

struct ringlog_argument {
    enum ringlog_field field;
    uint64_t word; /* integers (sign-extended), pointers, string addresses; low half of F80 */
    uint64_t high; /* high half of F80 */
    double real;   /* F64 */
};

RINGLOG_INLINE_ struct ringlog_argument ringlog_word_argument_(enum ringlog_field field,
                                                               uint64_t word)
{
    /* Member by member: an initializer would leave the stores of its padding behind in C++. */
    struct ringlog_argument argument;
    argument.field = field;
    argument.word = word;
    argument.high = 0;
    argument.real = 0.0;
    return argument;
}

RINGLOG_INLINE_ struct ringlog_argument ringlog_real_argument_(double real)
{
    struct ringlog_argument argument;
    argument.field = RINGLOG_FIELD_F64;
    argument.word = 0;
    argument.high = 0;
    argument.real = real;
    return argument;
}

RINGLOG_INLINE_ struct ringlog_argument ringlog_wide_argument_(long double wide)
{
    /* Only the bytes that count: x86's format is 10 of 16, and the rest is whatever the stack
     * held. */
    uint64_t halves[2] = {0, 0};
    memcpy(halves, &wide, __LDBL_MANT_DIG__ == 64 ? 10 : sizeof wide);
    struct ringlog_argument argument;
    argument.field = RINGLOG_FIELD_F80;
    argument.word = halves[0];
    argument.high = halves[1];
    argument.real = 0.0;
    return argument;
}

/* What ringlog_bytes() makes: the address in the low 48 bits, the length above them, in a type that
 * passes as a string under %s and that nobody else's argument has. One word, because a struct with
 * both could neither pass through `...` nor outlive its full expression in C++. */
#define RINGLOG_BYTES_MOST_ 0xffff
#define RINGLOG_BYTES_MASK_ UINT64_C(0xffffffffffff)
typedef const volatile signed char *ringlog_bytes_;

RINGLOG_INLINE_ ringlog_bytes_ ringlog_bytes_pack_(const void *address, size_t length)
{
    const uint64_t bounded = length < RINGLOG_BYTES_MOST_ ? length : RINGLOG_BYTES_MOST_;
    return (ringlog_bytes_)(uintptr_t)(((uint64_t)(uintptr_t)address & RINGLOG_BYTES_MASK_) |
                                       bounded << 48);
}

RINGLOG_INLINE_ const char *ringlog_bytes_address_(uint64_t word)
{
    return (const char *)(uintptr_t)(word & RINGLOG_BYTES_MASK_);
}

RINGLOG_INLINE_ size_t ringlog_bytes_length_(uint64_t word)
{
    return (size_t)(word >> 48);
}

/* The value of a key: a bool stays one, where printf would see an int. */
RINGLOG_INLINE_ struct ringlog_argument ringlog_value_argument_(struct ringlog_argument argument,
                                                                int is_bool)
{
    if (is_bool)
        argument.field = RINGLOG_FIELD_BOOL;
    return argument;
}

#ifdef __cplusplus
#    include "ringlog/detail/argument_cxx.h"
#else

RINGLOG_INLINE_ struct ringlog_argument ringlog_i32_argument_(uint64_t word)
{
    return ringlog_word_argument_(RINGLOG_FIELD_I32, word);
}

RINGLOG_INLINE_ struct ringlog_argument ringlog_u32_argument_(uint64_t word)
{
    return ringlog_word_argument_(RINGLOG_FIELD_U32, word);
}

RINGLOG_INLINE_ struct ringlog_argument ringlog_i64_argument_(uint64_t word)
{
    return ringlog_word_argument_(RINGLOG_FIELD_I64, word);
}

RINGLOG_INLINE_ struct ringlog_argument ringlog_u64_argument_(uint64_t word)
{
    return ringlog_word_argument_(RINGLOG_FIELD_U64, word);
}

RINGLOG_INLINE_ struct ringlog_argument ringlog_string_argument_(uint64_t word)
{
    return ringlog_word_argument_(RINGLOG_FIELD_STRING, word);
}

RINGLOG_INLINE_ struct ringlog_argument ringlog_pointer_argument_(uint64_t word)
{
    return ringlog_word_argument_(RINGLOG_FIELD_POINTER, word);
}

RINGLOG_INLINE_ struct ringlog_argument ringlog_bytes_argument_(uint64_t word)
{
    return ringlog_word_argument_(RINGLOG_FIELD_BYTES, word);
}

/* `1 ? (x) : (x)` has the type that x would have as an argument of printf: arrays decay, char,
 * bool and narrow bit-fields become int, qualifiers go. It evaluates nothing here. What no branch
 * names (other pointers, functions, wide bit-fields) travels as a 64-bit word, and the format
 * decides what it is. */
/* clang-format off */
#    define RINGLOG_ARGUMENT_(x)                                                                   \
        _Generic(1 ? (x) : (x),                                                                    \
            int: ringlog_i32_argument_,                                                            \
            unsigned int: ringlog_u32_argument_,                                                   \
            long: ringlog_i64_argument_,                                                           \
            long long: ringlog_i64_argument_,                                                      \
            unsigned long: ringlog_u64_argument_,                                                  \
            unsigned long long: ringlog_u64_argument_,                                             \
            float: ringlog_real_argument_,                                                         \
            double: ringlog_real_argument_,                                                        \
            long double: ringlog_wide_argument_,                                                   \
            char *: ringlog_string_argument_,                                                      \
            const char *: ringlog_string_argument_,                                                \
            ringlog_bytes_: ringlog_bytes_argument_,                                               \
            default: ringlog_pointer_argument_)                                                    \
        (_Generic(1 ? (x) : (x),                                                                   \
            float: (x),                                                                            \
            double: (x),                                                                           \
            long double: (x),                                                                      \
            default: (uintptr_t)(x)))
#    define RINGLOG_VALUE_(x)                                                                      \
        ringlog_value_argument_(RINGLOG_ARGUMENT_(x), _Generic((x), _Bool: 1, default: 0))
/* clang-format on */

#endif

#endif
