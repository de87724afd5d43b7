#include "cmocka_first.h"

#include <inttypes.h>
#include <stdio.h>

#include "format/integer.h"
#include "random.h"

static const uint64_t values[] = {
    0,
    1,
    7,
    8,
    9,
    10,
    99,
    100,
    127,
    128,
    255,
    256,
    300,
    32767,
    32768,
    65535,
    65536,
    INT32_MAX,
    UINT64_C(1) << 31,
    UINT32_MAX,
    UINT64_C(1) << 32,
    INT64_MAX,
    UINT64_C(1) << 63,
    UINT64_MAX - 1,
    UINT64_MAX,
};

static void every_digit_count_is_right(void **state)
{
    (void)state;
    uint64_t power = 1;
    for (unsigned digits = 1; digits <= 20; digits++, power *= 10) {
        assert_int_equal(rl_decimal_digits(power), digits);
        if (digits > 1)
            assert_int_equal(rl_decimal_digits(power - 1), digits - 1);
    }
    for (uint64_t p = 1, digits = 1; p <= UINT32_MAX; p *= 10, digits++) {
        assert_int_equal(rl_decimal_digits32((uint32_t)p), digits);
        assert_int_equal(rl_decimal_digits32((uint32_t)(p * 10 - 1 < UINT32_MAX ? p * 10 - 1 : p)),
                         digits);
    }
    assert_int_equal(rl_decimal_digits32(0), 1);
    assert_int_equal(rl_decimal_digits32(UINT32_MAX), 10);
    assert_int_equal(rl_decimal_digits(0), 1);
    assert_int_equal(rl_decimal_digits(UINT64_MAX), 20);
}

static void the_short_forms_equal_printf(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char expected[32], got[32];
        snprintf(expected, sizeof expected, "%" PRIu64, values[i]);
        *rl_write_decimal(got, values[i]) = '\0';
        assert_string_equal(got, expected);
        snprintf(expected, sizeof expected, "%" PRId64, (int64_t)values[i]);
        *rl_write_signed(got, (int64_t)values[i]) = '\0';
        assert_string_equal(got, expected);
        snprintf(expected, sizeof expected, "%" PRIx64, values[i]);
        *rl_write_hex(got, values[i]) = '\0';
        assert_string_equal(got, expected);
    }
    char padded[8] = "";
    *rl_write_padded(padded, 42, 5) = '\0';
    assert_string_equal(padded, "00042");
    *rl_write_padded(padded, 0, 0) = '\0';
    assert_string_equal(padded, "");
}

static void compare_short(uint64_t value)
{
    char expected[32], got[32];
    snprintf(expected, sizeof expected, "%" PRIu64, value);
    *rl_write_decimal(got, value) = '\0';
    assert_string_equal(got, expected);
    snprintf(expected, sizeof expected, "%" PRId64, (int64_t)value);
    *rl_write_signed(got, (int64_t)value) = '\0';
    assert_string_equal(got, expected);
}

static void all_lengths_equal_printf(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++)
        for (uint64_t off = 0; off < 3; off++)
            compare_short(rl_powers_of_ten[i] + off - 1);
    random_start(20261121);
    for (unsigned long i = random_cases(200000); i > 0; i--)
        compare_short(random_bits() >> random_below(64));
}

/* The upper four digits and the lower four do not meet: each number of four, in both places. */
static void eight_digits_at_once_are_right(void **state)
{
    (void)state;
    for (uint32_t high = 0; high < 10000; high++) {
        const uint32_t number = high * 10000 + (high * 7919 + 13) % 10000;
        char expected[16], got[16] = "";
        snprintf(expected, sizeof expected, "%08" PRIu32, number);
        *rl_put_digits8(got, number, 8) = '\0';
        assert_string_equal(got, expected);
    }
}

static void fractions_keep_their_zeros(void **state)
{
    (void)state;
    uint64_t number = UINT64_C(1234567890123456789);
    for (unsigned digits = 19; digits >= 1; digits--, number /= 10) {
        const uint64_t numbers[] = {number, number % 1000, 0, rl_powers_of_ten[digits] - 1};
        for (unsigned i = 0; i < 4; i++) {
            char expected[32], got[19 + RL_FRACTION_SLACK];
            snprintf(expected, sizeof expected, "%0*" PRIu64, (int)digits,
                     numbers[i] % rl_powers_of_ten[digits]);
            char *end = rl_write_fraction(got, numbers[i] % rl_powers_of_ten[digits], digits);
            assert_int_equal(end - got, digits);
            assert_memory_equal(got, expected, digits);
        }
    }
}

/* Every combination of flags, some widths, precisions, lengths and conversions, on the values
 * above: glibc is the reference. */
struct shape {
    struct rl_printf_spec spec;
    char format[32];
};

