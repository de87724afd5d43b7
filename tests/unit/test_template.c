/* Templates: whatever line is rendered from one is the line that is rendered without. */
#include "cmocka_first.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "format/line_format.h"
#include "format/program_ops.h"
#include "record/record.h"
#include "record_bytes.h"

#define SPAN(text)                                                                                 \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }

#define SHORT "%(asctime)s %(levelname)s %(thread)d %(filename)s:%(lineno)d %(message)s"

/* A call site, and the record that is rendered. */
struct site {
    struct rl_program *program;
    struct record_bytes record;
    struct rl_line line;
};

static void open_site(struct site *site, const char *format)
{
    const struct record_bytes *record = &site->record;
    assert_int_equal(
        rl_program_new(&site->program, format, strlen(format), record->fields, record->field_count),
        0);
    site->line = (struct rl_line){
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
        .program = site->program,
        .args = record->bytes,
        .args_bytes = record->length,
        .fields_optional = true,
        .lasting = true,
    };
    rl_line_split_path(&site->line);
}

static void open_format(struct rl_line_format *format, const char *pattern, bool raw)
{
    const struct ringlog_formatter_options options = {.format = pattern, .utc = true, .raw = raw};
    assert_int_equal(rl_line_format_init(format, &options, "", "test"), 0);
}

static const char *render(struct rl_line_format *format, const struct rl_line *line)
{
    static struct rl_buffer out;
    out.length = 0;
    assert_true(rl_line_format_render(format, line, &out, NULL));
    assert_false(out.failed);
    rl_buffer_append_char(&out, '\0');
    return out.data;
}

/* By the template twice (made, and found), and without. */
static void compare(const char *pattern, const struct site *site, bool raw)
{
    struct rl_line_format format;
    open_format(&format, pattern, raw);
    struct rl_line line = site->line;
    line.lasting = false;
    char *expected = strdup(render(&format, &line));
    assert_int_equal(format.templates.count, 0);
    assert_string_equal(render(&format, &site->line), expected);
    assert_string_equal(render(&format, &site->line), expected);
    assert_int_equal(format.templates.count, 1);
    free(expected);
    rl_line_format_destroy(&format);
}

static void compare_all(const struct site *site)
{
    static const char *const patterns[] = {
        SHORT,
        "%(message)s",
        "%(message)s and %(message)s again",
        "%(message)60s|%(message)-60s|%(message).3s",
        "%(levelname)-8s|%(levelname)8s|%(levelname).2s|%(name)s|%(name)20s",
        "%(pathname)s %(filename)s %(module)s %(funcName)s %(lineno)05d %(levelno)d %(levelno)x",
        "%(thread)d %(thread)s %(thread)12d %(thread)x %(threadName)s|%(threadName)-12s|",
        "%(process)d %(process)08d %(processName)s|%(processName)-20s|%(processName)20s|",
        "%(asctime)s|%(asctime)30s|%(asctime).10s",
        "%(created)f %(msecs)03d %(msecs)d %(relativeCreated)d",
        "%(fields)s %(nothing)s %(message)s 100%%",
        "a literal of more bytes than go into two blocks, which are sixteen each: %(levelname)s",
    };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        compare(patterns[i], site, false);
        compare(patterns[i], site, true);
    }
}

static void close_site(struct site *site)
{
    rl_program_free(site->program);
}

static void lines_are_those_without_a_template(void **state)
{
    (void)state;
    struct site site = {0};
    open_site(&site, "no directive, and a text beyond the thirty-two bytes of two blocks");
    compare_all(&site);
    close_site(&site);

    put_i32(&site.record, -181);
    put_u32(&site.record, 4000000000U);
    put_i64(&site.record, INT64_MIN);
    put_u64(&site.record, UINT64_MAX);
    put_u64(&site.record, 0xfeed);
    put_f64(&site.record, -26.25);
    put_f64(&site.record, INFINITY);
    put_f64(&site.record, 1e30);
    put_string(&site.record, "plain");
    put_string(&site.record, "two\nlines, and more than one block of sixteen bytes");
    put_string(&site.record, NULL);
    put_i32(&site.record, 5);
    put_i32(&site.record, 42);
    put_i32(&site.record, 2);
    open_site(&site, "%d %u %ld %lu %lx %.1f %f %f %s %s %s %0*d|%5d %% %s");
    compare_all(&site);
    for (size_t length = 0; length < site.record.length; length++) {
        site.line.args_bytes = length; /* cut */
        compare("%(message)s behind %(levelname)s", &site, false);
    }
    close_site(&site);
}

