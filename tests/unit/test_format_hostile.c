/* What a hostile or damaged log file can make of formats, fields and records: anything. Rendering
 * must end, stay within the bytes it was given (AddressSanitizer looks on), and print no control
 * character that the format itself does not have. */
#include "cmocka_first.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "format/pattern.h"
#include "format/program.h"
#include "random.h"
#include "record_bytes.h"

/* Pieces that make a valid format likely enough for rendering to be reached. */
static size_t make_format(char *format, size_t room)
{
    static const char *const pieces[] = {
        "%d",   "%s",    "%.*s",  "%*d", "%-*.*f", "%ls",  "%lc",   "%c",    "%p",      "%m",
        "%#m",  "%Lf",   "%.3f",  "%g",  "%a",     "%.0e", "%llx",  "%hhd",  "%zu",     "%5.2s",
        "%-9s", "%.30f", "%Lg",   "%%",  "text ",  "%b",   "%+d",   "%.1Ls", "%n",      "%1$d",
        "%",    "%070d", "% .9g", "%tx", "%jd",    "%20c", "%.2ls", "%#o",   "%99999d", "%LG",
    };
    size_t length = 0;
    for (unsigned count = random_below(12); count > 0; count--) {
        const char *piece = pieces[random_below(sizeof pieces / sizeof *pieces)];
        size_t bytes = strlen(piece);
        if (length + bytes > room)
            break;
        memcpy(format + length, piece, bytes);
        length += bytes;
    }
    if (length > 0 && random_below(8) == 0)
        format[random_below((unsigned)length)] = (char)(0x20 + random_below(0x5f));
    return length;
}

/* Bytes without a plan, but with small numbers among them, which make lengths and widths that
 * nearly fit. */
static size_t make_record(unsigned char *bytes, size_t room)
{
    size_t length = random_below((unsigned)room + 1);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (unsigned char)(random_below(3) == 0 ? random_bits() : random_below(3));
    return length;
}

static void assert_harmless(const struct rl_buffer *out)
{
    assert_true(out->length == 0 || rl_utf8_valid(out->data, out->length));
    for (size_t i = 0; i < out->length; i++) {
        unsigned char byte = (unsigned char)out->data[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
            fail_msg("control character %02x at %zu", byte, i);
    }
}

static void random_records_are_rendered_within_their_bytes(void **state)
{
    (void)state;
    random_start(4);
    struct rl_buffer out = {0};
    unsigned long rendered = 0, cases = random_cases(100000);
    for (unsigned long i = cases; i > 0; i--) {
        char format[128];
        uint8_t fields[RINGLOG_MAX_FIELDS];
        unsigned char scratch[96];
        size_t format_length = make_format(format, sizeof format);
        unsigned field_count = random_below(16);
        for (unsigned f = 0; f < field_count; f++)
            fields[f] = (uint8_t)(1 + random_below(9));
        struct rl_program *program;
        if (rl_program_new(&program, format, format_length, fields, field_count) < 0)
            continue;
        size_t length = make_record(scratch, sizeof scratch);
        unsigned char *exact = malloc(length == 0 ? 1 : length);
        memcpy(exact, scratch, length);
        out.length = 0;
        rl_program_render(program, exact, length, false, &out);
        /* A directive pads to 64 KiB at most, thrice: width, precision, and escapes. */
        assert_in_range(out.length, 0, 12 * 4 * 65536);
        assert_harmless(&out);
        free(exact);
        rl_program_free(program);
        rendered++;
    }
    rl_buffer_free(&out);
    assert_in_range(rendered, cases / 4, cases);
}

static void random_patterns_compile_or_are_refused(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "%(asctime)s", "%(message)s", "%(levelname)", "-8s", "%(lineno)",   "05d",
        "%%",          "%",           "%(msecs)03d",  "(",   ")",           "%(",
        "name",        ")s",          ".3s",          "*",   "%(created)f", "\n",
        "x",           "%(x)s",       "%(thread)x",   "l",   "d",           "\xc3",
    };
    random_start(5);
    struct rl_time_text time_text;
    assert_int_equal(rl_time_text_init(&time_text, NULL, true), 0);
    struct rl_buffer out = {0};
    unsigned long compiled = 0;
    for (unsigned long i = random_cases(100000); i > 0; i--) {
        char text[160] = "";
        for (unsigned count = random_below(9); count > 0; count--)
            strcat(text, pieces[random_below(sizeof pieces / sizeof *pieces)]);
        struct rl_pattern *pattern;
        struct rl_pattern_error error;
        if (rl_pattern_new(&pattern, text, &error) < 0) {
            assert_in_range(error.offset, 0, strlen(text));
            assert_in_range(strlen(error.message), 1, sizeof error.message - 1);
            continue;
        }
        struct rl_line line = {.wall_ns = (int64_t)random_bits(), .level = (int64_t)random_bits()};
        out.length = 0;
        rl_pattern_render(pattern, &time_text, &line, &out, NULL);
        rl_pattern_free(pattern);
        compiled++;
    }
    assert_true(compiled > 0);
    rl_buffer_free(&out);
    rl_time_text_destroy(&time_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_records_are_rendered_within_their_bytes),
        cmocka_unit_test(random_patterns_compile_or_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
