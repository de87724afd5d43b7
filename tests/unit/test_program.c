#include "cmocka_first.h"

#include <errno.h>
#include <stdlib.h>

#include "format/program.h"
#include "record_bytes.h"

/* Renders into a string of the test's own; `raw` false unless said otherwise. */
static const char *render_as(const char *format, const struct record_bytes *record, bool raw)
{
    static struct rl_buffer out;
    struct rl_program *program;
    int error =
        rl_program_new(&program, format, strlen(format), record->fields, record->field_count);
    if (error < 0)
        fail_msg("%s: %d", format, error);
    out.length = 0;
    /* The exact bytes on the heap, so that AddressSanitizer sees a step beyond them. */
    unsigned char *exact = malloc(record->length == 0 ? 1 : record->length);
    memcpy(exact, record->bytes, record->length);
    rl_program_render(program, exact, record->length, raw, &out);
    free(exact);
    rl_program_free(program);
    rl_buffer_append_char(&out, '\0');
    return out.data;
}

static const char *render(const char *format, const struct record_bytes *record)
{
    return render_as(format, record, false);
}

static void simple_directives(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    put_string(&record, "/index.html");
    put_i32(&record, -200);
    put_f64(&record, 1.2345);
    put_u32(&record, UINT32_MAX);
    put_i64(&record, INT64_MIN);
    put_u64(&record, UINT64_MAX);
    put_u32(&record, 0xcafe);
    put_u64(&record, 0xfeedface12345678);
    put_f64(&record, -0.5);
    assert_string_equal(render("GET %s -> %d in %.3f ms %u %ld %zu %x %lx %f 100%%", &record),
                        "GET /index.html -> -200 in 1.234 ms 4294967295 -9223372036854775808 "
                        "18446744073709551615 cafe feedface12345678 -0.500000 100%");
}

static void a_format_without_directives(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    assert_string_equal(render("", &record), "");
    assert_string_equal(render("started", &record), "started");
    assert_string_equal(render("a literal well beyond the sixteen bytes of a block", &record),
                        "a literal well beyond the sixteen bytes of a block");
    struct rl_program *program;
    struct rl_buffer out = {0};
    assert_int_equal(rl_program_new(&program, "x", 1, NULL, 0), 0);
    rl_program_render(program, NULL, 0, false, &out);
    assert_int_equal(out.length, 1);
    rl_buffer_free(&out);
    rl_program_free(program);
}

static void null_strings_look_as_in_glibc(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    for (int i = 0; i < 4; i++)
        put_string(&record, NULL);
    put_pointer(&record, 0);
    assert_string_equal(render("%s|%.5s|%8.6s|%-8s|%p", &record),
                        "(null)||  (null)|(null)  |(nil)");
}

static void the_format_decides_over_the_stored_type(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    put_i64(&record, INT64_C(0x1234567890)); /* %d: as a cast to int */
    put_i32(&record, -1);                    /* %ld: sign kept */
    put_i32(&record, -1);                    /* %u */
    put_i32(&record, 300);                   /* %hhd */
    put_u64(&record, 0x123456789a);          /* %x */
    put_pointer(&record, 0xbeef);            /* %s: shown, never followed */
    put_string(&record, "text");             /* %d */
    put_f64(&record, 1.5);                   /* %d */
    put_i32(&record, 7);                     /* %f */
    put_f80(&record, 2.5L);                  /* %.1f */
    put_f64(&record, 2.5);                   /* %.1Lf */
    put_i64(&record, 'x');                   /* %c */
    put_u64(&record, 0xabc);                 /* %p */
    put_i32(&record, 7);                     /* %-4s */
    assert_string_equal(
        render("%d %ld %u %hhd %x %s %d %d %f %.1f %.1Lf %c %p %-4s|", &record),
        "878082192 -1 4294967295 44 3456789a 0xbeef text 1.5 7 2.5 2.5 x 0xabc 7   |");
}

static void stars_are_read_from_the_record(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    put_i32(&record, -6);
    put_i32(&record, 2);
    put_string(&record, "abc");
    put_i32(&record, 5);
    put_i32(&record, 42);
    put_i32(&record, -1);
    put_string(&record, "whole");
    put_i32(&record, INT32_MIN + 1);
    put_i32(&record, 3);
    assert_string_equal(render("[%*.*s][%0*d][%.*s]", &record), "[ab    ][00042][whole]");
    const char *huge = render("[%*.*s][%0*d][%.*s]%*d", &record);
    assert_int_equal(strlen(huge), 22 + 65536);
}

