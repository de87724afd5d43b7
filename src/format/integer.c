#include "format/integer.h"

#include "format/copy.h"

const char rl_digit_pairs[201] = {"00010203040506070809"
                                  "10111213141516171819"
                                  "20212223242526272829"
                                  "30313233343536373839"
                                  "40414243444546474849"
                                  "50515253545556575859"
                                  "60616263646566676869"
                                  "70717273747576777879"
                                  "80818283848586878889"
                                  "90919293949596979899"};

const uint64_t rl_powers_of_ten[20] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

const uint64_t rl_digit_counts[32] = {
    UINT64_C(0x00100000000), UINT64_C(0x00100000000), UINT64_C(0x00100000000),
    UINT64_C(0x001fffffff6), UINT64_C(0x00200000000), UINT64_C(0x00200000000),
    UINT64_C(0x002ffffff9c), UINT64_C(0x00300000000), UINT64_C(0x00300000000),
    UINT64_C(0x003fffffc18), UINT64_C(0x00400000000), UINT64_C(0x00400000000),
    UINT64_C(0x00400000000), UINT64_C(0x004ffffd8f0), UINT64_C(0x00500000000),
    UINT64_C(0x00500000000), UINT64_C(0x005fffe7960), UINT64_C(0x00600000000),
    UINT64_C(0x00600000000), UINT64_C(0x006fff0bdc0), UINT64_C(0x00700000000),
    UINT64_C(0x00700000000), UINT64_C(0x00700000000), UINT64_C(0x007ff676980),
    UINT64_C(0x00800000000), UINT64_C(0x00800000000), UINT64_C(0x008fa0a1f00),
    UINT64_C(0x00900000000), UINT64_C(0x00900000000), UINT64_C(0x009c4653600),
    UINT64_C(0x00a00000000), UINT64_C(0x00a00000000),
};

char *rl_write_long_decimal(char *to, uint64_t value)
{
    uint64_t high = value / RL_DIGITS8_END;
    const uint32_t low = (uint32_t)(value % RL_DIGITS8_END);
    if (high >= RL_DIGITS8_END) {
        const uint32_t middle = (uint32_t)(high % RL_DIGITS8_END);
        high /= RL_DIGITS8_END;
        to = rl_put_digits8(to, (uint32_t)high, rl_decimal_digits32((uint32_t)high));
        to = rl_put_digits8(to, middle, 8);
    } else {
        to = rl_put_digits8(to, (uint32_t)high, rl_decimal_digits32((uint32_t)high));
    }
    return rl_put_digits8(to, low, 8);
}

char *rl_write_power_base(char *to, uint64_t value, unsigned shift, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
    unsigned count = (bits + shift - 1) / shift;
    uint64_t mask = (UINT64_C(1) << shift) - 1;
    for (unsigned i = count; i-- > 0; value >>= shift)
        to[i] = digits[value & mask];
    return to + count;
}

void rl_padding_append(struct rl_buffer *out, char byte, size_t count)
{
    if (count == 0)
        return;
    if (count > RL_PRINTF_PADDING_MAX)
        count = RL_PRINTF_PADDING_MAX;
    char *to = rl_buffer_reserve(out, count);
    if (to == NULL)
        return;
    memset(to, byte, count);
    out->length += count;
}

/* Most runs are a few bytes: not worth a call. */
static inline char *fill(char *to, char byte, size_t count)
{
    if (count > 32)
        return (char *)memset(to, byte, count) + count;
    for (size_t i = 0; i < count; i++)
        to[i] = byte;
    return to + count;
}

void rl_number_append(struct rl_buffer *out, const struct rl_printf_spec *spec,
                      const struct rl_number *number)
{
    size_t zeros = number->zeros < RL_PRINTF_PADDING_MAX ? number->zeros : RL_PRINTF_PADDING_MAX;
    size_t used = number->prefix_length + zeros + number->body_length;
    size_t blanks = rl_padding_needed(spec, used);
    char *to = rl_buffer_reserve(out, used + blanks);
    if (to == NULL)
        return;
    out->length += used + blanks;

    bool left = spec->flags & RL_PRINTF_MINUS;
    if (number->zeros_allowed && (spec->flags & RL_PRINTF_ZERO) && !left) {
        zeros += blanks;
        blanks = 0;
    }
    if (!left)
        to = fill(to, ' ', blanks);
    to = rl_copy_text(to, number->prefix, number->prefix_length);
    to = fill(to, '0', zeros);
    to = rl_copy_text(to, number->body, number->body_length);
    if (left)
        fill(to, ' ', blanks);
}