static void names_are_escaped_in_templates_too(void **state)
{
    (void)state;
    struct site site = {0};
    open_site(&site, "hello");
    site.line.logger_name = (struct rl_span)SPAN("a\nb");
    site.line.level_name = (struct rl_span)SPAN("\x1b[2J");
    site.line.pathname = (struct rl_span)SPAN("/\xe2\x80\xae/x\r.c");
    site.line.function = (struct rl_span)SPAN("f\x01");
    site.line.thread_name = (struct rl_span)SPAN("t\nt");
    site.line.process_name = (struct rl_span)SPAN("p\np");
    rl_line_split_path(&site.line);
    compare_all(&site);
    struct rl_line_format format;
    open_format(&format, "%(name)s %(levelname)s %(pathname)s %(funcName)s %(threadName)s", false);
    assert_string_equal(render(&format, &site.line), "a\\nb \\x1b[2J /\\u202e/x\\r.c f\\x01 t\\nt");
    rl_line_format_destroy(&format);
    close_site(&site);
}

/* ---- lines made of members ---- */

/* With the record that they want. */
struct member_site {
    struct site site;
    _Alignas(8) unsigned char image[1024];
    struct rl_record record;
};

static void open_member_site(struct member_site *of, const char *format, const char *file,
                             uint16_t flags)
{
    struct record_bytes *fields = &of->site.record;
    const struct rl_site_definition definition = {.flags = flags,
                                                  .line = 42,
                                                  .field_count = (uint16_t)fields->field_count,
                                                  .fields = fields->fields,
                                                  .format = format,
                                                  .file = file,
                                                  .function = "parse"};
    assert_in_range(rl_site_bytes(&definition), 1, sizeof of->image);
    rl_site_write((struct rl_site *)(void *)of->image, &definition, 0);
    open_site(&of->site, format);
    of->record = (struct rl_record){.site = (const struct rl_site *)(const void *)of->image,
                                    .fields = fields->bytes,
                                    .fields_bytes = fields->length};
    struct rl_line *line = &of->site.line;
    line->record = &of->record;
    line->pathname = (struct rl_span){file, strlen(file)};
    rl_line_split_path(line);
}

static void compare_style(const struct rl_line *given, enum ringlog_style style)
{
    struct rl_line_format format;
    const struct ringlog_extra defaults[] = {RINGLOG_EXTRA("lacking", 1)};
    const struct ringlog_formatter_options options = {
        .style = style, .defaults = defaults, .default_count = style % 2};
    assert_int_equal(rl_line_format_init(&format, &options, "", "test"), 0);
    struct rl_line line = *given;
    line.lasting = false;
    char *expected = strdup(render(&format, &line));
    assert_string_equal(render(&format, given), expected);
    assert_string_equal(render(&format, given), expected);
    assert_int_equal(format.templates.count, 1);
    free(expected);
    /* What may differ from one record to the next. */
    line.wall_ns += INT64_C(123456789);
    line.thread_id = 6789;
    line.thread_name = line.process_name = (struct rl_span)SPAN("ano\"ther");
    expected = strdup(render(&format, &line));
    line.lasting = true;
    assert_string_equal(render(&format, &line), expected);
    assert_int_equal(format.templates.count, 1);
    free(expected);
    rl_line_format_destroy(&format);
}

static void compare_styles(struct member_site *of)
{
    for (int style = RINGLOG_STYLE_JSON; style <= RINGLOG_STYLE_LOGFMT; style++)
        compare_style(&of->site.line, (enum ringlog_style)style);
}

