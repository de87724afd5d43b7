/* Lines made of members: what each style makes of a record. */
#include "cmocka_first.h"

#include <stdio.h>
#include <string.h>

#include "format/structured.h"
#include "record/record.h"
#include "record_bytes.h"

/* A record of a call site, with room for what tests change. */
struct sample {
    _Alignas(8) unsigned char site[1024];
    struct record_bytes args;
    struct rl_record record;
    struct rl_line line;
    struct rl_program *program;
    struct rl_buffer context, defaults;
};

static struct rl_span span(const char *text)
{
    return (struct rl_span){text, strlen(text)};
}

static struct rl_line line_of(const struct sample *sample)
{
    const struct rl_site *site = (const struct rl_site *)(const void *)sample->site;
    struct rl_line line = {
        .wall_ns = INT64_C(1111245026618033989), /* 2005-03-19 15:10:26 UTC */
        .level = 20,
        .line_number = site->line,
        .process_id = 1234,
        .thread_id = 5678,
        .level_name = span("INFO"),
        .logger_name = span("server.http"),
        .pathname = span(rl_site_file(site)),
        .function = span(rl_site_function(site)),
        .process_name = span("MainProcess"),
        .thread_name = span("worker-1"),
        .program = sample->program,
        .args = sample->args.bytes,
        .args_bytes = sample->args.length,
        .message = {rl_site_format(site), site->format_length},
        .record = &sample->record,
    };
    rl_line_split_path(&line);
    return line;
}

/* `args` has the fields of the record. */
static void make(struct sample *sample, uint16_t flags, const char *format, const char *file)
{
    const struct rl_site_definition definition = {.flags = flags,
                                                  .line = 42,
                                                  .field_count = (uint16_t)sample->args.field_count,
                                                  .fields = sample->args.fields,
                                                  .format = format,
                                                  .file = file,
                                                  .function = "answer"};
    assert_in_range(rl_site_bytes(&definition), 1, sizeof sample->site);
    rl_site_write((struct rl_site *)(void *)sample->site, &definition, 0);
    if ((flags & RL_SITE_EVENT) == 0)
        assert_int_equal(rl_program_new_of_site(&sample->program, flags, format, strlen(format),
                                                sample->args.fields, sample->args.field_count),
                         0);
    sample->record = (struct rl_record){.site = (const struct rl_site *)(void *)sample->site,
                                        .fields = sample->args.bytes,
                                        .fields_bytes = sample->args.length};
    sample->line = line_of(sample);
}

static void add_field(struct sample *sample, struct ringlog_extra field)
{
    rl_extra_append_given(&sample->context, &field);
    sample->record.extra[RL_EXTRA_CONTEXT] = rl_extra_list(&sample->context);
}

static const char *rendered(const struct sample *sample, enum ringlog_style style)
{
    static char shown[4096];
    struct rl_time_text time_text;
    struct rl_buffer scratch = {0}, out = {0};
    assert_int_equal(rl_time_text_init(&time_text, RL_STRUCTURED_DATEFMT, true), 0);
    const struct rl_structured structured = {.preset = rl_preset_of(style),
                                             .defaults = rl_extra_list(&sample->defaults),
                                             .time_text = &time_text,
                                             .scratch = &scratch};
    rl_structured_render(&structured, &sample->line, &out);
    assert_in_range(out.length, 1, sizeof shown - 1);
    memcpy(shown, out.data, out.length);
    shown[out.length] = '\0';
    rl_buffer_free(&out);
    rl_buffer_free(&scratch);
    rl_time_text_destroy(&time_text);
    return shown;
}

static void end(struct sample *sample)
{
    rl_program_free(sample->program);
    rl_buffer_free(&sample->context);
    rl_buffer_free(&sample->defaults);
}

static void start_example(struct sample *sample)
{
    put_string(&sample->args, "/index.html");
    put_i32(&sample->args, 200);
    put_f64(&sample->args, 1.25);
    make(sample, 0, "GET %s -> %d in %.3f ms", "src/http/answer.c");
    add_field(sample, RINGLOG_EXTRA("request", "f3 9a"));
    add_field(sample, RINGLOG_EXTRA("attempt", 2));
}

