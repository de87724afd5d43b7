#include "select/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What follows the digits. */
static const struct {
    const char *suffix;
    uint64_t factor;
} suffixes[] = {{"", 1},
                {"k", 1000},
                {"M", 1000000},
                {"G", 1000000000},
                {"ns", 1},
                {"us", 1000},
                {"ms", 1000000},
                {"s", 1000000000},
                {"min", UINT64_C(60000000000)},
                {"h", UINT64_C(3600000000000)},
                {"d", UINT64_C(86400000000000)}};

static const char too_large[] = "the number does not fit 64 bits";

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Digits, fraction and exponent; *is_real: there is one of those. */
static size_t decimal_length(const char *text, bool *is_real)
{
    size_t length = count_digits(text);
    if (text[length] == '.' && count_digits(text + length + 1) != 0) {
        length += 1 + count_digits(text + length + 1);
        *is_real = true;
    }
    if (text[length] == 'e' || text[length] == 'E') {
        const size_t sign = text[length + 1] == '-' || text[length + 1] == '+';
        const size_t digits = count_digits(text + length + 1 + sign);
        *is_real |= digits != 0;
        length += digits == 0 ? 0 : 1 + sign + digits;
    }
    return length;
}

/* The word behind the digits. 0: no suffix. */
static uint64_t take_factor(const char *text, size_t *length)
{
    *length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (strlen(suffixes[i].suffix) == *length && memcmp(suffixes[i].suffix, text, *length) == 0)
            return suffixes[i].factor;
    return 0;
}

static const char *give_integer(const char *digits, size_t count, unsigned base, uint64_t factor,
                                bool negative, struct ringlog_value *value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned digit = digits[i] <= '9' ? (unsigned)(digits[i] - '0')
                                                : (unsigned)((digits[i] | 0x20) - 'a') + 10;
        if (__builtin_mul_overflow(number, base, &number) ||
            __builtin_add_overflow(number, digit, &number))
            return too_large;
    }
    if (__builtin_mul_overflow(number, factor, &number) || (negative && number > (uint64_t)1 << 63))
        return too_large;
    *value = negative ? (struct ringlog_value){.type = RINGLOG_VALUE_INTEGER,
                                               .integer = (int64_t)(0 - number)}
                      : (struct ringlog_value){.type = RINGLOG_VALUE_UNSIGNED, .natural = number};
    return NULL;
}

static const char *give_real(const char *text, uint64_t factor, bool negative,
                             struct ringlog_value *value)
{
    /* One rounding: 2.3k is 2300. */
    const double number = (double)(strtold(text, NULL) * (long double)factor);
    *value =
        (struct ringlog_value){.type = RINGLOG_VALUE_REAL, .real = negative ? -number : number};
    return isfinite(number) ? NULL : "the number is too large";
}

const char *number_parse(const char *text, size_t *length, struct ringlog_value *value)
{
    const bool negative = *text == '-';
    const char *digits = text + negative;
    bool is_real = false;
    const bool is_hexadecimal = *digits == '0' && (digits[1] | 0x20) == 'x';
    digits += is_hexadecimal ? 2 : 0;
    const size_t count = is_hexadecimal ? strspn(digits, "0123456789abcdefABCDEF")
                                        : decimal_length(digits, &is_real);
    size_t more;
    const uint64_t factor = take_factor(digits + count, &more);
    *length = (size_t)(digits - text) + count + more;
    if (count == 0 || (is_hexadecimal && more != 0))
        return "no hexadecimal number: 0x and digits to f";
    if (factor == 0)
        return "unknown suffix: a number may have k, M, G, or ns, us, ms, s, min, h, d";
    return is_real ? give_real(digits, factor, negative, value)
                   : give_integer(digits, count, is_hexadecimal ? 16 : 10, factor, negative, value);
}