static void strings_cut_at_capture_say_so(void **state)
{
    (void)state;
    static const char *const expected[][2] = {
        {"%s|", "abc\xe2\x80\xa6|"},
        {"%.5s|", "abc\xe2\x80\xa6|"},
        {"%.3s|", "abc|"},
        {"%.2s|", "ab|"},
        {"%6s|", "  abc\xe2\x80\xa6|"},
        {"%-6s|", "abc\xe2\x80\xa6  |"},
        {"%2s|", "abc\xe2\x80\xa6|"},
        {"%ls|", "abc\xe2\x80\xa6|"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct record_bytes record = {0};
        put_text(&record, "abc", 3, RINGLOG_STRING_TRUNCATED);
        assert_string_equal(render(expected[i][0], &record), expected[i][1]);
    }
    /* What is left of a character goes, it would only show as \xe2\x82. */
    struct record_bytes record = {0};
    put_text(&record, "a\xe2\x82", 3, RINGLOG_STRING_TRUNCATED);
    assert_string_equal(render("%s", &record), "a\xe2\x80\xa6");
    record = (struct record_bytes){0};
    put_text(&record, "", 0, RINGLOG_STRING_TRUNCATED);
    assert_string_equal(render("%s", &record), "\xe2\x80\xa6");
}

static void errno_texts(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    put_errno(&record, ENOENT);
    put_i32(&record, 5);
    put_errno(&record, EAGAIN);
    put_errno(&record, 12345);
    put_errno(&record, 12345);
    put_errno(&record, EPERM);
    assert_string_equal(render("%m (%d) %#m %m %#m %.9m", &record),
                        "No such file or directory (5) EAGAIN Unknown error 12345 12345 Operation");
}

static void converted_text_is_escaped_and_the_formats_own_is_not(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    put_string(&record, "a\nb");
    put_i32(&record, '\n');
    put_string(&record, "\x1b[2J");
    put_u32(&record, 0x202e);
    put_u32(&record, 0x20ac);
    const char *format = "x\ny %5s %c %ls %lc%lc";
    assert_string_equal(render(format, &record), "x\ny   a\\nb \\n \\x1b[2J \\u202e\xe2\x82\xac");
    assert_string_equal(render_as(format, &record, true),
                        "x\ny   a\nb \n \x1b[2J \xe2\x80\xae\xe2\x82\xac");
}

static void wide_text_is_never_cut_within_a_character(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    for (int i = 0; i < 3; i++)
        put_string(&record, "a\xe2\x82\xac");
    put_u32(&record, 0xd800);
    put_u32(&record, UINT32_MAX);
    assert_string_equal(render("%.3ls|%.4ls|%6.2ls|%lc%lc", &record),
                        "a|a\xe2\x82\xac|     a|\xef\xbf\xbd\xef\xbf\xbd");
}

/* Every prefix of a record: what is there shows, then the mark, and no byte beyond is read
 * (which the exact allocation lets AddressSanitizer see). */
static void short_records_show_a_mark(void **state)
{
    (void)state;
    static const char *const formats[] = {
        "%d %u %x %ld %lu %lx %s %f %.20f %Lf %p %c %s %5d %*d %m",
        "%5d %5u %5x %5ld %5lu %5lx %5s %9f %g %Lg %5p %lc %.3s %-5d %-*d %#m",
    };
    struct record_bytes full = {0};
    put_i32(&full, 1);
    put_u32(&full, 2);
    put_u32(&full, 3);
    put_i64(&full, 4);
    put_u64(&full, 5);
    put_u64(&full, 6);
    put_string(&full, "seven");
    put_f64(&full, 8);
    put_f64(&full, 9);
    put_f80(&full, 10);
    put_pointer(&full, 11);
    put_i32(&full, '2');
    put_string(&full, "dirty\n");
    put_i32(&full, 14);
    put_i32(&full, 5);
    put_i32(&full, 15);
    put_errno(&full, 1);
    for (size_t f = 0; f < 2; f++) {
        char whole[512];
        strcpy(whole, render(formats[f], &full));
        assert_null(strstr(whole, RL_PROGRAM_CUT));
        for (size_t length = 0; length < full.length; length++) {
            struct record_bytes shorter = full;
            shorter.length = length;
            const char *text = render(formats[f], &shorter);
            size_t before = strlen(text) - strlen(RL_PROGRAM_CUT);
            if (strcmp(text + before, RL_PROGRAM_CUT) != 0)
                fail_msg("%zu bytes: %s", length, text);
            assert_memory_equal(text, whole, before);
        }
    }
}

static void absurd_string_lengths_are_not_believed(void **state)
{
    (void)state;
    static const uint32_t words[] = {4, 0x7fffffff, 0x80000004, 0xfffffffe, 1u << 30};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (unsigned wide = 0; wide < 2; wide++) {
            struct record_bytes record = {0};
            put(&record, RINGLOG_FIELD_STRING, &words[i], 4);
            memcpy(record.bytes + record.length, "abc", 3);
            record.length += 3;
            assert_string_equal(render(wide ? "[%5s]" : "[%s]", &record), "[" RL_PROGRAM_CUT);
        }
}

static void missing_fields_show(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    put_i32(&record, 1);
    assert_string_equal(render("%d %d %s!", &record), "1 <missing> <missing>!");
    assert_string_equal(render("%m %d", &record), "<missing> 1");
    put_i32(&record, 2);
    assert_string_equal(render("%*m %d", &record), "<missing> 2");
    assert_string_equal(render("only %d", &record), "only 1");
}

static void what_cannot_be_compiled_is_refused(void **state)
{
    (void)state;
    struct rl_program *program;
    static const uint8_t unknown[] = {RINGLOG_FIELD_I32, 77}, zero[] = {0};
    uint8_t many[RINGLOG_MAX_FIELDS + 1];
    memset(many, RINGLOG_FIELD_I32, sizeof many);
    assert_int_equal(rl_program_new(&program, "%n", 2, NULL, 0), -EINVAL);
    assert_null(program);
    assert_int_equal(rl_program_new(&program, "%d %", 4, NULL, 0), -EINVAL);
    assert_int_equal(rl_program_new(&program, "%1$d", 4, NULL, 0), -ENOTSUP);
    assert_int_equal(rl_program_new(&program, "%99999999999d", 13, NULL, 0), -EOVERFLOW);
    assert_int_equal(rl_program_new(&program, "x", 1, unknown, 2), -EINVAL);
    assert_int_equal(rl_program_new(&program, "x", 1, zero, 1), -EINVAL);
    assert_int_equal(rl_program_new(&program, "x", 1, many, sizeof many), -E2BIG);
    assert_int_equal(rl_program_new(&program, "x", SIZE_MAX, NULL, 0), -E2BIG);
}

/* Bit patterns of a long double that are no number must not reach the C library. */
static void impossible_long_doubles_are_harmless(void **state)
{
    (void)state;
    unsigned char bytes[16] = {0};
    for (unsigned i = 0; i < 256; i++) {
        memset(bytes, (int)i, 10);
        bytes[9] &= 0x7f;
        for (unsigned integer_bit = 0; integer_bit < 2; integer_bit++) {
            bytes[7] = (unsigned char)((bytes[7] & 0x7f) | integer_bit << 7);
            struct record_bytes record = {0};
            put(&record, RINGLOG_FIELD_F80, bytes, sizeof bytes);
            assert_true(strlen(render("%.3Lg", &record)) > 0);
        }
    }
}

/* However full the buffer is when a message comes, the message is the same, and no byte goes past
 * the allocation (which AddressSanitizer sees: that is why there are formats of one kind only). */
static void render_into_any_fullness(const char *format, const struct record_bytes *record)
{
    char expected[512];
    strcpy(expected, render(format, record));
    struct rl_program *program;
    assert_int_equal(
        rl_program_new(&program, format, strlen(format), record->fields, record->field_count), 0);
    for (size_t full = 128; full <= 600; full++) {
        struct rl_buffer out = {0};
        for (size_t i = 0; i < full; i++)
            rl_buffer_append_char(&out, '.');
        rl_program_render(program, record->bytes, record->length, false, &out);
        assert_int_equal(out.length, full + strlen(expected));
        assert_memory_equal(out.data + full, expected, strlen(expected));
        rl_buffer_free(&out);
    }
    rl_program_free(program);
}

static void buffers_of_any_fullness(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    render_into_any_fullness("x", &record);
    for (int i = 0; i < 3; i++)
        put_i64(&record, INT64_MIN);
    render_into_any_fullness("%ld%ld%ld", &record);
    record = (struct record_bytes){0};
    put_f64(&record, -0x1.fffffffffffffp63);
    render_into_any_fullness("%.19f", &record);
    record = (struct record_bytes){0};
    put_i64(&record, INT64_MIN);
    put_string(&record, "caf\xc3\xa9 or a longer argument");
    put_f64(&record, -1e18);
    put_string(&record, "ascii only, but not short either");
    put_i32(&record, 7);
    put_u64(&record, UINT64_MAX);
    render_into_any_fullness("%ld a literal of more than sixteen %s %.19f, %s%5d%lx.", &record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simple_directives),
        cmocka_unit_test(a_format_without_directives),
        cmocka_unit_test(null_strings_look_as_in_glibc),
        cmocka_unit_test(the_format_decides_over_the_stored_type),
        cmocka_unit_test(stars_are_read_from_the_record),
        cmocka_unit_test(strings_cut_at_capture_say_so),
        cmocka_unit_test(errno_texts),
        cmocka_unit_test(converted_text_is_escaped_and_the_formats_own_is_not),
        cmocka_unit_test(wide_text_is_never_cut_within_a_character),
        cmocka_unit_test(short_records_show_a_mark),
        cmocka_unit_test(absurd_string_lengths_are_not_believed),
        cmocka_unit_test(missing_fields_show),
        cmocka_unit_test(what_cannot_be_compiled_is_refused),
        cmocka_unit_test(buffers_of_any_fullness),
        cmocka_unit_test(impossible_long_doubles_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
