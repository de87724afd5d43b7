#include "cmocka_first.h"

#include <string.h>

#include "base/utf8.h"
#include "format/escape.h"
#include "random.h"

static void check(const char *text, size_t length, const char *expected)
{
    struct rl_buffer out = {0};
    rl_escape_append(&out, text, length);
    if (out.length != strlen(expected) ||
        (out.length > 0 && memcmp(out.data, expected, out.length) != 0))
        fail_msg("'%.*s' instead of '%s'", (int)out.length, out.data, expected);
    rl_buffer_free(&out);
}

#define CHECK(text, expected) check(text, sizeof(text) - 1, expected)

static void the_injection_corpus_comes_out_harmless(void **state)
{
    (void)state;
    /* A forged record, a mail header, terminal control. */
    CHECK("bob\n2005-03-19 15:10:26 CRITICAL pwned", "bob\\n2005-03-19 15:10:26 CRITICAL pwned");
    CHECK("a\r\nBcc: all@example.org", "a\\r\\nBcc: all@example.org");
    CHECK("\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07");
    CHECK("\xc2\x9b"
          "31m",
          "\\u009b31m");
    CHECK("\x9b"
          "31m",
          "\\x9b31m");
    CHECK("a\0b\x08\x0b\x0c\x7f", "a\\x00b\\x08\\x0b\\x0c\\x7f");
    /* Other line ends. */
    CHECK("a\xc2\x85"
          "b\xe2\x80\xa8"
          "c\xe2\x80\xa9"
          "d",
          "a\\u0085b\\u2028c\\u2029d");
    /* Bidirectional controls ("Trojan source", Boucher and Anderson, 2021). */
    CHECK("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c\xe2\x80\xaa\xe2\x81\xa9",
          "\\u202e\\u2066\\u200e\\u200f\\u061c\\u202a\\u2069");
    /* Ill-formed: overlong newline, surrogate, cut sequence, stray byte. */
    CHECK("\xc0\x8a", "\\xc0\\x8a");
    CHECK("\xed\xa0\x80", "\\xed\\xa0\\x80");
    CHECK("ab\xe2\x82", "ab\\xe2\\x82");
    CHECK("\xe2\n\x82", "\\xe2\\n\\x82");
    CHECK("\xff\xfe", "\\xff\\xfe");
}

static void harmless_text_stays_as_it_is(void **state)
{
    (void)state;
    CHECK("", "");
    CHECK("plain text, tab\tand C:\\new\\path \"quoted\" 100%s",
          "plain text, tab\tand C:\\new\\path \"quoted\" 100%s");
    CHECK("na\xc3\xafve \xe2\x82\xac \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80",
          "na\xc3\xafve \xe2\x82\xac \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80");
    /* Neighbours of what is escaped. */
    CHECK("\xc2\xa0\xe2\x80\x8d\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa\xd8\x9b"
          "\xd8\x9d",
          "\xc2\xa0\xe2\x80\x8d\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa\xd8\x9b"
          "\xd8\x9d");
}

/* Each byte at each place of words and tails of the fast path. */
static void every_byte_is_seen_at_every_place(void **state)
{
    (void)state;
    for (size_t length = 1; length <= 50; length++)
        for (size_t at = 0; at < length; at++)
            for (unsigned byte = 0; byte < 256; byte++) {
                char text[50];
                memset(text, 'x', sizeof text);
                text[at] = (char)byte;
                bool clean = byte == '\t' || (byte >= 0x20 && byte < 0x7f);
                struct rl_buffer out = {0};
                rl_escape_append(&out, text, length);
                size_t extra = clean ? 0 : byte == '\n' || byte == '\r' ? 1 : 3;
                if (out.length != length + extra)
                    fail_msg("byte %02x at %zu of %zu: '%.*s'", byte, at, length, (int)out.length,
                             out.data);
                if (out.data[at] != (clean ? (char)byte : '\\'))
                    fail_msg("byte %02x at %zu of %zu", byte, at, length);
                rl_buffer_free(&out);
            }
}

static void whatever_comes_in_clean_text_goes_out(void **state)
{
    (void)state;
    random_start(1);
    struct rl_buffer out = {0}, twice = {0};
    for (unsigned long i = random_cases(200000); i > 0; i--) {
        char text[64];
        size_t length = random_below(sizeof text);
        for (size_t at = 0; at < length; at++)
            text[at] = (char)(random_below(2) ? 0x20 + random_below(0x60) : random_bits());
        out.length = twice.length = 0;
        rl_escape_append(&out, text, length);
        assert_true(rl_utf8_valid(out.data, out.length));
        for (size_t at = 0; at < out.length; at++)
            assert_true((unsigned char)out.data[at] >= 0x20 || out.data[at] == '\t');
        /* What is clean needs no second escaping. */
        rl_escape_append(&twice, out.data, out.length);
        assert_int_equal(twice.length, out.length);
        if (out.length > 0)
            assert_memory_equal(twice.data, out.data, out.length);
    }
    rl_buffer_free(&out);
    rl_buffer_free(&twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_injection_corpus_comes_out_harmless),
        cmocka_unit_test(harmless_text_stays_as_it_is),
        cmocka_unit_test(every_byte_is_seen_at_every_place),
        cmocka_unit_test(whatever_comes_in_clean_text_goes_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
