/* Integers to text: the short forms inline and without padding, the full printf forms in one
 * function. */
#ifndef RL_FORMAT_INTEGER_H
#define RL_FORMAT_INTEGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
#include "base/endian.h"
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

/* [i]: what makes the upper half the number of digits when a number of i + 1 bits is added. Where
 * those are not all as long, the sum carries from the power of ten between them up. */
extern const uint64_t rl_digit_counts[32];

/* The same for 32 bits. */
static inline unsigned rl_decimal_digits32(uint32_t value)
{
    return (unsigned)((value + rl_digit_counts[31 - __builtin_clz(value | 1)]) >> 32);
}

/* Numbers below this have eight digits at most, which one word holds. */
#define RL_DIGITS8_END 100000000

/* Eight digits, leading zeros included, as bytes of a word: the first one is the lowest byte.
 *
 * Halves the number three times: into two of four digits, four of two and eight of one, all of a
 * step by one multiplication. 10486 / 2^20 is 1 / 100 and 103 / 2^10 is 1 / 10, too great by so
 * little that no number of four or of two digits notices. The lower part of each lane goes up by
 * half a lane; that it is what the higher part leaves is one subtraction for both. */
static inline uint64_t rl_digits8(uint32_t value)
{
    const uint64_t fours = ((uint64_t)value << 32) - value / 10000 * ((UINT64_C(10000) << 32) - 1);
    const uint64_t hundreds = fours * 10486 >> 20 & UINT64_C(0x0000007f0000007f);
    const uint64_t twos = (fours << 16) - hundreds * ((100 << 16) - 1);
    const uint64_t tens = twos * 103 >> 10 & UINT64_C(0x000f000f000f000f);
    return (twos << 8) - tens * ((10 << 8) - 1);
}

#define RL_DIGITS8_ZEROS UINT64_C(0x3030303030303030)

/* The last `digits` (1 to 8) of eight, as text. Writes eight bytes. */
static inline char *rl_put_digits8(char *to, uint32_t value, unsigned digits)
{
    rl_store_le64(to, (rl_digits8(value) | RL_DIGITS8_ZEROS) >> (64 - 8 * digits));
    return to + digits;
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

/* The same, and may write up to RL_FRACTION_SLACK bytes behind them. */
#define RL_FRACTION_SLACK 8
static inline char *rl_write_fraction(char *to, uint64_t value, unsigned digits)
{
    if (digits - 1 < 8)
        return rl_put_digits8(to, (uint32_t)value, digits);
    if (digits - 9 < 8) {
        to = rl_put_digits8(to, (uint32_t)(value / RL_DIGITS8_END), digits - 8);
        return rl_put_digits8(to, (uint32_t)(value % RL_DIGITS8_END), 8);
    }
    return rl_write_padded(to, value, digits);
}

/* For rl_write_decimal() only: from RL_DIGITS8_END up. */
char *rl_write_long_decimal(char *to, uint64_t value);

/* These write without a terminator and return the end. Whatever the value, there is room for
 * RL_DECIMAL_MAX bytes, and a sign. */
static inline char *rl_write_decimal(char *to, uint64_t value)
{
    if (__builtin_expect(value < RL_DIGITS8_END, 1))
        return rl_put_digits8(to, (uint32_t)value, rl_decimal_digits32((uint32_t)value));
    return rl_write_long_decimal(to, value);
}

static inline char *rl_write_signed(char *to, int64_t value)
{
    /* Whether numbers are negative is not predictable where it matters. */
    const uint64_t sign = (uint64_t)(value >> 63);
    *to = '-';
    return rl_write_decimal(to - (int64_t)sign, ((uint64_t)value ^ sign) - sign);
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