static void lines_of_members_are_those_without_a_template(void **state)
{
    (void)state;
    static const char *const texts[] = {"plain",
                                        "a text of more than one block of sixteen bytes",
                                        "",
                                        "a \"quote\"",
                                        "back\\slash",
                                        "two\nlines",
                                        "na\xc3\xafve",
                                        "cut \xc3",
                                        "\xaf half",
                                        NULL};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            struct member_site of = {0};
            put_string(&of.site.record, texts[i]);
            put_i32(&of.site.record, -181);
            put_string(&of.site.record, texts[k]);
            put_f64(&of.site.record, 0.1);
            put_u64(&of.site.record, UINT64_MAX);
            put_i32(&of.site.record, k % 2 != 0 ? '"' : 'c');
            put_f64(&of.site.record, -INFINITY);
            open_member_site(&of, "a %s b %d%s%f c %lu %c%% %.2f d", i % 2 != 0 ? "" : "/a/b.c", 0);
            compare_styles(&of);
            for (size_t length = 0; length < of.site.record.length; length += 5) {
                of.record.fields_bytes = of.site.line.args_bytes = length; /* cut */
                compare_styles(&of);
            }
            close_site(&of.site);
        }
    static const char *const formats[] = {"only text", "a \"quote\"", "na\xc3\xafve", "\xc3", ""};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct member_site of = {0};
        open_member_site(&of, formats[i], "x.c", 0);
        compare_styles(&of);
        close_site(&of.site);
    }
}

static void what_a_record_may_lack_is_looked_for_each_time(void **state)
{
    (void)state;
    struct member_site of = {0};
    open_member_site(&of, "hello", "x.c", 0);
    struct rl_buffer context = {0};
    rl_extra_append_given(&context, &RINGLOG_EXTRA("user", "bob"));
    struct rl_line_format format;
    const struct ringlog_formatter_options options = {.style = RINGLOG_STYLE_JSON};
    assert_int_equal(rl_line_format_init(&format, &options, "", "test"), 0);
    assert_null(strstr(render(&format, &of.site.line), "bob"));
    of.record.extra[RL_EXTRA_CONTEXT] = rl_extra_list(&context);
    of.record.exception_text = "oops";
    of.record.exception_length = 4;
    const char *found = render(&format, &of.site.line);
    assert_non_null(strstr(found, ",\"user\":\"bob\",\"exception\":\"oops\"}"));
    of.record.stack_text = "main";
    of.record.stack_length = 4;
    assert_non_null(strstr(render(&format, &of.site.line), "\"stack\":\"main\"}"));
    rl_line_format_destroy(&format);
    rl_buffer_free(&context);
    close_site(&of.site);
}

/* ---- what a template was made from changes ---- */

static void threads_may_alternate(void **state)
{
    (void)state;
    struct site site = {0};
    open_site(&site, "hello");
    struct rl_line_format format;
    open_format(&format, "%(thread)d %(threadName)s", false);
    char name[16] = "one";
    for (int64_t i = 0; i < 100; i++) {
        char expected[64];
        /* More numbers than are kept, and some that share a place. */
        site.line.thread_id = i % 3 == 0 ? 7 : i * RL_THREAD_TEXTS / 2;
        snprintf(name, sizeof name, "%s", i % 2 ? "odd" : "even");
        site.line.thread_name = (struct rl_span){name, strlen(name)};
        snprintf(expected, sizeof expected, "%d %s", (int)site.line.thread_id, name);
        assert_string_equal(render(&format, &site.line), expected);
    }
    site.line.thread_id = 0;
    assert_string_equal(render(&format, &site.line), "0 odd");
    site.line.thread_id = INT64_MIN;
    assert_string_equal(render(&format, &site.line), "-9223372036854775808 odd");
    assert_int_equal(format.templates.count, 1);
    rl_line_format_destroy(&format);
    close_site(&site);
}