static bool is_signed(const struct rl_printf_spec *spec)
{
    return spec->conversion == 'd' || spec->conversion == 'i';
}

uint64_t rl_integer_convert(const struct rl_printf_spec *spec, uint64_t bits)
{
    unsigned unused;
    switch (spec->length) {
    case RL_PRINTF_HH:
        unused = 56;
        break;
    case RL_PRINTF_H:
        unused = 48;
        break;
    case RL_PRINTF_PLAIN:
        unused = 32;
        break;
    default:
        return bits;
    }
    bits <<= unused;
    /* Right shifts of negative numbers are arithmetic with GCC and Clang. */
    return is_signed(spec) ? (uint64_t)((int64_t)bits >> unused) : bits >> unused;
}

static char *write_digits(char *to, char conversion, uint64_t magnitude)
{
    switch (conversion) {
    case 'o':
        return rl_write_power_base(to, magnitude, 3, false);
    case 'x':
        return rl_write_power_base(to, magnitude, 4, false);
    case 'X':
        return rl_write_power_base(to, magnitude, 4, true);
    case 'b':
    case 'B':
        return rl_write_power_base(to, magnitude, 1, false);
    default:
        return rl_write_decimal(to, magnitude);
    }
}

/* The sign flags speak to signed conversions (and, in glibc, to %p) only. */
static size_t write_sign(char *to, const struct rl_printf_spec *spec, bool negative)
{
    if (negative)
        *to = '-';
    else if (spec->flags & RL_PRINTF_PLUS)
        *to = '+';
    else if (spec->flags & RL_PRINTF_SPACE)
        *to = ' ';
    else
        return 0;
    return 1;
}

static size_t write_base(char *to, char conversion)
{
    if (conversion != 'x' && conversion != 'X' && conversion != 'b' && conversion != 'B')
        return 0;
    to[0] = '0';
    to[1] = conversion;
    return 2;
}

void rl_integer_append(struct rl_buffer *out, const struct rl_printf_spec *spec, uint64_t bits)
{
    char prefix[3];
    char digits[64];
    struct rl_number number = {
        .prefix = prefix, .body = digits, .zeros_allowed = spec->precision == RL_PRINTF_NONE};
    uint64_t value = rl_integer_convert(spec, bits);
    bool negative = is_signed(spec) && (int64_t)value < 0;
    uint64_t magnitude = negative ? 0 - value : value;

    /* C11 7.21.6.1p8: zero with precision zero is no digit at all. */
    if (magnitude != 0 || spec->precision != 0)
        number.body_length = (size_t)(write_digits(digits, spec->conversion, magnitude) - digits);
    if (spec->precision > 0 && (size_t)spec->precision > number.body_length)
        number.zeros = (size_t)spec->precision - number.body_length;
    if (is_signed(spec))
        number.prefix_length = write_sign(prefix, spec, negative);
    else if (spec->flags & RL_PRINTF_ALTERNATE) {
        /* %#o raises the precision until the first digit is 0; the others mark all but zero. */
        if (spec->conversion == 'o')
            number.zeros += number.zeros == 0 && (magnitude != 0 || number.body_length == 0);
        else if (magnitude != 0)
            number.prefix_length = write_base(prefix, spec->conversion);
    }
    rl_number_append(out, spec, &number);
}

void rl_pointer_append(struct rl_buffer *out, const struct rl_printf_spec *spec, uint64_t bits)
{
    if (bits == 0) {
        struct rl_number nil = {.body = "(nil)", .body_length = 5};
        rl_number_append(out, spec, &nil);
        return;
    }
    char prefix[3];
    char digits[RL_HEX_MAX];
    struct rl_number number = {
        .prefix = prefix, .body = digits, .zeros_allowed = spec->precision == RL_PRINTF_NONE};
    number.prefix_length = write_sign(prefix, spec, false);
    number.prefix_length += write_base(prefix + number.prefix_length, 'x');
    number.body_length = (size_t)(rl_write_hex(digits, bits) - digits);
    if (spec->precision > 0 && (size_t)spec->precision > number.body_length)
        number.zeros = (size_t)spec->precision - number.body_length;
    rl_number_append(out, spec, &number);
}
