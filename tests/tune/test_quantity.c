/* Numbers that people write and read, and order statistics. */
#include "cmocka_first.h"

#include "measure/quantile.h"
#include "output/quantity.h"

static double parsed(const char *text, bool binary)
{
    double value = -1;
    return quantity_parse(text, binary, &value) ? value : -1;
}

static void numbers_are_read(void **state)
{
    (void)state;
    assert_true(parsed("20000", false) == 20000);
    assert_true(parsed("20k", false) == 20000);
    assert_true(parsed("1.5M", false) == 1500000);
    assert_true(parsed(".5", false) == 0.5);
    assert_true(parsed("2G", false) == 2e9);
    assert_true(parsed("64K", true) == 65536);
    assert_true(parsed("1M", true) == 1048576);
    assert_true(parsed("1e3", false) == 1000);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",     " 1",  "-1",  "+1",    "k",     "1kk",  "1 k",
                                        "0x10", "inf", "nan", "1e999", "1.2.3", "12ms", "."};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (parsed(texts[i], false) != -1)
            fail_msg("\"%s\" was taken for a number", texts[i]);
}

static void numbers_are_shown(void **state)
{
    (void)state;
    assert_string_equal(as_count(20000).text, "20000");
    assert_string_equal(as_count(2937000).text, "2.94 M");
    assert_string_equal(as_bytes(48).text, "48 bytes");
    assert_string_equal(as_bytes(1048576).text, "1 MiB");
    assert_string_equal(as_bytes(737280).text, "720 KiB");
    assert_string_equal(as_time(0.0142).text, "14.2 ns");
    assert_string_equal(as_time(58.4).text, "58 us");
    assert_string_equal(as_time(1300).text, "1.30 ms");
    assert_string_equal(as_time(2e6).text, "2 s");
    assert_string_equal(as_part(0.124).text, "12 %");
    assert_string_equal(as_part(0.004).text, "0.40 %");
}

static void quantiles_are_nearest_ranks(void **state)
{
    (void)state;
    struct samples samples = {.values = NULL};
    assert_true(samples_quantile(&samples, 0.5) == 0);
    for (int i = 1000; i >= 1; i--)
        assert_true(samples_add(&samples, i));
    samples_sort(&samples);
    assert_true(samples_quantile(&samples, 0) == 1);
    assert_true(samples_quantile(&samples, 0.5) == 500);
    assert_true(samples_quantile(&samples, 0.99) == 990);
    assert_true(samples_quantile(&samples, 0.999) == 999);
    assert_true(samples_quantile(&samples, 1) == 1000);
    samples_free(&samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(numbers_are_shown),
        cmocka_unit_test(quantiles_are_nearest_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
