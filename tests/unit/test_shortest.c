#include "cmocka_first.h"

#include <float.h>
#include <math.h>

#include "format/shortest.h"
#include "random.h"

static const char *shown(double value)
{
    static char text[64];
    struct rl_buffer out = {0};
    rl_shortest_append(&out, value);
    assert_in_range(out.length, 1, sizeof text - 1);
    memcpy(text, out.data, out.length);
    text[out.length] = '\0';
    rl_buffer_free(&out);
    return text;
}

static void it_reads_as_python_has_it(void **state)
{
    (void)state;
    const struct {
        double value;
        const char *text; /* repr(value) */
    } known[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {-2, "-2.0"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {2.0 / 3, "0.6666666666666666"},
        {100, "100.0"},
        {123456.789, "123456.789"},
        {0.0001, "0.0001"},
        {0.00012345, "0.00012345"},
        {0.00001, "1e-05"},
        {1e15, "1000000000000000.0"},
        {9007199254740993.0, "9007199254740992.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {1.5e16, "1.5e+16"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {1.2345678901234567e300, "1.2345678901234567e+300"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {5e-324, "5e-324"},
        {1.5e-323, "1.5e-323"},
        {3.14, "3.14"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_string_equal(shown(known[i].value), known[i].text);
}

/* What digits and how many: the least that %.Ne needs. */
static void check_shortest(const char *text, double value)
{
    char least[64];
    for (int precision = 0; precision <= 16; precision++) {
        snprintf(least, sizeof least, "%.*e", precision, value);
        if (strtod(least, NULL) == value)
            break;
    }
    size_t wanted = strcspn(least, "e"), count = 0;
    for (size_t i = 0; i < wanted; i++)
        count += least[i] >= '0' && least[i] <= '9';
    /* Leading zeros, and those that fill up to the point, are no digits of it. */
    char digits[64];
    size_t found = 0;
    for (const char *at = text; *at != '\0' && *at != 'e'; at++)
        if (*at >= '0' && *at <= '9' && (found > 0 || *at != '0'))
            digits[found++] = *at;
    while (found > 1 && digits[found - 1] == '0')
        found--;
    if (found > count)
        fail_msg("%s has more digits than %s", text, least);
}

static void it_reads_back_and_is_the_shortest(void **state)
{
    (void)state;
    random_start(1);
    for (unsigned long i = random_cases(200000); i > 0; i--) {
        const double value = random_double();
        if (!isfinite(value))
            continue;
        const char *text = shown(value);
        const double back = strtod(text, NULL);
        if (memcmp(&back, &value, sizeof back) != 0)
            fail_msg("%a became %s", value, text);
        if (value != 0)
            check_shortest(text, value);
        if (strpbrk(text, ".e") == NULL)
            fail_msg("%s reads as an integer", text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_reads_as_python_has_it),
        cmocka_unit_test(it_reads_back_and_is_the_shortest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