static void loggers_of_one_site_are_told_apart(void **state)
{
    (void)state;
    struct site site = {0};
    open_site(&site, "hello");
    struct rl_line_format format;
    open_format(&format, "%(name)s", false);
    static const struct rl_span names[] = {SPAN("one"), SPAN("another")};
    for (int i = 0; i < 6; i++) {
        site.line.logger_name = names[i % 2];
        assert_string_equal(render(&format, &site.line), names[i % 2].bytes);
    }
    rl_line_format_destroy(&format);
    close_site(&site);
}

static void levels_of_one_site_are_told_apart(void **state)
{
    (void)state;
    struct site site = {0};
    open_site(&site, "hello");
    struct rl_line_format format;
    open_format(&format, "%(levelname)s %(levelno)d", false);
    /* A level without a name is written to one place, whichever it is. */
    char scratch[32];
    static const int levels[] = {25, 35, 25, 26};
    for (int i = 0; i < 4; i++) {
        char expected[64];
        snprintf(scratch, sizeof scratch, "Level %d", levels[i]);
        snprintf(expected, sizeof expected, "Level %d %d", levels[i], levels[i]);
        site.line.level = levels[i];
        site.line.level_name = (struct rl_span){scratch, strlen(scratch)};
        assert_string_equal(render(&format, &site.line), expected);
    }
    /* Then it gets one. */
    site.line.level = 25;
    site.line.level_name = (struct rl_span)SPAN("NOTICE");
    assert_string_equal(render(&format, &site.line), "NOTICE 25");
    rl_line_format_destroy(&format);
    close_site(&site);
}

static void the_process_may_get_another_name_and_number(void **state)
{
    (void)state;
    struct site site = {0};
    open_site(&site, "hello");
    struct rl_line_format format;
    open_format(&format, "%(processName)s %(process)d", false);
    char name[16] = "MainProcess";
    site.line.process_name = (struct rl_span){name, strlen(name)};
    assert_string_equal(render(&format, &site.line), "MainProcess 1234");
    strcpy(name, "Other");
    site.line.process_name.length = 5;
    assert_string_equal(render(&format, &site.line), "Other 1234");
    site.line.process_id = 4321;
    assert_string_equal(render(&format, &site.line), "Other 4321");
    rl_line_format_destroy(&format);
    close_site(&site);
}

static void sites_are_told_apart(void **state)
{
    (void)state;
    struct site site = {0}, other = {0};
    open_site(&site, "hello");
    open_site(&other, "good-bye");
    other.line.line_number = 43;
    struct rl_line_format format;
    open_format(&format, "%(lineno)d %(message)s", false);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(render(&format, &site.line), "42 hello");
        assert_string_equal(render(&format, &other.line), "43 good-bye");
    }
    site.line.raw = true;
    assert_string_equal(render(&format, &site.line), "42 hello");
    assert_int_equal(format.templates.count, 3);
    rl_line_format_destroy(&format);
    close_site(&site);
    close_site(&other);
}

/* More than there are places at first, so that some meet. */
static void many_sites_are_told_apart(void **state)
{
    (void)state;
    enum { SITES = 500 };
    struct site *sites = calloc(SITES, sizeof *sites);
    char text[32];
    for (int i = 0; i < SITES; i++) {
        snprintf(text, sizeof text, "hello %d", i);
        open_site(&sites[i], text);
    }
    struct rl_line_format format;
    open_format(&format, "%(message)s", false);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < SITES; i++) {
            snprintf(text, sizeof text, "hello %d", i);
            assert_string_equal(render(&format, &sites[i].line), text);
        }
    assert_int_equal(format.templates.count, SITES);
    rl_line_format_destroy(&format);
    for (int i = 0; i < SITES; i++)
        close_site(&sites[i]);
    free(sites);
}

