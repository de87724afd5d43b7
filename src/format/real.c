#include "format/real.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "format/copy.h"
#include "format/decimal.h"
#include "format/integer.h"

#define DEFAULT_PRECISION 6
#define HEX_FRACTION      13 /* hexadecimal digits of a double's fraction */
#define OWN_TEXT_MAX      64 /* bytes of any number that is not left to snprintf */

/* One double on its way to text. */
struct real {
    const struct rl_printf_spec *spec;
    double magnitude;
    unsigned precision; /* the default put in */
    bool alternate;
    bool upper;
};

static bool is_negative(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 != 0;
}

static char *write_fixed(char *to, double magnitude, unsigned precision, bool point)
{
    uint64_t whole, fraction;
    if (!rl_decimal_fixed(magnitude, precision, &whole, &fraction))
        return NULL;
    to = rl_write_decimal(to, whole);
    if (precision == 0 && !point)
        return to;
    *to++ = '.';
    return precision == 0 ? to : rl_write_fraction(to, fraction, precision);
}

char *rl_real_write_fixed(char *to, double value, unsigned precision)
{
    if (!isfinite(value))
        return NULL;
    *to = '-';
    return write_fixed(to + is_negative(value), fabs(value), precision, false);
}

static char *write_exponent(char *to, int exponent, bool upper)
{
    *to++ = upper ? 'E' : 'e';
    *to++ = exponent < 0 ? '-' : '+';
    unsigned magnitude = (unsigned)(exponent < 0 ? -exponent : exponent);
    return rl_write_padded(to, magnitude, magnitude < 100 ? 2 : 3);
}

/* d.ddde±dd from `count` digits. */
static char *write_scientific(char *to, const struct real *real, const char *digits, unsigned count,
                              int exponent)
{
    *to++ = digits[0];
    if (count > 1 || real->alternate)
        *to++ = '.';
    to = rl_copy_text(to, digits + 1, count - 1);
    return write_exponent(to, exponent, real->upper);
}

/* The first `count` digits of the magnitude, as text, and the exponent of the first. */
static bool digits_of(const struct real *real, unsigned count, char digits[20], int *exponent)
{
    uint64_t number = 0;
    *exponent = 0;
    if (count > RL_DECIMAL_SIGNIFICANT)
        return false;
    if (real->magnitude != 0 && !rl_decimal_significant(real->magnitude, count, &number, exponent))
        return false;
    rl_write_padded(digits, number, count);
    return true;
}

static char *write_e(char *to, const struct real *real)
{
    char digits[20];
    int exponent;
    if (real->precision >= RL_DECIMAL_SIGNIFICANT ||
        !digits_of(real, real->precision + 1, digits, &exponent))
        return NULL;
    return write_scientific(to, real, digits, real->precision + 1, exponent);
}

/* %g's plain style: `count` digits, the first of which stands for 10^exponent. */
static char *write_plain(char *to, const struct real *real, const char *digits, unsigned count,
                         int exponent)
{
    if (exponent < 0) {
        size_t zeros = (size_t)-exponent - 1;
        memcpy(to, "0.000", 5);
        return rl_copy_text(to + 2 + zeros, digits, count);
    }
    unsigned whole = (unsigned)exponent + 1;
    to = rl_copy_text(to, digits, whole);
    if (count > whole || real->alternate)
        *to++ = '.';
    return rl_copy_text(to, digits + whole, count - whole);
}

static char *write_g(char *to, const struct real *real)
{
    char digits[20];
    int exponent;
    unsigned count = real->precision == 0 ? 1 : real->precision;
    if (!digits_of(real, count, digits, &exponent))
        return NULL;
    bool plain = exponent >= -4 && exponent < (int)count;
    if (!real->alternate) {
        /* Zeros after the point go; those before it stay. */
        unsigned keep = plain && exponent > 0 ? (unsigned)exponent + 1 : 1;
        while (count > keep && digits[count - 1] == '0')
            count--;
    }
    return plain ? write_plain(to, real, digits, count, exponent)
                 : write_scientific(to, real, digits, count, exponent);
}

/* Cuts a 1+52-bit significand to `precision` hexadecimal digits after the point. */
static uint64_t round_hex(uint64_t significand, unsigned precision)
{
    if (precision >= HEX_FRACTION)
        return significand;
    unsigned cut = 4 * (HEX_FRACTION - precision);
    uint64_t half = UINT64_C(1) << (cut - 1);
    uint64_t remainder = significand & (2 * half - 1);
    uint64_t kept = significand >> cut;
    if (remainder > half || (remainder == half && (kept & 1) != 0))
        kept++;
    return kept << cut;
}

/* What follows 0x: h.hhhp±d. */
static char *write_a(char *to, const struct real *real)
{
    uint64_t bits;
    memcpy(&bits, &real->magnitude, sizeof bits);
    int biased = (int)(bits >> 52);
    uint64_t significand = bits & ((UINT64_C(1) << 52) - 1);
    int exponent = biased == 0 ? -1022 : biased - 1023;
    if (biased != 0)
        significand |= UINT64_C(1) << 52;
    else if (significand == 0)
        exponent = 0;

    unsigned precision = real->precision;
    if (real->spec->precision == RL_PRINTF_NONE)
        precision =
            significand << 12 == 0 ? 0 : HEX_FRACTION - (unsigned)__builtin_ctzll(significand) / 4;
    else if (precision > RL_DECIMAL_FIXED_PRECISION)
        return NULL;
    significand = round_hex(significand, precision);

    const char *digits = real->upper ? "0123456789ABCDEF" : "0123456789abcdef";
    *to++ = digits[significand >> 52];
    if (precision > 0 || real->alternate)
        *to++ = '.';
    for (unsigned i = 0; i < precision; i++) {
        significand = (significand & ((UINT64_C(1) << 52) - 1)) << 4;
        *to++ = digits[significand >> 52];
    }
    *to++ = real->upper ? 'P' : 'p';
    *to++ = exponent < 0 ? '-' : '+';
    return rl_write_decimal(to, (uint64_t)(exponent < 0 ? -exponent : exponent));
}

