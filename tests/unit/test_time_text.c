#include "cmocka_first.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "format/time_text.h"

#define NS INT64_C(1000000000)

/* 2005-03-19 15:10:26.618 UTC */
static const int64_t then_ns = INT64_C(1111245026) * NS + 618999999;

static void zone(const char *tz)
{
    setenv("TZ", tz, 1);
    tzset();
}

static const char *text_at(struct rl_time_text *time_text, int64_t wall_ns)
{
    static char text[256];
    const struct rl_buffer *got = rl_time_text_at(time_text, wall_ns);
    assert_in_range(got->length, 0, sizeof text - 1);
    memcpy(text, got->data, got->length);
    text[got->length] = '\0';
    return text;
}

static const char *once(const char *datefmt, bool utc, int64_t wall_ns)
{
    struct rl_time_text time_text;
    assert_int_equal(rl_time_text_init(&time_text, datefmt, utc), 0);
    const char *text = text_at(&time_text, wall_ns);
    rl_time_text_destroy(&time_text);
    return text;
}

static void the_default_cuts_milliseconds_off(void **state)
{
    (void)state;
    zone("UTC0");
    assert_string_equal(once(NULL, false, then_ns), "2005-03-19 15:10:26,618");
    assert_string_equal(once("", false, then_ns), "2005-03-19 15:10:26,618");
    assert_string_equal(once(NULL, true, 0), "1970-01-01 00:00:00,000");
    assert_string_equal(once(NULL, true, 999999999), "1970-01-01 00:00:00,999");
}

static void local_time_knows_the_zone_and_its_summer(void **state)
{
    (void)state;
    zone("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_string_equal(once(NULL, false, then_ns), "2005-03-19 16:10:26,618");
    assert_string_equal(once("%Y-%m-%dT%H:%M:%S%z", false, then_ns), "2005-03-19T16:10:26+0100");
    int64_t summer_ns = then_ns + 100 * 86400 * NS;
    assert_string_equal(once("%H:%M %z %Z", false, summer_ns), "17:10 +0200 CEST");
    assert_string_equal(once("%H:%M %z %Z", true, summer_ns), "15:10 +0000 GMT");
    zone("<-0330>3:30");
    assert_string_equal(once("%H:%M:%S %z %Z", false, then_ns), "11:40:26 -0330 -0330");
}

static void one_cache_follows_the_clock_both_ways(void **state)
{
    (void)state;
    zone("UTC0");
    struct rl_time_text time_text;
    assert_int_equal(rl_time_text_init(&time_text, NULL, false), 0);
    assert_string_equal(text_at(&time_text, then_ns), "2005-03-19 15:10:26,618");
    assert_string_equal(text_at(&time_text, then_ns + 1), "2005-03-19 15:10:26,619");
    assert_string_equal(text_at(&time_text, then_ns + NS), "2005-03-19 15:10:27,618");
    assert_string_equal(text_at(&time_text, then_ns - NS), "2005-03-19 15:10:25,618");
    assert_string_equal(text_at(&time_text, then_ns - 618999999), "2005-03-19 15:10:26,000");
    assert_string_equal(text_at(&time_text, then_ns - 619000000), "2005-03-19 15:10:25,999");
    rl_time_text_destroy(&time_text);

    assert_int_equal(rl_time_text_init(&time_text, "%S", true), 0);
    for (int i = 0; i < 120; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%02d", i % 60);
        assert_string_equal(text_at(&time_text, i * NS + 999999999), expected);
    }
    rl_time_text_destroy(&time_text);
}

static void a_second_is_rendered_once(void **state)
{
    (void)state;
    zone("UTC0");
    struct rl_time_text time_text;
    assert_int_equal(rl_time_text_init(&time_text, "%S", false), 0);
    assert_string_equal(text_at(&time_text, 5 * NS), "05");
    time_text.text.data[0] = 'x'; /* seen again: it came from the cache */
    assert_string_equal(text_at(&time_text, 5 * NS + 999999999), "x5");
    assert_string_equal(text_at(&time_text, 6 * NS), "06");
    rl_time_text_destroy(&time_text);
}

static void times_before_the_epoch_and_at_the_ends_are_no_trouble(void **state)
{
    (void)state;
    assert_string_equal(once(NULL, true, -1), "1969-12-31 23:59:59,999");
    assert_string_equal(once(NULL, true, -NS), "1969-12-31 23:59:59,000");
    assert_string_equal(once(NULL, true, INT64_MAX), "2262-04-11 23:47:16,854");
    assert_string_equal(once(NULL, true, INT64_MIN), "1677-09-21 00:12:43,145");
    assert_string_equal(once("%Y", true, INT64_MIN), "1677");
}

static void date_formats_may_be_long_or_odd(void **state)
{
    (void)state;
    struct rl_time_text time_text;
    assert_string_equal(once("%%", true, 0), "%");
    assert_string_equal(once("%n", true, 0), "\n");
    assert_int_equal(rl_time_text_init(&time_text, "%1000Y", true), 0);
    assert_int_equal(rl_time_text_at(&time_text, 0)->length, 1000);
    rl_time_text_destroy(&time_text);
    assert_string_equal(once("%70000Y", true, 0), "?");
    assert_string_equal(once("%E", true, 0), "%E");
}

static void micros_are_as_in_datetime_strftime(void **state)
{
    (void)state;
    assert_string_equal(once("%H:%M:%S.%f", true, then_ns), "15:10:26.618999");
    assert_string_equal(once("%f", true, then_ns), "618999");
    assert_string_equal(once("%f%f|%H|%f", true, then_ns), "618999618999|15|618999");
    assert_string_equal(once("%f", true, 1000), "000001");
    assert_string_equal(once("%f", true, 999), "000000");
    assert_string_equal(once("%S.%f", true, -1), "59.999999");
    assert_string_equal(once("%S.%f", true, INT64_MIN), "43.145224");
    assert_string_equal(once("%S.%f", true, INT64_MAX), "16.854775");
}

/* What the C library makes of other directives with an f is left to it. */
static void other_directives_are_left_alone(void **state)
{
    (void)state;
    assert_string_equal(once("%%f", true, then_ns), "%f");
    assert_string_equal(once("%%%f", true, then_ns), "%618999");
    assert_string_equal(once("%%%%f%S", true, then_ns), "%%f26");
    assert_string_equal(once("f%Sf", true, then_ns), "f26f");
    assert_string_equal(once("%f%", true, then_ns), "618999%");
    static const char *const left[] = {"%Ef", "%5%f", "%_5f", "%-f", "%0%f|", "%5"};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        char expected[64];
        const time_t seconds = then_ns / NS;
        struct tm tm;
        gmtime_r(&seconds, &tm);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        const size_t length = strftime(expected, sizeof expected, left[i], &tm);
#pragma GCC diagnostic pop
        assert_in_range(length, 1, sizeof expected - 1);
        assert_string_equal(once(left[i], true, then_ns), expected);
    }
}