/* A site that comes inside its record: the next one may lie at the same address. */
static void what_does_not_last_is_not_remembered(void **state)
{
    (void)state;
    struct site site = {0};
    open_site(&site, "hello");
    site.line.lasting = false;
    struct rl_line_format format;
    open_format(&format, "%(lineno)d %(message)s", false);
    assert_string_equal(render(&format, &site.line), "42 hello");
    site.line.lasting = true;
    site.line.line_number = 43;
    assert_string_equal(render(&format, &site.line), "43 hello");
    site.line.lasting = false;
    site.line.line_number = 44;
    assert_string_equal(render(&format, &site.line), "44 hello");
    /* The same after all was forgotten. */
    site.line.lasting = true;
    assert_string_equal(render(&format, &site.line), "43 hello");
    site.line.line_number = 44;
    rl_line_format_forget(&format);
    assert_string_equal(render(&format, &site.line), "44 hello");
    site.line.line_number = 45;
    struct rl_templates left = format.templates; /* what a child leaves behind */
    rl_line_format_forked(&format);
    assert_string_equal(render(&format, &site.line), "45 hello");
    left.bytes = 0;
    rl_templates_free(&left);
    rl_line_format_destroy(&format);
    close_site(&site);
}

static void a_missing_field_is_told(void **state)
{
    (void)state;
    struct site site = {0};
    open_site(&site, "hello");
    site.line.fields_optional = false;
    struct rl_line_format format;
    open_format(&format, "%(levelname)s %(user)s", false);
    struct rl_buffer out = {0};
    for (int i = 0; i < 3; i++) {
        struct rl_span field = {0};
        assert_false(rl_line_format_render(&format, &site.line, &out, &field));
        assert_int_equal(field.length, 4);
        assert_memory_equal(field.bytes, "user", 4);
    }
    rl_buffer_free(&out);
    rl_line_format_destroy(&format);
    close_site(&site);
}

/* ---- memory ---- */

#define MANY 60000

/* One site under many loggers. */
static void render_many(struct rl_line_format *format, struct site *site, const char *names,
                        size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        site->line.logger_name = (struct rl_span){names + 8 * i, 7};
        char expected[64];
        snprintf(expected, sizeof expected, "%s hello", names + 8 * i);
        assert_string_equal(render(format, &site->line), expected);
    }
}

static void memory_is_bounded(void **state)
{
    (void)state;
    struct site site = {0};
    open_site(&site, "hello");
    char *names = malloc(8 * MANY);
    for (size_t i = 0; i < MANY; i++)
        sprintf(names + 8 * i, "n%06zu", i);
    struct rl_line_format format, other;
    open_format(&format, "%(name)s %(message)s", false);
    open_format(&other, "%(name)s %(message)s", false);
    render_many(&format, &site, names, 0, MANY);
    assert_in_range(format.templates.count, 5000, MANY - 1);
    assert_in_range(format.templates.bytes, 1, RL_TEMPLATE_BYTES);
    /* Nothing is left for another one, which does without. */
    render_many(&other, &site, names, 0, 1000);
    assert_int_equal(other.templates.count, 0);
    /* What is of no use any more makes room. */
    const size_t made = format.templates.count;
    for (size_t i = 0; i < 100 * made / 1000; i++)
        render_many(&format, &site, names, MANY - 1000, MANY);
    assert_in_range(format.templates.count, 1000, 1999);
    rl_line_format_destroy(&format);
    render_many(&other, &site, names, 0, 1000);
    render_many(&other, &site, names, 0, 1000);
    assert_int_equal(other.templates.count, 1000);
    rl_line_format_destroy(&other);
    free(names);
    close_site(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_those_without_a_template),
        cmocka_unit_test(names_are_escaped_in_templates_too),
        cmocka_unit_test(lines_of_members_are_those_without_a_template),
        cmocka_unit_test(what_a_record_may_lack_is_looked_for_each_time),
        cmocka_unit_test(threads_may_alternate),
        cmocka_unit_test(loggers_of_one_site_are_told_apart),
        cmocka_unit_test(levels_of_one_site_are_told_apart),
        cmocka_unit_test(the_process_may_get_another_name_and_number),
        cmocka_unit_test(sites_are_told_apart),
        cmocka_unit_test(many_sites_are_told_apart),
        cmocka_unit_test(what_does_not_last_is_not_remembered),
        cmocka_unit_test(a_missing_field_is_told),
        cmocka_unit_test(memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
