#include "cmocka_first.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "format/pattern.h"
#include "record_bytes.h"

#define SPAN(text)                                                                                 \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }

static struct rl_line sample(void)
{
    struct rl_line line = {
        .wall_ns = INT64_C(1111245026618999999), /* 2005-03-19 15:10:26.618 UTC */
        .start_ns = INT64_C(1111245026000000000),
        .level = 20,
        .line_number = 42,
        .process_id = 1234,
        .thread_id = 5678,
        .level_name = SPAN("INFO"),
        .logger_name = SPAN("server.http"),
        .pathname = SPAN("/src/http/parse.tab.c"),
        .function = SPAN("parse"),
        .process_name = SPAN("MainProcess"),
        .thread_name = SPAN("worker-1"),
        .message = SPAN("hello"),
    };
    rl_line_split_path(&line);
    return line;
}

static const char *render(const char *text, const struct rl_line *line)
{
    static char shown[4096];
    struct rl_pattern *pattern;
    struct rl_pattern_error error;
    if (rl_pattern_new(&pattern, text, &error) < 0)
        fail_msg("%s: %s at %zu", text, error.message, error.offset);
    struct rl_time_text time_text;
    assert_int_equal(rl_time_text_init(&time_text, NULL, true), 0);
    struct rl_buffer out = {0};
    rl_pattern_render(pattern, &time_text, line, &out, NULL);
    assert_false(out.failed);
    assert_in_range(out.length, 0, sizeof shown - 1);
    if (out.length > 0)
        memcpy(shown, out.data, out.length);
    shown[out.length] = '\0';
    rl_buffer_free(&out);
    rl_time_text_destroy(&time_text);
    rl_pattern_free(pattern);
    return shown;
}

/* Each tag under each conversion that fits it; what is expected is Python's. */
static void every_tag(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
    } cases[] = {
        {"%(asctime)s", "2005-03-19 15:10:26,618"},
        {"%(asctime).10s", "2005-03-19"},
        {"%(asctime)25s|", "  2005-03-19 15:10:26,618|"},
        {"%(levelname)s", "INFO"},
        {"%(levelname)-8s|", "INFO    |"},
        {"%(levelname)8s|", "    INFO|"},
        {"%(levelname)08s|", "    INFO|"},
        {"%(levelname).1s|", "I|"},
        {"%(levelname)-3.2s|", "IN |"},
        {"%(levelname)2s|", "INFO|"},
        {"%(name)s", "server.http"},
        {"%(pathname)s", "/src/http/parse.tab.c"},
        {"%(filename)s", "parse.tab.c"},
        {"%(module)s", "parse.tab"},
        {"%(funcName)s", "parse"},
        {"%(processName)s", "MainProcess"},
        {"%(threadName)s", "worker-1"},
        {"%(message)s", "hello"},
        {"%(message).3s|", "hel|"},
        {"%(message)7s|", "  hello|"},
        {"%(message)-7s|", "hello  |"},
        {"%(levelno)d", "20"},
        {"%(levelno)s", "20"},
        {"%(levelno)i", "20"},
        {"%(levelno)+d", "+20"},
        {"%(levelno) x", " 14"},
        {"%(levelno)#x", "0x14"},
        {"%(levelno)#X", "0X14"},
        {"%(levelno)#o", "0o24"},
        {"%(levelno)f", "20.000000"},
        {"%(levelno).1e", "2.0e+01"},
        {"%(levelno)g", "20"},
        {"%(lineno)d", "42"},
        {"%(lineno)ld", "42"},
        {"%(lineno)05d", "00042"},
        {"%(lineno)01d", "42"},
        {"%(lineno)5d|", "   42|"},
        {"%(lineno)-5d|", "42   |"},
        {"%(lineno)-05d|", "42   |"},
        {"%(lineno)08.3d", "00000042"},
        {"%(lineno).5d", "00042"},
        {"%(lineno)5s|", "   42|"},
        {"%(lineno)-5s|", "42   |"},
        {"%(lineno)05s|", "   42|"},
        {"%(lineno).1s|", "4|"},
        {"%(process)d", "1234"},
        {"%(process)u", "1234"},
        {"%(process)x", "4d2"},
        {"%(thread)d", "5678"},
        {"%(thread)o", "13056"},
        {"%(msecs)s", "618"},
        {"%(msecs)d", "618"},
        {"%(msecs)03d", "618"},
        {"%(msecs)05d", "00618"},
        {"%(msecs)f", "618.000000"},
        {"%(msecs).1f", "618.0"},
        {"%(msecs)5s|", "  618|"},
        {"%(created)f", "1111245026.619000"},
        {"%(created).3f", "1111245026.619"},
        {"%(created)s", "1111245026.619000"},
        {"%(created).4s", "1111"},
        {"%(created)d", "1111245026"},
        {"%(created)012d", "001111245026"},
        {"%(created)e", "1.111245e+09"},
        {"%(relativeCreated)d", "618"},
        {"%(relativeCreated).6f", "618.999999"},
        {"%(relativeCreated)6.0f|", "   619|"},
        {"%(relativeCreated)s", "618.999999"},
        {"100%% %(message)s 5%%", "100% hello 5%"},
        {"%%(message)s %(message)s", "%(message)s hello"},
    };
    struct rl_line line = sample();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = render(cases[i].pattern, &line);
        if (strcmp(text, cases[i].text) != 0)
            fail_msg("%s: '%s' instead of '%s'", cases[i].pattern, text, cases[i].text);
    }
}

