#include "cmocka_first.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "format/json.h"
#include "format/logfmt.h"
#include "random.h"

static struct rl_buffer out;

static void check_out(const char *expected, const char *of)
{
    if (out.length != strlen(expected) || memcmp(out.data, expected, out.length) != 0)
        fail_msg("%s: found «%.*s», expected «%s»", of, (int)out.length, out.data, expected);
    out.length = 0;
}

/* ---- strings ---- */

static void check_string(const char *text, size_t length, const char *expected)
{
    rl_json_append_string(&out, text, length);
    check_out(expected, "string");
    /* The same made of what stands there already. */
    struct rl_buffer scratch = {0};
    rl_buffer_append(&out, "\"", 1);
    rl_buffer_append(&out, text, length);
    rl_json_escape_tail(&out, 1, &scratch);
    rl_buffer_append(&out, "\"", 1);
    check_out(expected, "tail");
    rl_buffer_free(&scratch);
}

#define STRING(text, expected) check_string(text, sizeof(text) - 1, "\"" expected "\"")

static void every_control_character_is_escaped(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 0x20; byte++) {
        const char *letter = strchr("\bb\tt\nn\ff\rr", (int)byte);
        char expected[16];
        if (byte != 0 && letter != NULL)
            snprintf(expected, sizeof expected, "\"a\\%cz\"", letter[1]);
        else
            snprintf(expected, sizeof expected, "\"a\\u%04xz\"", byte);
        const char text[] = {'a', (char)byte, 'z'};
        check_string(text, sizeof text, expected);
    }
    STRING("\x7f", "\\u007f");
    for (unsigned c1 = 0x80; c1 < 0xa0; c1++) {
        char expected[16];
        snprintf(expected, sizeof expected, "\"\\u%04x\"", c1);
        const char text[] = {'\xc2', (char)c1};
        check_string(text, sizeof text, expected);
    }
    check_string(NULL, 0, "\"\"");
}

static void quotes_backslashes_and_what_drives_terminals_are_escaped(void **state)
{
    (void)state;
    STRING("say \"yes\\no\"", "say \\\"yes\\\\no\\\"");
    STRING("\"", "\\\"");
    STRING("C:\\new", "C:\\\\new");
    STRING("\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029");
    STRING("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c",
           "\\u202e\\u2066\\u200e\\u200f\\u061c");
    STRING("a/b", "a/b");
    STRING("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80",
           "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80");
}

#define FFFD "\xef\xbf\xbd"