static struct shape shape_of(unsigned flags, int width, int precision, unsigned length,
                             char conversion)
{
    static const char *const lengths[] = {
        [RL_PRINTF_PLAIN] = "", [RL_PRINTF_HH] = "hh", [RL_PRINTF_H] = "h", [RL_PRINTF_L] = "l"};
    struct shape shape = {.spec = {.width = width,
                                   .precision = precision,
                                   .flags = (uint8_t)flags,
                                   .length = (uint8_t)length,
                                   .conversion = conversion}};
    char *to = shape.format;
    *to++ = '%';
    for (unsigned i = 0; i < 6; i++)
        if (flags & 1U << i)
            *to++ = "-+ #0'"[i];
    if (width >= 0)
        to += sprintf(to, "%d", width);
    if (precision >= 0)
        to += sprintf(to, ".%d", precision);
    sprintf(to, "%s%c", lengths[length], conversion);
    return shape;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static int print(char *to, size_t room, const struct shape *shape, uint64_t value)
{
    if (shape->spec.length == RL_PRINTF_L)
        return snprintf(to, room, shape->format, (unsigned long)value);
    return snprintf(to, room, shape->format, (unsigned)value);
}
#pragma GCC diagnostic pop

static void compare(const struct shape *shape, uint64_t value, struct rl_buffer *out)
{
    char expected[128];
    int length = print(expected, sizeof expected, shape, value);
    out->length = 0;
    rl_integer_append(out, &shape->spec, value);
    if (out->length != (size_t)length || memcmp(out->data, expected, (size_t)length) != 0)
        fail_msg("%s of %" PRIu64 ": '%.*s' instead of '%s'", shape->format, value,
                 (int)out->length, out->data, expected);
}

static void the_full_forms_equal_printf(void **state)
{
    (void)state;
    static const int widths[] = {-1, 1, 9, 40}, precisions[] = {-1, 0, 1, 5, 30};
    struct rl_buffer out = {0};
    for (unsigned flags = 0; flags < 64; flags++)
        for (unsigned w = 0; w < 4; w++)
            for (unsigned p = 0; p < 5; p++)
                for (unsigned length = RL_PRINTF_PLAIN; length <= RL_PRINTF_L; length++)
                    for (const char *c = "diouxXbB"; *c != '\0'; c++) {
                        struct shape shape = shape_of(flags, widths[w], precisions[p], length, *c);
                        for (size_t i = 0; i < sizeof values / sizeof *values; i += 1 + flags % 3)
                            compare(&shape, values[i], &out);
                    }
    rl_buffer_free(&out);
}

static void pointers_look_as_in_glibc(void **state)
{
    (void)state;
    static const struct {
        struct rl_printf_spec spec;
        uint64_t value;
        const char *text;
    } cases[] = {
        {{.width = -1, .precision = -1}, 0, "(nil)"},
        {{.width = 8, .precision = -1}, 0, "   (nil)"},
        {{.width = 8, .precision = -1, .flags = RL_PRINTF_MINUS}, 0, "(nil)   "},
        {{.width = -1, .precision = -1}, 0xbeef, "0xbeef"},
        {{.width = 10, .precision = -1, .flags = RL_PRINTF_ZERO}, 0xbeef, "0x0000beef"},
        {{.width = 10, .precision = 5}, 0xbeef, "   0x0beef"},
        {{.width = -1, .precision = -1, .flags = RL_PRINTF_PLUS}, 0xbeef, "+0xbeef"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rl_buffer out = {0};
        rl_pointer_append(&out, &cases[i].spec, cases[i].value);
        rl_buffer_append_char(&out, '\0');
        assert_string_equal(out.data, cases[i].text);
        rl_buffer_free(&out);
    }
}

static void hostile_widths_are_capped(void **state)
{
    (void)state;
    struct rl_buffer out = {0};
    struct rl_printf_spec spec = {.width = INT32_MAX, .precision = -1, .conversion = 'd'};
    rl_integer_append(&out, &spec, 5);
    assert_int_equal(out.length, RL_PRINTF_PADDING_MAX);
    assert_int_equal(out.data[out.length - 1], '5');
    out.length = 0;
    spec = (struct rl_printf_spec){.width = -1, .precision = INT32_MAX, .conversion = 'd'};
    rl_integer_append(&out, &spec, 5);
    assert_int_equal(out.length, RL_PRINTF_PADDING_MAX + 1);
    out.length = 0;
    spec.width = INT32_MAX;
    rl_integer_append(&out, &spec, 5);
    assert_int_equal(out.length, RL_PRINTF_PADDING_MAX + 1);
    rl_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_digit_count_is_right),
        cmocka_unit_test(the_short_forms_equal_printf),
        cmocka_unit_test(all_lengths_equal_printf),
        cmocka_unit_test(eight_digits_at_once_are_right),
        cmocka_unit_test(fractions_keep_their_zeros),
        cmocka_unit_test(the_full_forms_equal_printf),
        cmocka_unit_test(pointers_look_as_in_glibc),
        cmocka_unit_test(hostile_widths_are_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
