#include "cmocka_first.h"

#include <string.h>

#include "base/utf8.h"

static void every_code_point_survives_the_round_trip(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point <= 0x10ffff; code_point++) {
        char text[RL_UTF8_MAX];
        unsigned bytes = rl_utf8_encode(code_point, text);
        uint32_t back = UINT32_MAX;
        if (rl_utf8_decode(text, bytes, &back) != bytes)
            fail_msg("U+%04X does not decode", code_point);
        bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
        if (back != (surrogate ? RL_UTF8_REPLACEMENT : code_point))
            fail_msg("U+%04X came back as U+%04X", code_point, back);
        if (rl_utf8_decode(text, bytes - 1, &back) != 0)
            fail_msg("U+%04X decodes without its last byte", code_point);
    }
}

static void no_character_past_the_end(void **state)
{
    (void)state;
    char text[RL_UTF8_MAX];
    assert_int_equal(rl_utf8_encode(0x110000, text), 3);
    assert_memory_equal(text, "\xef\xbf\xbd", 3);
    assert_int_equal(rl_utf8_encode(UINT32_MAX, text), 3);
}

static void ill_formed_sequences_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc3",
        "\xc3(",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xe2\x82",
        "\xe2(\xa1",
        "\xe2\x82(",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80",
        "\xff",
        "\xf0\x9f\x98",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t code_point;
        if (rl_utf8_decode(bad[i], strlen(bad[i]), &code_point) != 0)
            fail_msg("bad[%zu] decodes", i);
        assert_false(rl_utf8_valid(bad[i], strlen(bad[i])));
    }
    assert_true(rl_utf8_valid("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10));
    assert_true(rl_utf8_valid("", 0));
}

static void cuts_never_split_a_character(void **state)
{
    (void)state;
    const char *text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"; /* 1 + 2 + 3 + 4 + 1 */
    static const size_t floors[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
    for (size_t limit = 0; limit <= 11; limit++)
        assert_int_equal(rl_utf8_floor(text, 11, limit), floors[limit]);
    assert_int_equal(rl_utf8_floor(text, 11, 99), 11);
    /* Stray bytes are characters of their own: nothing to keep together. */
    assert_int_equal(rl_utf8_floor("\x80\x80\x80\x80\x80\x80", 6, 4), 4);
}

static void partial_ends_are_trimmed_and_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(rl_utf8_trim_partial("", 0), 0);
    assert_int_equal(rl_utf8_trim_partial("ab", 2), 2);
    assert_int_equal(rl_utf8_trim_partial("a\xc3", 2), 1);
    assert_int_equal(rl_utf8_trim_partial("a\xc3\xa9", 3), 3);
    assert_int_equal(rl_utf8_trim_partial("a\xf0\x9f\x98", 4), 1);
    assert_int_equal(rl_utf8_trim_partial("a\xf0\x9f\x98\x80", 5), 5);
    /* Neither a stray continuation nor an impossible start is a partial character. */
    assert_int_equal(rl_utf8_trim_partial("a\x80", 2), 2);
    assert_int_equal(rl_utf8_trim_partial("a\xff", 2), 2);
    assert_int_equal(rl_utf8_trim_partial("a\xe0\x80", 3), 3);
}

static void characters_are_counted_with_stray_bytes_as_one_each(void **state)
{
    (void)state;
    const char *text = "a\xc3\xa9\xff\xe2\x82\xac"; /* a, e acute, stray, euro */
    assert_int_equal(rl_utf8_count(text, 7), 4);
    static const size_t prefixes[] = {0, 1, 3, 4, 7, 7};
    for (size_t n = 0; n < 6; n++)
        assert_int_equal(rl_utf8_prefix(text, 7, n), prefixes[n]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_survives_the_round_trip),
        cmocka_unit_test(no_character_past_the_end),
        cmocka_unit_test(ill_formed_sequences_are_refused),
        cmocka_unit_test(cuts_never_split_a_character),
        cmocka_unit_test(partial_ends_are_trimmed_and_nothing_else),
        cmocka_unit_test(characters_are_counted_with_stray_bytes_as_one_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
