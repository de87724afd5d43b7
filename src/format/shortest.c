#include "format/shortest.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "format/copy.h"
#include "format/decimal.h"
#include "format/integer.h"
#include "format/real.h"

#define DIGITS_ALWAYS 15 /* so many of a decimal survive a double, unless it is denormal */
#define DIGITS_MOST   17 /* so many tell each double from its neighbours */
#define TEXT_MAX      32 /* -1.2345678901234567e-308 */

/* Where repr() turns to exponents. */
#define PLAIN_FIRST (-4)
#define PLAIN_LAST  15

/* digits * 10^power */
struct decimal {
    uint64_t digits;
    int power;
};

/* Two numbers that doubles hold exactly have a product and a quotient that are rounded once
 * (Clinger: How to read floating point numbers accurately, 1990). */
static bool read_exactly(struct decimal decimal, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (decimal.digits > UINT64_C(1) << 53 || decimal.power < -22 || decimal.power > 22 ||
        FLT_EVAL_METHOD != 0)
        return false;
    const double digits = (double)decimal.digits;
    *value = decimal.power < 0 ? digits / powers[-decimal.power] : digits * powers[decimal.power];
    return true;
}

static double read_back(struct decimal decimal)
{
    double value;
    if (read_exactly(decimal, &value))
        return value;
    char text[TEXT_MAX]; /* without a point, which locales differ in */
    char *to = rl_write_decimal(text, decimal.digits);
    *to++ = 'e';
    *rl_write_signed(to, decimal.power) = '\0';
    return strtod(text, NULL);
}

/* Those at the end of DIGITS_ALWAYS digits: most of them, where a number has few digits. */
static void drop_zeros(struct decimal *decimal)
{
    static const uint32_t powers[] = {100000000, 10000, 100, 10};
    int zeros = 8;
    for (unsigned i = 0; i < 4; i++, zeros /= 2)
        if (decimal->digits % powers[i] == 0) {
            decimal->digits /= powers[i];
            decimal->power += zeros;
        }
}

/* false: it cannot be told how the digits round. */
static bool find(double magnitude, struct decimal *decimal)
{
    unsigned count = magnitude < DBL_MIN ? 1 : DIGITS_ALWAYS;
    for (;; count++) {
        int exponent;
        if (!rl_decimal_significant(magnitude, count, &decimal->digits, &exponent))
            return false;
        decimal->power = exponent - (int)count + 1;
        if (count == DIGITS_MOST || read_back(*decimal) == magnitude)
            break;
    }
    drop_zeros(decimal);
    return true;
}

static char *write_plain(char *to, const char *digits, unsigned count, int exponent)
{
    if (exponent < 0) {
        memcpy(to, "0.000", 5);
        return rl_copy_text(to + 1 - exponent, digits, count);
    }
    const unsigned whole = (unsigned)exponent + 1;
    if (count <= whole) {
        to = rl_copy_text(to, digits, count);
        memset(to, '0', whole - count);
        to += whole - count;
        *to++ = '.';
        *to++ = '0';
        return to;
    }
    to = rl_copy_text(to, digits, whole);
    *to++ = '.';
    return rl_copy_text(to, digits + whole, count - whole);
}

static char *write_scientific(char *to, const char *digits, unsigned count, int exponent)
{
    *to++ = digits[0];
    if (count > 1) {
        *to++ = '.';
        to = rl_copy_text(to, digits + 1, count - 1);
    }
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    const unsigned magnitude = (unsigned)abs(exponent);
    return rl_write_padded(to, magnitude, magnitude < 100 ? 2 : 3);
}

static char *write_decimal(char *to, struct decimal decimal)
{
    char digits[RL_DECIMAL_MAX];
    const unsigned count = (unsigned)(rl_write_decimal(digits, decimal.digits) - digits);
    const int exponent = decimal.power + (int)count - 1;
    return exponent >= PLAIN_FIRST && exponent <= PLAIN_LAST
               ? write_plain(to, digits, count, exponent)
               : write_scientific(to, digits, count, exponent);
}

/* Infinities, NaNs, and the odd number whose digits cannot be told here. */
static void append_by_printf(struct rl_buffer *out, double value)
{
    const struct rl_printf_spec spec = {
        .width = RL_PRINTF_NONE, .precision = DIGITS_MOST - 1, .conversion = 'e'};
    rl_double_append(out, &spec, value);
}

void rl_shortest_append(struct rl_buffer *out, double value)
{
    char text[TEXT_MAX];
    char *to = text;
    struct decimal decimal = {0};
    const double magnitude = fabs(value);
    if (!isfinite(value) || (magnitude != 0 && !find(magnitude, &decimal))) {
        append_by_printf(out, value);
        return;
    }
    if (signbit(value))
        *to++ = '-';
    to = write_decimal(to, decimal);
    rl_buffer_append(out, text, (size_t)(to - text));
}
