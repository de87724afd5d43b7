/* Exact decimal digits of doubles.
 *
 * A double is m * 2^e, so its decimal expansion is finite, and "correctly rounded" has one
 * meaning: the exact value, to nearest, ties to even. Both functions give just that or decline;
 * they never guess. */
#ifndef RL_FORMAT_DECIMAL_H
#define RL_FORMAT_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "format/integer.h"

#define RL_DECIMAL_FIXED_PRECISION 19 /* digits after the point that rl_decimal_fixed can do */
#define RL_DECIMAL_SIGNIFICANT     17 /* digits in all that rl_decimal_significant can do */

/* For rl_decimal_fixed() only: what is beyond 2^53, or below 2^-11. */
bool rl_decimal_fixed_far(double magnitude, unsigned precision, uint64_t *whole,
                          uint64_t *fraction);

/* `magnitude` (finite, not negative) as whole + fraction / 10^precision. False, for the caller to
 * find another way, from 2^64 up. */
static inline bool rl_decimal_fixed(double magnitude, unsigned precision, uint64_t *whole,
                                    uint64_t *fraction)
{
    __extension__ typedef unsigned __int128 u128;
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    const unsigned places = 1075 - (unsigned)(bits >> 52); /* binary ones, behind the point */
    if (__builtin_expect(places - 1 >= 63, 0))
        return rl_decimal_fixed_far(magnitude, precision, whole, fraction);
    const uint64_t mantissa = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    const uint64_t limit = rl_powers_of_ten[precision], half = UINT64_C(1) << 63;
    *whole = mantissa >> places;
    /* What is behind the point is so many 2^-64, exactly; so is what the product leaves. */
    const u128 product = (u128)(mantissa << (64 - places)) * limit;
    const uint64_t digits = (uint64_t)(product >> 64);
    const uint64_t odd = (precision == 0 ? *whole : digits) & 1;
    *fraction = digits + ((uint64_t)product > half - odd);
    if (__builtin_expect(*fraction == limit, 0)) {
        *fraction = 0;
        ++*whole;
    }
    return true;
}

/* `magnitude` (finite, positive) as digits * 10^(exponent - count + 1), where `digits` has just
 * `count` decimal digits, 1 <= count <= RL_DECIMAL_SIGNIFICANT. False when 128 bits do not tell
 * which way to round: about once in 2^60 values. */
bool rl_decimal_significant(double magnitude, unsigned count, uint64_t *digits, int *exponent);

#endif