static char *write_own(char *to, const struct real *real)
{
    switch (real->spec->conversion) {
    case 'f':
    case 'F':
        if (real->precision > RL_DECIMAL_FIXED_PRECISION)
            return NULL;
        return write_fixed(to, real->magnitude, real->precision, real->alternate);
    case 'e':
    case 'E':
        return write_e(to, real);
    case 'g':
    case 'G':
        return write_g(to, real);
    default:
        return write_a(to, real);
    }
}

/* "%flags*.*Lc": built from the parsed directive, never from the text of a stored format, which
 * may come from a hostile file. The flag ' is left out: it groups nothing in the C locale. */
static void build_format(char format[16], const struct rl_printf_spec *spec, bool is_long)
{
    *format++ = '%';
    for (unsigned i = 0; i < 5; i++)
        if (spec->flags & 1U << i)
            *format++ = "-+ #0"[i];
    memcpy(format, "*.*", 3);
    format += 3;
    if (is_long)
        *format++ = 'L';
    *format++ = spec->conversion;
    *format = '\0';
}

static int capped(int32_t number)
{
    return number > RL_PRINTF_PADDING_MAX ? RL_PRINTF_PADDING_MAX : number;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static int print(char *to, size_t room, const struct rl_printf_spec *spec, bool is_long,
                 long double value)
{
    char format[16];
    build_format(format, spec, is_long);
    int width = spec->width > 0 ? capped(spec->width) : 0;
    int precision = capped(spec->precision); /* negative: none, to snprintf too */
    if (is_long)
        return snprintf(to, room, format, width, precision, value);
    return snprintf(to, room, format, width, precision, (double)value);
}
#pragma GCC diagnostic pop

/* snprintf under the C locale of this thread only. newlocale hands out a constant object for it
 * in glibc and musl, so there is nothing to cache and nothing to fail. */
static void append_by_libc(struct rl_buffer *out, const struct rl_printf_spec *spec, bool is_long,
                           long double value)
{
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = c_locale != (locale_t)0 ? uselocale(c_locale) : (locale_t)0;
    size_t room = 512;
    for (;;) {
        char *to = rl_buffer_reserve(out, room);
        int length = to == NULL ? -1 : print(to, room, spec, is_long, value);
        if (length >= 0 && (size_t)length >= room) {
            room = (size_t)length + 1;
            continue;
        }
        if (length > 0)
            out->length += (size_t)length;
        break;
    }
    if (c_locale != (locale_t)0) {
        uselocale(before);
        freelocale(c_locale);
    }
}

static size_t write_prefix(char *to, const struct rl_printf_spec *spec, bool negative)
{
    size_t length = 0;
    if (negative)
        to[length++] = '-';
    else if (spec->flags & RL_PRINTF_PLUS)
        to[length++] = '+';
    else if (spec->flags & RL_PRINTF_SPACE)
        to[length++] = ' ';
    return length;
}

static void append_nonfinite(struct rl_buffer *out, const struct rl_printf_spec *spec, double value,
                             bool upper)
{
    char prefix[1];
    struct rl_number number = {.prefix = prefix, .body_length = 3};
    number.prefix_length = write_prefix(prefix, spec, is_negative(value));
    if (isnan(value))
        number.body = upper ? "NAN" : "nan";
    else
        number.body = upper ? "INF" : "inf";
    rl_number_append(out, spec, &number);
}

void rl_double_append(struct rl_buffer *out, const struct rl_printf_spec *spec, double value)
{
    bool upper = spec->conversion >= 'A' && spec->conversion <= 'Z';
    if (!isfinite(value)) {
        append_nonfinite(out, spec, value, upper);
        return;
    }
    struct real real = {
        .spec = spec,
        .magnitude = fabs(value),
        .precision = spec->precision < 0 ? DEFAULT_PRECISION : (unsigned)spec->precision,
        .alternate = spec->flags & RL_PRINTF_ALTERNATE,
        .upper = upper,
    };
    char text[OWN_TEXT_MAX];
    char *end = write_own(text, &real);
    if (end == NULL) {
        append_by_libc(out, spec, false, value);
        return;
    }
    char prefix[3];
    struct rl_number number = {
        .prefix = prefix, .body = text, .body_length = (size_t)(end - text), .zeros_allowed = true};
    number.prefix_length = write_prefix(prefix, spec, is_negative(value));
    if (spec->conversion == 'a' || spec->conversion == 'A') {
        prefix[number.prefix_length++] = '0';
        prefix[number.prefix_length++] = upper ? 'X' : 'x';
    }
    rl_number_append(out, spec, &number);
}

void rl_long_double_append(struct rl_buffer *out, const struct rl_printf_spec *spec,
                           long double value)
{
    append_by_libc(out, spec, true, value);
}