static void a_whole_line(void **state)
{
    (void)state;
    struct rl_line line = sample();
    assert_string_equal(
        render("%(asctime)s - %(name)s - %(levelname)-8s - [%(processName)s %(process)d] "
               "[%(threadName)s %(thread)d] - %(filename)s:%(lineno)d %(funcName)s - %(message)s",
               &line),
        "2005-03-19 15:10:26,618 - server.http - INFO     - [MainProcess 1234] "
        "[worker-1 5678] - parse.tab.c:42 parse - hello");
    assert_string_equal(render(NULL, &line), "hello");
    assert_string_equal(render("", &line), "hello");
}

static void numbers_out_of_the_ordinary(void **state)
{
    (void)state;
    struct rl_line line = sample();
    line.level = -255;
    line.line_number = 123456;
    line.wall_ns = -1;
    assert_string_equal(render("%(levelno)x %(levelno)d %(levelno)05d %(levelno)#06x "
                               "%(levelno)010.5x %(lineno)03d %(msecs)03d",
                               &line),
                        "-ff -255 -0255 -0x0ff -0000000ff 123456 999");
    line.level = 0;
    assert_string_equal(render("%(levelno)#x %(levelno).0d %(levelno)#o", &line), "0x0 0 0o0");
    line.wall_ns = INT64_MIN;
    line.start_ns = INT64_MAX;
    assert_string_equal(render("%(relativeCreated).0f", &line), "-18446744073710");
    line.level = INT64_MIN;
    assert_string_equal(render("%(levelno)d %(levelno)s", &line),
                        "-9223372036854775808 -9223372036854775808");
}

static void a_program_is_rendered_in_place(void **state)
{
    (void)state;
    struct record_bytes record = {0};
    put_string(&record, "caf\xc3\xa9\n");
    put_i32(&record, 200);
    struct rl_program *program;
    const char *format = "GET %s -> %d\nnext";
    assert_int_equal(
        rl_program_new(&program, format, strlen(format), record.fields, record.field_count), 0);
    struct rl_line line = sample();
    line.program = program;
    line.args = record.bytes;
    line.args_bytes = record.length;
    /* The argument's newline is escaped, the format's own is not. */
    assert_string_equal(render("[%(message)s]", &line), "[GET caf\xc3\xa9\\n -> 200\nnext]");
    /* Width and precision count the characters of the message, escapes included. */
    assert_string_equal(render("[%(message).8s]", &line), "[GET caf\xc3\xa9]");
    assert_string_equal(render("[%(message)24s]", &line), "[  GET caf\xc3\xa9\\n -> 200\nnext]");
    assert_string_equal(render("[%(message)-24s]", &line), "[GET caf\xc3\xa9\\n -> 200\nnext  ]");
    assert_string_equal(render("[%(message)10.8s]", &line), "[  GET caf\xc3\xa9]");
    line.raw = true;
    assert_string_equal(render("[%(message)s]", &line), "[GET caf\xc3\xa9\n -> 200\nnext]");
    rl_program_free(program);

    assert_int_equal(rl_program_new(&program, "", 0, NULL, 0), 0);
    line.program = program;
    assert_string_equal(render("[%(message)3s|%(message).3s|%(message)s]", &line), "[   ||]");
    rl_program_free(program);
}

