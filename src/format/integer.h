/* Integers to text: the short forms inline and without padding, the full printf forms in one
 * function. */
#ifndef RL_FORMAT_INTEGER_H
#define RL_FORMAT_INTEGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
#include "record/printf_spec.h"

/* Padding by width or precision that one directive may ask for: formats and star arguments may
 * come from a hostile file, and %2000000000d must not cost 2 GB. Up to here results equal
 * glibc's. */
#define RL_PRINTF_PADDING_MAX 65536

#define RL_DECIMAL_MAX 20 /* digits of UINT64_MAX */
#define RL_HEX_MAX     16

extern const char rl_digit_pairs[201];      /* "00" "01" … "99" */
extern const uint64_t rl_powers_of_ten[20]; /* from 10^0; the last one below 2^64 */

static inline unsigned rl_decimal_digits(uint64_t value)
{
    /* All powers but the first are even, so a bit more changes the digits of 0 alone: to one. */
    uint64_t odd = value | 1;
    unsigned bits = 64 - (unsigned)__builtin_clzll(odd);
    unsigned guess = bits * 1233 >> 12; /* 1233 / 4096 is log10(2), close enough for 64 bits */
    return guess + 1 - (odd < rl_powers_of_ten[guess]);
}

/* Writes exactly `digits` digits, leading zeros included; `digits` is enough for the value. */
static inline char *rl_write_padded(char *to, uint64_t value, unsigned digits)
{
    char *at = to + digits;
    while (at - to >= 2) {
        at -= 2;
        memcpy(at, rl_digit_pairs + value % 100 * 2, 2);
        value /= 100;
    }
    if (at != to)
        *to = (char)('0' + value);
    return to + digits;
}

/* These write without a terminator and return the end. */
static inline char *rl_write_decimal(char *to, uint64_t value)
{
    return rl_write_padded(to, value, rl_decimal_digits(value));
}

static inline char *rl_write_signed(char *to, int64_t value)
{
    uint64_t magnitude = (uint64_t)value;
    if (value < 0) {
        *to++ = '-';
        magnitude = 0 - magnitude;
    }
    return rl_write_decimal(to, magnitude);
}

/* Base 2^shift: 1, 3 or 4. */
char *rl_write_power_base(char *to, uint64_t value, unsigned shift, bool upper);

static inline char *rl_write_hex(char *to, uint64_t value)
{
    return rl_write_power_base(to, value, 4, false);
}

/* A number's parts. Printed is: blanks, prefix, zeros, body, blanks; how many blanks, where, or
 * zeros instead of them, is what flags and width say. */
struct rl_number {
    const char *prefix; /* sign, 0x */
    const char *body;
    size_t prefix_length;
    size_t body_length;
    size_t zeros;       /* before the body, besides those the width asks for */
    bool zeros_allowed; /* may the flag 0 fill up to the width? */
};

void rl_number_append(struct rl_buffer *out, const struct rl_printf_spec *spec,
                      const struct rl_number *number);

/* `bits` cut and interpreted as `spec` says (%hhd of 300 is 44), sign-extended if signed. */
uint64_t rl_integer_convert(const struct rl_printf_spec *spec, uint64_t bits);

/* The full form of d i o u x X b B; `bits` as in rl_integer_convert. Width and precision are
 * numbers or RL_PRINTF_NONE by now. */
void rl_integer_append(struct rl_buffer *out, const struct rl_printf_spec *spec, uint64_t bits);

/* %p: glibc's 0x… and (nil). */
void rl_pointer_append(struct rl_buffer *out, const struct rl_printf_spec *spec, uint64_t bits);

/* `count` times `byte`, at most RL_PRINTF_PADDING_MAX. */
void rl_padding_append(struct rl_buffer *out, char byte, size_t count);

/* Blanks that `spec` wants beside `used` columns of text. */
static inline size_t rl_padding_needed(const struct rl_printf_spec *spec, size_t used)
{
    size_t width = spec->width > 0 ? (size_t)spec->width : 0;
    if (width > RL_PRINTF_PADDING_MAX)
        width = RL_PRINTF_PADDING_MAX;
    return width > used ? width - used : 0;
}

#endif
