#include "cmocka_first.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "format/decimal.h"
#include "format/real.h"
#include "random.h"

struct shape {
    struct rl_printf_spec spec;
    char format[32];
};

static struct shape shape_of(unsigned flags, int width, int precision, char conversion)
{
    struct shape shape = {.spec = {.width = width,
                                   .precision = precision,
                                   .flags = (uint8_t)flags,
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
    sprintf(to, "%c", conversion);
    return shape;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static int print(char *to, size_t room, const char *format, double value)
{
    return snprintf(to, room, format, value);
}
#pragma GCC diagnostic pop

/* C11 7.21.6.1p6: with # trailing zeros stay, so that all of the precision is there. glibc drops
 * them when rounding carries into the power of ten where %e's style begins: %#g of 999999.5 is
 * 1.e+06 in glibc 2.36. We do as the standard says. */
static bool glibc_drops_zeros(const struct rl_printf_spec *spec, const char *expected)
{
    if (!(spec->flags & RL_PRINTF_ALTERNATE) || (spec->conversion | 0x20) != 'g')
        return false;
    return strstr(expected, "1.e+") != NULL || strstr(expected, "1.E+") != NULL;
}

static void compare(const struct shape *shape, double value, struct rl_buffer *out)
{
    char expected[2048];
    int length = print(expected, sizeof expected, shape->format, value);
    out->length = 0;
    rl_double_append(out, &shape->spec, value);
    if (glibc_drops_zeros(&shape->spec, expected))
        return;
    if (out->length != (size_t)length || memcmp(out->data, expected, (size_t)length) != 0)
        fail_msg("%s of %a: '%.*s' instead of '%s'", shape->format, value, (int)out->length,
                 out->data, expected);
}

static void hard_doubles_equal_printf(void **state)
{
    (void)state;
    static const double values[] = {
        0.0,
        0.5,
        1.5,
        2.5,
        0.25,
        0.125,
        0.375,
        25.0,
        35.0,
        250.0,
        9.5,
        99.5,
        9.995,
        999999.5,
        0.05,
        0.15,
        1e-5,
        9.9999995e-5,
        1e-4,
        123456.5,
        1234565.0,
        1e21,
        1e22,
        1e23,
        9e15,
        9007199254740993.0,
        1e17,
        1e100,
        1e-100,
        5e-324,
        2.2250738585072014e-308,
        1.7976931348623157e308,
        0x1p-1,
        0x1.8p0,
        0x1.08p0,
        0x1.18p0,
        0x1.fffffffffffffp0,
        0x1p63,
        0x1p64,
        0x1.fffffffffffffp63,
        0x1p-117,
        0x1p-118,
        0x1p-119,
        0.1,
        0.2,
        0.3,
        1.0 / 3,
        2.0 / 3,
        1e9,
        4503599627370496.5,
    };
    struct rl_buffer out = {0};
    for (const char *c = "fFeEgGaA"; *c != '\0'; c++)
        for (int precision = -1; precision <= 24; precision++)
            for (unsigned alternate = 0; alternate < 2; alternate++) {
                struct shape shape =
                    shape_of(alternate ? RL_PRINTF_ALTERNATE : 0, -1, precision, *c);
                for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
                    compare(&shape, values[i], &out);
                    compare(&shape, -values[i], &out);
                }
            }
    rl_buffer_free(&out);
}

static void random_doubles_equal_printf(void **state)
{
    (void)state;
    random_start(20050319);
    struct rl_buffer out = {0};
    for (unsigned long i = random_cases(1000000); i > 0; i--) {
        int width = random_below(4) ? -1 : (int)random_below(30);
        int precision = (int)random_below(22) - 1;
        struct shape shape = shape_of(random_below(3) ? 0 : random_below(64), width, precision,
                                      "feEgGaAF"[random_below(8)]);
        compare(&shape, random_double(), &out);
    }
    rl_buffer_free(&out);
}

/* Were own arithmetic to decline often, all would still be right, but slow. */
static void own_arithmetic_seldom_declines(void **state)
{
    (void)state;
    random_state = 7;
    unsigned long declined = 0;
    for (unsigned i = 0; i < 200000; i++) {
        double value = fabs(random_double());
        uint64_t digits;
        int exponent;
        if (isfinite(value) && value != 0 &&
            !rl_decimal_significant(value, 1 + random_below(17), &digits, &exponent))
            declined++;
    }
    assert_int_equal(declined, 0);
}

static void huge_precisions_equal_printf(void **state)
{
    (void)state;
    static char expected[70000];
    struct rl_buffer out = {0};
    for (const char *c = "fega"; *c != '\0'; c++) {
        struct shape shape = shape_of(RL_PRINTF_ALTERNATE, 60000, 50000, *c);
        int length = print(expected, sizeof expected, shape.format, 1.1e-300);
        out.length = 0;
        rl_double_append(&out, &shape.spec, 1.1e-300);
        assert_int_equal(out.length, length);
        assert_memory_equal(out.data, expected, length);
    }
    struct rl_printf_spec spec = {.width = INT32_MAX, .precision = INT32_MAX, .conversion = 'f'};
    out.length = 0;
    rl_double_append(&out, &spec, 1.5);
    assert_int_equal(out.length, 65536 + 2);
    rl_buffer_free(&out);
}

static void zeros_stay_when_rounding_carries(void **state)
{
    (void)state;
    struct shape shape = shape_of(RL_PRINTF_ALTERNATE, -1, -1, 'g');
    struct rl_buffer out = {0};
    rl_double_append(&out, &shape.spec, 999999.5);
    rl_buffer_append_char(&out, '\0');
    assert_string_equal(out.data, "1.00000e+06");
    rl_buffer_free(&out);
}

static void long_doubles_equal_printf(void **state)
{
    (void)state;
    struct rl_printf_spec spec = {
        .width = 40, .precision = 25, .length = RL_PRINTF_LONG_DOUBLE, .conversion = 'f'};
    struct rl_buffer out = {0};
    char expected[128];
    long double value = 1.0L / 3;
    snprintf(expected, sizeof expected, "%40.25Lf", value);
    rl_long_double_append(&out, &spec, value);
    rl_buffer_append_char(&out, '\0');
    assert_string_equal(out.data, expected);
    rl_buffer_free(&out);
}

static void a_decimal_comma_in_the_environment_does_not_show(void **state)
{
    (void)state;
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        skip(); /* not installed; the next test needs no such locale */
    struct rl_buffer out = {0};
    for (int precision = 1; precision <= 30; precision += 29) {
        struct rl_printf_spec spec = {
            .width = -1, .precision = precision, .flags = RL_PRINTF_GROUP, .conversion = 'f'};
        rl_double_append(&out, &spec, 1234.5);
        rl_long_double_append(&out, &spec, 1234.5L);
    }
    setlocale(LC_ALL, "C");
    assert_memory_equal(out.data, "1234.51234.51234.50000", 22);
    rl_buffer_free(&out);
}

/* The thread's own locale, which snprintf is shielded from, is there again afterwards. */
static void the_callers_locale_is_left_alone(void **state)
{
    (void)state;
    struct rl_printf_spec spec = {.width = -1, .precision = 30, .conversion = 'f'};
    struct rl_buffer out = {0};
    locale_t own = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    assert_true(own != (locale_t)0);
    locale_t before = uselocale(own);
    rl_double_append(&out, &spec, 0.5);
    assert_true(uselocale(before) == own);
    freelocale(own);
    assert_memory_equal(out.data, "0.50000", 7);
    rl_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hard_doubles_equal_printf),
        cmocka_unit_test(random_doubles_equal_printf),
        cmocka_unit_test(own_arithmetic_seldom_declines),
        cmocka_unit_test(huge_precisions_equal_printf),
        cmocka_unit_test(zeros_stay_when_rounding_carries),
        cmocka_unit_test(long_doubles_equal_printf),
        cmocka_unit_test(a_decimal_comma_in_the_environment_does_not_show),
        cmocka_unit_test(the_callers_locale_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