static void names_and_text_are_escaped_after_width_and_precision(void **state)
{
    (void)state;
    struct rl_line line = sample();
    line.thread_name = (struct rl_span)SPAN("a\nb\xe2\x80\xae");
    line.message = (struct rl_span)SPAN("x\ny");
    assert_string_equal(render("%(threadName)s|%(message)s", &line), "a\\nb\\u202e|x\\ny");
    assert_string_equal(render("%(threadName)6s|%(threadName)-6s|%(threadName).2s|", &line),
                        "  a\\nb\\u202e|a\\nb\\u202e  |a\\n|");
    assert_string_equal(render("%(message)5s|%(message).2s|", &line), "  x\\ny|x\\n|");
    line.message_escaped = true;
    assert_string_equal(render("%(message)s|%(message)4s", &line), "x\ny| x\ny");
    line.message_escaped = false;
    line.raw = true;
    assert_string_equal(render("%(threadName)s|%(message)s", &line), "a\nb\xe2\x80\xae|x\ny");
    /* Characters, not bytes, fill a width. */
    line.level_name = (struct rl_span)SPAN("\xc3\x89t\xc3\xa9");
    assert_string_equal(render("%(levelname)-5s|%(levelname)5s|%(levelname).1s", &line),
                        "\xc3\x89t\xc3\xa9  |  \xc3\x89t\xc3\xa9|\xc3\x89");
}

static void what_is_not_set_is_empty(void **state)
{
    (void)state;
    struct rl_line line = {0};
    assert_string_equal(render("[%(name)s|%(levelname)3s|%(threadName)-2s|%(module).1s|"
                               "%(message)s|%(message)2s]",
                               &line),
                        "[|   |  |||  ]");
    line.raw = true;
    assert_string_equal(render("[%(name)s|%(name).3s|%(message)s]", &line), "[||]");
}

static void the_date_format_is_the_formatters(void **state)
{
    (void)state;
    struct rl_line line = sample();
    struct rl_pattern *pattern;
    struct rl_time_text time_text;
    struct rl_buffer out = {0};
    assert_int_equal(rl_pattern_new(&pattern, "%(asctime)s.%(msecs)03d %(asctime)9s|", NULL), 0);
    assert_int_equal(rl_time_text_init(&time_text, "%H:%M", true), 0);
    rl_pattern_render(pattern, &time_text, &line, &out, NULL);
    rl_buffer_append_char(&out, '\0');
    assert_string_equal(out.data, "15:10.618     15:10|");
    rl_buffer_free(&out);
    rl_time_text_destroy(&time_text);
    rl_pattern_free(pattern);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        size_t offset;
        const char *word;
    } cases[] = {
        {"no tag", 0, "no field"},
        {"100%%", 0, "no field"},
        {"%(levelname) -", 14, "ends within"},
        {"%(message)s %(levelname) - x", 27, "text"},
        {"%(message)s %(user)c", 19, "user is a field"},
        {"%()s", 2, "no name"},
        {"%(fields)d", 9, "text"},
        {"%(message", 1, "no )"},
        {"%(message)", 10, "ends within"},
        {"%(message)-5", 12, "ends within"},
        {"%(message)d", 10, "text"},
        {"%(asctime)x", 10, "text"},
        {"%(lineno)c", 9, "an integer"},
        {"%(lineno)a", 9, "an integer"},
        {"%(created)x", 10, "a real"},
        {"%(lineno)p", 9, "an integer"},
        {"%(lineno)m", 9, "an integer"},
        {"%(message)r", 10, "unknown conversion"},
        {"%(message)n", 10, "refused"},
        {"%(message)*s", 10, "*"},
        {"%(message).*s", 10, "*"},
        {"%(lineno)'d", 9, "flag"},
        {"%(lineno)99999999999d", 9, "too large"},
        {"%(lineno)1$d", 9, "positional"},
        {"%(message)s %d", 12, "(name)"},
        {"%(message)s %", 12, "(name)"},
        {"%(message)s 5% done", 13, "(name)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rl_pattern *pattern;
        struct rl_pattern_error error = {.offset = 999};
        int result = rl_pattern_new(&pattern, cases[i].pattern, &error);
        if (result != -EINVAL)
            fail_msg("%s: %d", cases[i].pattern, result);
        assert_null(pattern);
        if (error.offset != cases[i].offset || strstr(error.message, cases[i].word) == NULL)
            fail_msg("%s: '%s' at %zu", cases[i].pattern, error.message, error.offset);
    }
    struct rl_pattern *pattern;
    assert_int_equal(rl_pattern_new(&pattern, "%(x", NULL), -EINVAL);
}