static void one_cache_follows_micros_both_ways(void **state)
{
    (void)state;
    struct rl_time_text time_text;
    assert_int_equal(rl_time_text_init(&time_text, "%f %S %f", true), 0);
    assert_string_equal(text_at(&time_text, then_ns), "618999 26 618999");
    assert_string_equal(text_at(&time_text, then_ns + 1), "619000 26 619000");
    assert_string_equal(text_at(&time_text, then_ns), "618999 26 618999");
    assert_string_equal(text_at(&time_text, then_ns - 999), "618999 26 618999");
    assert_string_equal(text_at(&time_text, then_ns - 1000), "618998 26 618998");
    assert_string_equal(text_at(&time_text, then_ns + NS), "618999 27 618999");
    assert_string_equal(text_at(&time_text, then_ns), "618999 26 618999");
    rl_time_text_forget(&time_text);
    assert_string_equal(text_at(&time_text, then_ns), "618999 26 618999");
    rl_time_text_destroy(&time_text);
    /* Too long with the microseconds: a question mark, with nothing written behind it. */
    assert_string_equal(once("%f%70000Y%f", true, 0), "?");
    assert_string_equal(once("%65000Y%f%600Y", true, 0), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_cuts_milliseconds_off),
        cmocka_unit_test(local_time_knows_the_zone_and_its_summer),
        cmocka_unit_test(one_cache_follows_the_clock_both_ways),
        cmocka_unit_test(a_second_is_rendered_once),
        cmocka_unit_test(times_before_the_epoch_and_at_the_ends_are_no_trouble),
        cmocka_unit_test(date_formats_may_be_long_or_odd),
        cmocka_unit_test(micros_are_as_in_datetime_strftime),
        cmocka_unit_test(other_directives_are_left_alone),
        cmocka_unit_test(one_cache_follows_micros_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
