/* Exact decimal digits of doubles.
 *
 * A double is m * 2^e, so its decimal expansion is finite, and "correctly rounded" has one
 * meaning: the exact value, to nearest, ties to even. Both functions give just that or decline;
 * they never guess. */
#ifndef RL_FORMAT_DECIMAL_H
#define RL_FORMAT_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#define RL_DECIMAL_FIXED_PRECISION 19 /* digits after the point that rl_decimal_fixed can do */
#define RL_DECIMAL_SIGNIFICANT     17 /* digits in all that rl_decimal_significant can do */

/* `magnitude` (finite, not negative) as whole + fraction / 10^precision. False, for the caller to
 * find another way, from 2^64 up. */
bool rl_decimal_fixed(double magnitude, unsigned precision, uint64_t *whole, uint64_t *fraction);

/* `magnitude` (finite, positive) as digits * 10^(exponent - count + 1), where `digits` has just
 * `count` decimal digits, 1 <= count <= RL_DECIMAL_SIGNIFICANT. False when 128 bits do not tell
 * which way to round: about once in 2^60 values. */
bool rl_decimal_significant(double magnitude, unsigned count, uint64_t *digits, int *exponent);

#endif