static void paths_are_split_as_by_cpython(void **state)
{
    (void)state;
    static const struct {
        const char *pathname, *filename, *module;
    } cases[] = {
        {"main.c", "main.c", "main"},
        {"/src/main.c", "main.c", "main"},
        {"/src.d/main", "main", "main"},
        {"./a.tab.c", "a.tab.c", "a.tab"},
        {".hidden.c", ".hidden.c", ".hidden"},
        {"/x/.hidden", ".hidden", ".hidden"},
        {"...", "...", "..."},
        {"..a", "..a", "..a"},
        {"..a.c", "..a.c", "..a"},
        {"a.", "a.", "a"},
        {"a..c", "a..c", "a."},
        {"/src/", "", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rl_line line = {.pathname = {cases[i].pathname, strlen(cases[i].pathname)}};
        rl_line_split_path(&line);
        assert_int_equal(line.filename.length, strlen(cases[i].filename));
        assert_memory_equal(line.filename.bytes, cases[i].filename, line.filename.length);
        if (line.module.length != strlen(cases[i].module))
            fail_msg("%s: module '%.*s'", cases[i].pathname, (int)line.module.length,
                     line.module.bytes);
        assert_memory_equal(line.module.bytes, cases[i].module, line.module.length);
    }
}

static void long_literals_and_names_have_room(void **state)
{
    (void)state;
    static char name[3000], pattern[1000];
    memset(name, 'n', sizeof name);
    memset(pattern, '-', sizeof pattern);
    memcpy(pattern + sizeof pattern - 12, "%(message)s", 12);
    struct rl_line line = sample();
    line.message = (struct rl_span){name, sizeof name};
    const char *text = render(pattern, &line);
    assert_int_equal(strlen(text), sizeof pattern - 12 + sizeof name);
    assert_int_equal(strspn(text, "-"), sizeof pattern - 12);
    line.logger_name = (struct rl_span){name, 2000};
    text = render("%(name)s%(name)-2010s|", &line);
    assert_int_equal(strlen(text), 4011);
}

/* As in test_program.c: for AddressSanitizer, wherever in a line the buffer has to grow. */
static void buffers_of_any_fullness(void **state)
{
    (void)state;
    struct rl_line line = sample();
    const char *text = "%(asctime)s %(name)s %(levelname)-8s %(lineno)05d a long piece of text "
                       "%(thread)d %(created)s %(message)9s %(message)s %(msecs)d.";
    char expected[512];
    strcpy(expected, render(text, &line));
    struct rl_pattern *pattern;
    struct rl_time_text time_text;
    assert_int_equal(rl_pattern_new(&pattern, text, NULL), 0);
    assert_int_equal(rl_time_text_init(&time_text, NULL, true), 0);
    for (size_t full = 0; full <= 1100; full++) {
        struct rl_buffer out = {0};
        for (size_t i = 0; i < full; i++)
            rl_buffer_append_char(&out, '.');
        rl_pattern_render(pattern, &time_text, &line, &out, NULL);
        assert_int_equal(out.length, full + strlen(expected));
        assert_memory_equal(out.data + full, expected, strlen(expected));
        rl_buffer_free(&out);
    }
    rl_time_text_destroy(&time_text);
    rl_pattern_free(pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tag),
        cmocka_unit_test(a_whole_line),
        cmocka_unit_test(numbers_out_of_the_ordinary),
        cmocka_unit_test(a_program_is_rendered_in_place),
        cmocka_unit_test(names_and_text_are_escaped_after_width_and_precision),
        cmocka_unit_test(what_is_not_set_is_empty),
        cmocka_unit_test(the_date_format_is_the_formatters),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(paths_are_split_as_by_cpython),
        cmocka_unit_test(buffers_of_any_fullness),
        cmocka_unit_test(long_literals_and_names_have_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