static char *read_document(void)
{
    FILE *file = fopen(FORMATTERS_MD, "r");
    assert_non_null(file);
    static char text[65536];
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void the_documented_lines_are_what_is_written(void **state)
{
    (void)state;
    struct sample sample = {0};
    start_example(&sample);
    const char *document = read_document();
    for (int style = RINGLOG_STYLE_JSON; style <= RINGLOG_STYLE_LOGFMT; style++) {
        char line[4100];
        snprintf(line, sizeof line, "\n%s\n", rendered(&sample, (enum ringlog_style)style));
        if (strstr(document, line) == NULL)
            fail_msg("docs/formatters.md does not show%s", line);
    }
    end(&sample);
}

/* Whether `line` has it; names it if not. */
static void has(const char *line, const char *part)
{
    if (strstr(line, part) == NULL)
        fail_msg("«%s» is not in «%s»", part, line);
}

static void has_not(const char *line, const char *part)
{
    if (strstr(line, part) != NULL)
        fail_msg("«%s» is in «%s»", part, line);
}

static void fields_that_clash_stand_apart(void **state)
{
    (void)state;
    struct sample sample = {0};
    make(&sample, 0, "text", "a.c");
    add_field(&sample, RINGLOG_EXTRA("level", 7));
    add_field(&sample, RINGLOG_EXTRA("stack", (bool)true));
    add_field(&sample, RINGLOG_EXTRA("fields", "x"));
    add_field(&sample, RINGLOG_EXTRA("fields.level", 8));
    add_field(&sample, RINGLOG_EXTRA("log", 1));
    add_field(&sample, RINGLOG_EXTRA("process.thread", 2));
    add_field(&sample, RINGLOG_EXTRA("stack.depth", 3));
    add_field(&sample, RINGLOG_EXTRA("logs", 4));
    has(rendered(&sample, RINGLOG_STYLE_JSON),
        "\"process\":\"MainProcess\",\"fields.level\":8,\"log\":1,\"process.thread\":2,"
        "\"stack.depth\":3,\"logs\":4,"
        "\"fields\":{\"level\":7,\"stack\":true,\"fields\":\"x\"}}");
    has(rendered(&sample, RINGLOG_STYLE_JSON_ECS),
        "\"process.thread.name\":\"worker-1\",\"level\":7,\"logs\":4,"
        "\"fields\":{\"stack\":true,\"fields\":\"x\",\"fields.level\":8,\"log\":1,"
        "\"process.thread\":2,\"stack.depth\":3}}");
    has(rendered(&sample, RINGLOG_STYLE_JSON_GOOGLE),
        "\"level\":7,\"fields.level\":8,\"log\":1,\"process.thread\":2,\"stack.depth\":3,"
        "\"logs\":4,\"fields\":{\"stack\":true,\"fields\":\"x\"}}");
    has(rendered(&sample, RINGLOG_STYLE_LOGFMT),
        " fields.level=7 fields.stack=true fields.fields=x fields.fields.level=8 log=1"
        " process.thread=2 stack.depth=3 logs=4");
    end(&sample);
}

static void the_same_key_stands_once(void **state)
{
    (void)state;
    struct sample sample = {0};
    make(&sample, 0, "text", "a.c");
    add_field(&sample, RINGLOG_EXTRA("a", 1));
    add_field(&sample, RINGLOG_EXTRA("b", 2));
    add_field(&sample, RINGLOG_EXTRA("a", 3));
    rl_extra_append_given(&sample.defaults, &RINGLOG_EXTRA("b", 4));
    rl_extra_append_given(&sample.defaults, &RINGLOG_EXTRA("c", 5));
    has(rendered(&sample, RINGLOG_STYLE_JSON), "\"a\":1,\"b\":2,\"c\":5}");
    has(rendered(&sample, RINGLOG_STYLE_LOGFMT), " a=1 b=2 c=5");
    end(&sample);
}

static void only_printf_arguments_are_args(void **state)
{
    (void)state;
    struct sample text = {0}, keyed = {0}, event = {0}, short_of = {0};
    put_i32(&text.args, RINGLOG_MAX_ARGUMENTS);
    put_string(&text.args, "as it is");
    make(&text, RINGLOG_SITE_RUNTIME_LEVEL_, "%s", "");
    has_not(rendered(&text, RINGLOG_STYLE_JSON), "args");
    has_not(rendered(&text, RINGLOG_STYLE_JSON), "line");
    put_string(&event.args, "an event");
    make(&event, RL_SITE_EVENT, "%s", "a.c");
    has_not(rendered(&event, RINGLOG_STYLE_JSON), "args");
    make(&keyed, RINGLOG_SITE_KEYS_, "no %d arguments", "a.c");
    has(rendered(&keyed, RINGLOG_STYLE_JSON), "\"message\":\"no %d arguments\"");
    has_not(rendered(&keyed, RINGLOG_STYLE_JSON), "args");
    /* A record that is shorter than its site says. */
    put_i32(&short_of.args, 1);
    put_i32(&short_of.args, 2);
    make(&short_of, 0, "%d %d", "a.c");
    short_of.record.fields_bytes = 6;
    has(rendered(&short_of, RINGLOG_STYLE_JSON), "\"args\":[1]");
    short_of.record.fields_bytes = 3;
    has_not(rendered(&short_of, RINGLOG_STYLE_JSON), "args");
    end(&text);
    end(&event);
    end(&keyed);
    end(&short_of);
}

static void exceptions_and_stacks_are_members(void **state)
{
    (void)state;
    struct sample sample = {0};
    make(&sample, 0, "text", "a.c");
    sample.record.exception_text = "Error:\n\tx";
    sample.record.exception_length = 9;
    sample.record.stack_text = "at\n";
    sample.record.stack_length = 3;
    has(rendered(&sample, RINGLOG_STYLE_JSON),
        "\"exception\":\"Error:\\n\\tx\",\"stack\":\"at\\n\"}");
    has(rendered(&sample, RINGLOG_STYLE_JSON_ECS),
        "\"error.stack_trace\":\"Error:\\n\\tx\",\"stack\":\"at\\n\"}");
    has(rendered(&sample, RINGLOG_STYLE_JSON_GOOGLE),
        "\"stack_trace\":\"Error:\\n\\tx\",\"stack\":\"at\\n\"}");
    has(rendered(&sample, RINGLOG_STYLE_LOGFMT), " exception=\"Error:\\n\\tx\" stack=\"at\\n\"");
    end(&sample);
}

static void a_line_without_a_record_is_whole_too(void **state)
{
    (void)state;
    struct sample sample = {0};
    make(&sample, 0, "text", "a.c");
    sample.line.record = NULL;
    sample.line.pathname = span("");
    sample.line.thread_name = (struct rl_span){NULL, 0};
    rl_extra_append_given(&sample.defaults, &RINGLOG_EXTRA("host", "h"));
    assert_string_equal(rendered(&sample, RINGLOG_STYLE_JSON),
                        "{\"time\":\"2005-03-19T15:10:26.618033989Z\",\"level\":\"INFO\","
                        "\"logger\":\"server.http\",\"message\":\"text\",\"thread\":\"\","
                        "\"tid\":5678,\"pid\":1234,\"process\":\"MainProcess\",\"host\":\"h\"}");
    has_not(rendered(&sample, RINGLOG_STYLE_JSON_ECS), "log.origin");
    has_not(rendered(&sample, RINGLOG_STYLE_JSON_GOOGLE), "sourceLocation");
    end(&sample);
}

static void every_time_and_level_has_its_words(void **state)
{
    (void)state;
    struct sample sample = {0};
    make(&sample, 0, "text", "a.c");
    static const struct {
        int64_t wall_ns;
        const char *text;
    } times[] = {
        {0, "1970-01-01T00:00:00.000000000Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        sample.line.wall_ns = times[i].wall_ns;
        has(rendered(&sample, RINGLOG_STYLE_JSON), times[i].text);
    }
    static const struct {
        int level;
        const char *severity;
    } levels[] = {{-5, "DEFAULT"}, {0, "DEFAULT"},   {1, "DEBUG"},      {10, "DEBUG"},
                  {20, "INFO"},    {29, "INFO"},     {30, "WARNING"},   {40, "ERROR"},
                  {49, "ERROR"},   {50, "CRITICAL"}, {1000, "CRITICAL"}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        char expected[40];
        snprintf(expected, sizeof expected, "{\"severity\":\"%s\",", levels[i].severity);
        sample.line.level = levels[i].level;
        has(rendered(&sample, RINGLOG_STYLE_JSON_GOOGLE), expected);
    }
    end(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_documented_lines_are_what_is_written),
        cmocka_unit_test(fields_that_clash_stand_apart),
        cmocka_unit_test(the_same_key_stands_once),
        cmocka_unit_test(only_printf_arguments_are_args),
        cmocka_unit_test(exceptions_and_stacks_are_members),
        cmocka_unit_test(a_line_without_a_record_is_whole_too),
        cmocka_unit_test(every_time_and_level_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