/* Classes of errors, and the examples of The Unicode Standard 3.9, tables 3-8 to 3-11. */
static void ill_formed_utf8_is_replaced_by_maximal_subparts(void **state)
{
    (void)state;
    STRING("\x80", FFFD);
    STRING("\xbf\x80z", FFFD FFFD "z");
    STRING("\xc0\xaf", FFFD FFFD);
    STRING("\xc1\xbf", FFFD FFFD);
    STRING("\xc2", FFFD);
    STRING("\xc2z", FFFD "z");
    STRING("\xe0\x9f\xbf", FFFD FFFD FFFD);
    STRING("\xe2\x82", FFFD);
    STRING("\xe2\x82z", FFFD "z");
    STRING("\xe2\xe2\x82\xac", FFFD "\xe2\x82\xac");
    STRING("\xed\x9f\xbf", "\xed\x9f\xbf");
    STRING("\xed\xa0\x80", FFFD FFFD FFFD);
    STRING("\xed\xbf\xbf", FFFD FFFD FFFD);
    STRING("\xee\x80\x80", "\xee\x80\x80");
    STRING("\xf0\x8f\xbf\xbf", FFFD FFFD FFFD FFFD);
    STRING("\xf0\x90\x80\x80", "\xf0\x90\x80\x80");
    STRING("\xf0\x9f\x98", FFFD);
    STRING("\xf0\x9f\x98z", FFFD "z");
    STRING("\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf");
    STRING("\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD);
    STRING("\xf5\x80\x80\x80", FFFD FFFD FFFD FFFD);
    STRING("\xfe\xff", FFFD FFFD);
    STRING("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A");
    STRING("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A");
    STRING("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B");
    STRING("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", FFFD FFFD FFFD FFFD "A");
    STRING(FFFD, FFFD);
}

/* Each byte at each place of words and tails of the fast path. */
static void every_byte_is_seen_at_every_place(void **state)
{
    (void)state;
    for (size_t length = 1; length <= 25; length++)
        for (size_t at = 0; at < length; at++)
            for (unsigned byte = 0; byte < 256; byte++) {
                char text[25], one[16];
                memset(text, 'x', sizeof text);
                text[at] = (char)byte;
                rl_json_append_string(&out, &text[at], 1);
                memcpy(one, out.data, out.length);
                const size_t inside = out.length - 2;
                out.length = 0;
                rl_json_append_string(&out, text, length);
                if (out.length != length + 1 + inside ||
                    memcmp(out.data + 1 + at, one + 1, inside) != 0)
                    fail_msg("byte %02x at %zu of %zu: %.*s", byte, at, length, (int)out.length,
                             out.data);
                out.length = 0;
            }
}

static size_t random_text(char *text, size_t most)
{
    const size_t length = random_below((unsigned)most);
    const unsigned kind = random_below(3);
    for (size_t i = 0; i < length; i++)
        text[i] = kind == 0   ? (char)(0x20 + random_below(0x5f))
                  : kind == 1 ? "\"\\\n\xe2\x80\xa8\xc3\xa4\xf0\x9f\x98 z"[random_below(14)]
                              : (char)random_bits();
    return length;
}

/* Whether it is a string to the end: quotes only as escapes, no control, well-formed. */
static void check_form(const char *text, size_t length)
{
    assert_true(length >= 2 && text[0] == '"' && text[length - 1] == '"');
    assert_true(rl_utf8_valid(text, length));
    for (size_t i = 1; i < length - 1; i++) {
        assert_true((unsigned char)text[i] >= 0x20 && text[i] != 0x7f && text[i] != '"');
        if (text[i] == '\\') {
            i++;
            assert_true(i < length - 1 && strchr("\"\\bfnrtu", text[i]) != NULL);
        }
    }
}

static void whatever_comes_in_a_string_goes_out(void **state)
{
    (void)state;
    random_start(1);
    for (unsigned long i = random_cases(200000); i > 0; i--) {
        char text[80];
        const size_t length = random_text(text, sizeof text);
        char *exact = malloc(length + 1); /* so that a sanitizer sees every byte too far */
        assert_non_null(exact);
        memcpy(exact, text, length);
        char *shrunk = realloc(exact, length == 0 ? 1 : length);
        rl_json_append_string(&out, shrunk, length);
        check_form(out.data, out.length);
        out.length = 0;
        rl_json_append_key(&out, shrunk, length);
        check_form(out.data, out.length);
        out.length = 0;
        free(shrunk);
    }
    rl_buffer_free(&out);
}

/* ---- keys ---- */

#define KEY(text, expected)                                                                        \
    (rl_json_append_key(&out, text, sizeof(text) - 1), check_out("\"" expected "\"", "key"))

static void different_keys_stay_different(void **state)
{
    (void)state;
    KEY("user", "user");
    KEY("a \"b\"\n", "a \\\"b\\\"\\n");
    KEY("gr\xc3\xb6\xc3\x9f"
        "e",
        "gr\xc3\xb6\xc3\x9f"
        "e");
    KEY("\xff", FFFD "ff");
    KEY("\xfe", FFFD "fe");
    KEY(FFFD "ff", FFFD FFFD "ff");
    KEY("a\xe2\x82z", "a" FFFD "e2" FFFD "82z");
    KEY("\xff\"", FFFD "ff\\\"");
}

#define LOGFMT_KEY(text, expected)                                                                 \
    (rl_logfmt_append_key(&out, text, sizeof(text) - 1), check_out(expected, "key"))
#define LOGFMT(text, expected)                                                                     \
    (rl_logfmt_append_text(&out, text, sizeof(text) - 1), check_out(expected, "text"))

static void logfmt_keys_and_texts_end_where_they_should(void **state)
{
    (void)state;
    LOGFMT_KEY("user.name", "user.name");
    LOGFMT_KEY("a b=c\"d%e\\", "a%20b%3dc%22d%25e\\");
    LOGFMT_KEY("\n\x7f\xff", "%0a%7f%ff");
    LOGFMT_KEY("gr\xc3\xb6", "gr%c3%b6");
    LOGFMT_KEY("", "%");
    LOGFMT("plain/path:80", "plain/path:80");
    LOGFMT("", "\"\"");
    LOGFMT("two words", "\"two words\"");
    LOGFMT("a=b", "\"a=b\"");
    LOGFMT("a\"b", "\"a\\\"b\"");
    LOGFMT("a\\b", "\"a\\\\b\"");
    LOGFMT("new\nline", "\"new\\nline\"");
    LOGFMT("10.0.0.1", "\"10.0.0.1\"");
    LOGFMT("-1", "\"-1\"");
    LOGFMT("null", "\"null\"");
    LOGFMT("true", "\"true\"");
    LOGFMT("nullable", "nullable");
    LOGFMT("\xc3\xa4", "\"\xc3\xa4\"");
    LOGFMT("\0", "\"\\u0000\"");
}

/* ---- values ---- */

static void check_value(struct rl_value value, const char *json, const char *logfmt)
{
    rl_json_append_value(&out, &value);
    check_out(json, "value");
    rl_logfmt_append_value(&out, &value);
    check_out(logfmt, "value");
}

static struct rl_value text_value(uint8_t field, const char *text, size_t length, bool cut)
{
    return (struct rl_value){.field = field,
                             .as.text = {.bytes = text, .length = length, .truncated = cut}};
}

static struct rl_value bits_value(uint8_t field, uint64_t bits)
{
    return (struct rl_value){.field = field, .as.bits = bits};
}

static void values_keep_their_types(void **state)
{
    (void)state;
    const struct {
        uint8_t field;
        uint64_t bits;
        const char *text;
    } integers[] = {
        {RINGLOG_FIELD_I32, 0, "0"},
        {RINGLOG_FIELD_I32, (uint64_t)INT32_MIN, "-2147483648"},
        {RINGLOG_FIELD_U32, UINT32_MAX, "4294967295"},
        {RINGLOG_FIELD_I64, (uint64_t)INT64_MIN, "-9223372036854775808"},
        {RINGLOG_FIELD_I64, INT64_MAX, "9223372036854775807"},
        {RINGLOG_FIELD_U64, UINT64_MAX, "18446744073709551615"},
        {RINGLOG_FIELD_ERRNO, 13, "13"},
        {RINGLOG_FIELD_BOOL, 1, "true"},
        {RINGLOG_FIELD_BOOL, 0, "false"},
        {RINGLOG_FIELD_POINTER, 0, "null"},
        {RINGLOG_FIELD_POINTER, UINT64_MAX, "\"0xffffffffffffffff\""},
    };
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
        check_value(bits_value(integers[i].field, integers[i].bits), integers[i].text,
                    integers[i].text);
    check_value(text_value(RINGLOG_FIELD_STRING, NULL, 0, false), "null", "null");
    check_value(text_value(RINGLOG_FIELD_STRING, "", 0, false), "\"\"", "\"\"");
    check_value(text_value(RINGLOG_FIELD_STRING, "word", 4, false), "\"word\"", "word");
    check_value(text_value(RINGLOG_FIELD_STRING, "wor\xe2\x82", 5, true), "\"wor\xe2\x80\xa6\"",
                "\"wor\xe2\x80\xa6\"");
    check_value(text_value(RINGLOG_FIELD_BYTES, NULL, 0, false), "null", "null");
    check_value(text_value(RINGLOG_FIELD_BYTES, "\xde\xad\0", 3, false), "\"dead00\"",
                "\"dead00\"");
    check_value(text_value(RINGLOG_FIELD_BYTES, "\xde", 1, true), "\"de\xe2\x80\xa6\"",
                "\"de\xe2\x80\xa6\"");
}

static void check_real(double value, const char *expected)
{
    check_value((struct rl_value){.field = RINGLOG_FIELD_F64, .as.real = value}, expected,
                expected);
    check_value((struct rl_value){.field = RINGLOG_FIELD_F80, .as.long_real = value}, expected,
                expected);
}

static void reals_are_numbers_or_the_names_of_what_is_none(void **state)
{
    (void)state;
    check_real(0.1, "0.1");
    check_real(-0.0, "-0.0");
    check_real(3, "3.0");
    check_real(1e22, "1e+22");
    check_real(5e-324, "5e-324");
    check_real(NAN, "\"NaN\"");
    check_real(INFINITY, "\"Infinity\"");
    check_real(-INFINITY, "\"-Infinity\"");
}

/* What a double does not hold. */
static void long_doubles_read_back(void **state)
{
    (void)state;
    const long double values[] = {0.1L, 1 / 3.0L, -LDBL_MAX, LDBL_MIN, 0x1.0000000000000002p0L};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        rl_json_append_value(
            &out, &(struct rl_value){.field = RINGLOG_FIELD_F80, .as.long_real = values[i]});
        rl_buffer_append_char(&out, '\0');
        const bool quoted = fabsl(values[i]) > DBL_MAX;
        char *end;
        assert_int_equal(out.data[0] == '"', quoted);
        assert_true(strtold(out.data + quoted, &end) == values[i]);
        assert_string_equal(end, quoted ? "\"" : "");
        out.length = 0;
    }
    rl_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_control_character_is_escaped),
        cmocka_unit_test(quotes_backslashes_and_what_drives_terminals_are_escaped),
        cmocka_unit_test(ill_formed_utf8_is_replaced_by_maximal_subparts),
        cmocka_unit_test(every_byte_is_seen_at_every_place),
        cmocka_unit_test(whatever_comes_in_a_string_goes_out),
        cmocka_unit_test(different_keys_stay_different),
        cmocka_unit_test(logfmt_keys_and_texts_end_where_they_should),
        cmocka_unit_test(values_keep_their_types),
        cmocka_unit_test(reals_are_numbers_or_the_names_of_what_is_none),
        cmocka_unit_test(long_doubles_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
