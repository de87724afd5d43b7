#include "format/decimal.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "format/integer.h"

__extension__ typedef unsigned __int128 u128;

#define COARSE_STEP  27  /* 5^27 is the greatest power of five below 2^63 */
#define COARSE_FIRST -12 /* 10^(27 * -12): the greatest double times 10^-308 needs 10^-324 */
#define TIE_EXPONENT 22  /* 5^22 < 2^53 < 5^23 */

static const uint64_t powers_of_five[COARSE_STEP + 1] = {
    UINT64_C(1),
    UINT64_C(5),
    UINT64_C(25),
    UINT64_C(125),
    UINT64_C(625),
    UINT64_C(3125),
    UINT64_C(15625),
    UINT64_C(78125),
    UINT64_C(390625),
    UINT64_C(1953125),
    UINT64_C(9765625),
    UINT64_C(48828125),
    UINT64_C(244140625),
    UINT64_C(1220703125),
    UINT64_C(6103515625),
    UINT64_C(30517578125),
    UINT64_C(152587890625),
    UINT64_C(762939453125),
    UINT64_C(3814697265625),
    UINT64_C(19073486328125),
    UINT64_C(95367431640625),
    UINT64_C(476837158203125),
    UINT64_C(2384185791015625),
    UINT64_C(11920928955078125),
    UINT64_C(59604644775390625),
    UINT64_C(298023223876953125),
    UINT64_C(1490116119384765625),
    UINT64_C(7450580596923828125),
};

/* The first 128 bits of 10^(27 j), truncated; from 10^0 to 10^54 these are all its bits. */
static const struct {
    uint64_t high, low;
} coarse_powers[] = {
    {UINT64_C(0xcf42894a5dce35ea), UINT64_C(0x52064cac828675b9)}, /* 10^-324 */
    {UINT64_C(0xa76c582338ed2621), UINT64_C(0xaf2af2b80af6f24e)}, /* 10^-297 */
    {UINT64_C(0x873e4f75e2224e68), UINT64_C(0x5a7744a6e804a291)}, /* 10^-270 */
    {UINT64_C(0xda7f5bf590966848), UINT64_C(0xaf39a475506a899e)}, /* 10^-243 */
    {UINT64_C(0xb080392cc4349dec), UINT64_C(0xbd8d794d96aacfb3)}, /* 10^-216 */
    {UINT64_C(0x8e938662882af53e), UINT64_C(0x547eb47b7282ee9c)}, /* 10^-189 */
    {UINT64_C(0xe65829b3046b0afa), UINT64_C(0x0cb4a5a3112a5112)}, /* 10^-162 */
    {UINT64_C(0xba121a4650e4ddeb), UINT64_C(0x92f34d62616ce413)}, /* 10^-135 */
    {UINT64_C(0x964e858c91ba2655), UINT64_C(0x3a6a07f8d510f86f)}, /* 10^-108 */
    {UINT64_C(0xf2d56790ab41c2a2), UINT64_C(0xfae27299423fb9c3)}, /* 10^-81 */
    {UINT64_C(0xc428d05aa4751e4c), UINT64_C(0xaa97e14c3c26b886)}, /* 10^-54 */
    {UINT64_C(0x9e74d1b791e07e48), UINT64_C(0x775ea264cf55347d)}, /* 10^-27 */
    {UINT64_C(0x8000000000000000), UINT64_C(0x0000000000000000)}, /* 10^0 */
    {UINT64_C(0xcecb8f27f4200f3a), UINT64_C(0x0000000000000000)}, /* 10^27 */
    {UINT64_C(0xa70c3c40a64e6c51), UINT64_C(0x999090b65f67d924)}, /* 10^54 */
    {UINT64_C(0x86f0ac99b4e8dafd), UINT64_C(0x69a028bb3ded71a3)}, /* 10^81 */
    {UINT64_C(0xda01ee641a708de9), UINT64_C(0xe80e6f4820cc9495)}, /* 10^108 */
    {UINT64_C(0xb01ae745b101e9e4), UINT64_C(0x5ec05dcff72e7f8f)}, /* 10^135 */
    {UINT64_C(0x8e41ade9fbebc27d), UINT64_C(0x14588f13be847307)}, /* 10^162 */
    {UINT64_C(0xe5d3ef282a242e81), UINT64_C(0x8f1668c8a86da5fa)}, /* 10^189 */
    {UINT64_C(0xb9a74a0637ce2ee1), UINT64_C(0x6d953e2bd7173692)}, /* 10^216 */
    {UINT64_C(0x95f83d0a1fb69cd9), UINT64_C(0x4abdaf101564f98e)}, /* 10^243 */
    {UINT64_C(0xf24a01a73cf2dccf), UINT64_C(0xbc633b39673c8cec)}, /* 10^270 */
    {UINT64_C(0xc3b8358109e84f07), UINT64_C(0x0a862f80ec4700c8)}, /* 10^297 */
    {UINT64_C(0x9e19db92b4e31ba9), UINT64_C(0x6c07a2c26a8346d1)}, /* 10^324 */
};

struct parts {
    uint64_t mantissa;
    int exponent; /* value == mantissa * 2^exponent */
};

static struct parts split(double magnitude)
{
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    int biased = (int)(bits >> 52 & 0x7ff);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    if (biased == 0)
        return (struct parts){fraction, -1074};
    return (struct parts){fraction | UINT64_C(1) << 52, biased - 1075};
}

bool rl_decimal_fixed_far(double magnitude, unsigned precision, uint64_t *whole, uint64_t *fraction)
{
    struct parts x = split(magnitude);
    if (x.exponent >= 0) {
        if (x.exponent > 11)
            return false;
        *whole = x.mantissa << x.exponent;
        *fraction = 0;
        return true;
    }
    unsigned places = (unsigned)-x.exponent; /* binary ones */
    *whole = places < 64 ? x.mantissa >> places : 0;
    uint64_t rest = places < 64 ? x.mantissa & ((UINT64_C(1) << places) - 1) : x.mantissa;

    /* rest < 2^53 and 10^19 < 2^64: no overflow, and from 2^-118 down less than half a unit. */
    u128 scaled = (u128)rest * rl_powers_of_ten[precision];
    if (places >= 118) {
        *fraction = 0;
        return true;
    }
    u128 half = (u128)1 << (places - 1);
    u128 remainder = scaled & (half | (half - 1));
    *fraction = (uint64_t)(scaled >> places);
    uint64_t last_digit = precision == 0 ? *whole : *fraction; /* its parity is what counts */
    if (remainder > half || (remainder == half && (last_digit & 1) != 0))
        ++*fraction;
    if (*fraction == rl_powers_of_ten[precision]) {
        *fraction = 0;
        ++*whole;
    }
    return true;
}

/* A truncated product: true value == (bits + error) / 2^places with 0 <= error < ERROR_BOUND. */
struct scaled {
    u128 bits;
    unsigned places;
    bool exact;
};
#define ERROR_BOUND 3

/* x * 10^power, to 126 bits at least. */
static struct scaled scale(struct parts x, int power)
{
    int step = power >= 0 ? power / COARSE_STEP : -((COARSE_STEP - 1 - power) / COARSE_STEP);
    int fine = power - step * COARSE_STEP;
    uint64_t high = coarse_powers[step - COARSE_FIRST].high;
    uint64_t low = coarse_powers[step - COARSE_FIRST].low;
    /* floor(log2(10^n)) is n * 217706 >> 16 for |n| < 1650 or so. */
    int coarse_exponent = (step * COARSE_STEP * 217706) >> 16;

    int fine_shift = __builtin_clzll(powers_of_five[fine]);
    uint64_t five = powers_of_five[fine] << fine_shift;
    int shift = __builtin_clzll(x.mantissa);
    uint64_t mantissa = x.mantissa << shift;

    /* The power: the coarse one is short by less than one unit, this truncation by another. */
    u128 ten = (u128)high * five + (u128)((u128)low * five >> 64);
    u128 bits =
        (u128)(uint64_t)(ten >> 64) * mantissa + (u128)((u128)(uint64_t)ten * mantissa >> 64);
    int exponent = x.exponent - shift + coarse_exponent + 1 + fine - fine_shift;
    return (struct scaled){bits, (unsigned)-exponent, power >= 0 && power <= COARSE_STEP};
}

/* Is x just (digits + 1/2) * 10^power? Ties happen where x has few digits: 25 to one digit. */
static bool is_tie(struct parts x, uint64_t digits, int power)
{
    if (power < 1 || power > TIE_EXPONENT)
        return false;
    int zeros = __builtin_ctzll(x.mantissa);
    u128 odd = (u128)(2 * digits + 1) * powers_of_five[power];
    return odd == x.mantissa >> zeros && x.exponent + zeros == power - 1;
}

/* Rounds to an integer; false if it cannot be told. */
static bool round_scaled(struct scaled scaled, struct parts x, int power, uint64_t *digits)
{
    assert(scaled.places >= 64 && scaled.places <= 128);
    u128 half = (u128)1 << (scaled.places - 1);
    u128 remainder = scaled.bits & (half | (half - 1));
    uint64_t down = *digits;
    bool up;
    if (scaled.exact)
        up = remainder > half || (remainder == half && (down & 1) != 0);
    else if (remainder > half)
        up = true;
    else if (half - remainder > ERROR_BOUND)
        up = false;
    else if (is_tie(x, down, -power))
        up = (down & 1) != 0;
    else
        return false;
    *digits = down + up;
    return true;
}

/* floor(log10 x), or now and then one less. log2(1 + f) >= f is what makes it a lower bound;
 * 1292913986 / 2^32 is log10(2) to nine digits, and no power of two that a double can hold comes
 * that close to a power of ten. */
static int floor_log10(struct parts x)
{
    int shift = __builtin_clzll(x.mantissa);
    int64_t binary = x.exponent + 63 - shift;
    uint64_t fraction = x.mantissa << shift << 1 >> 44; /* f, to 20 bits */
    return (int)((binary * (1 << 20) + (int64_t)fraction) * 1292913986 >> 52);
}

bool rl_decimal_significant(double magnitude, unsigned count, uint64_t *digits, int *exponent)
{
    struct parts x = split(magnitude);
    int decimal = floor_log10(x);
    uint64_t limit = rl_powers_of_ten[count];

    for (;; decimal++) {
        int power = (int)count - 1 - decimal;
        struct scaled scaled = scale(x, power);
        /* 128 places: just below one, by the truncation. */
        *digits = scaled.places < 128 ? (uint64_t)(scaled.bits >> scaled.places) : 0;
        if (*digits >= limit)
            continue;
        if (!round_scaled(scaled, x, power, digits))
            return false;
        break;
    }
    if (*digits == limit) {
        *digits /= 10;
        decimal++;
    }
    *exponent = decimal;
    return true;
}
