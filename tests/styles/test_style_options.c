/* Styles as options of formatters and readers: what is taken, and what is refused. */
#include "end_to_end/support.h"

#include <errno.h>
#include <ringlog/files.h>
#include <ringlog/reader.h>
#include <string.h>

static void require_refused(const struct ringlog_formatter_options *options, const char *why)
{
    ringlog_formatter *formatter;
    require(ringlog_formatter_new(&formatter, options) == -EINVAL && formatter == NULL);
    require(strstr(ringlog_last_error(), why) != NULL);
}

PROCESS_TEST(what_only_patterns_have_is_refused)
{
    typedef struct ringlog_formatter_options options;
    require_refused(&(options){.style = RINGLOG_STYLE_JSON, .format = "%(message)s"},
                    "format \"%(message)s\": only for RINGLOG_STYLE_PATTERN");
    require_refused(&(options){.style = RINGLOG_STYLE_LOGFMT, .datefmt = "%H"},
                    "datefmt \"%H\": only for RINGLOG_STYLE_PATTERN");
    require_refused(&(options){.style = RINGLOG_STYLE_JSON_ECS, .raw = true},
                    "raw: only for RINGLOG_STYLE_PATTERN");
    require_refused(&(options){.style = (enum ringlog_style)5}, "style 5: no such style");
    require_refused(&(options){.style = (enum ringlog_style) - 1}, "style -1: no such style");
    const struct ringlog_extra bad = RINGLOG_EXTRA("message", 1);
    require_refused(&(options){.style = RINGLOG_STYLE_JSON, .defaults = &bad, .default_count = 1},
                    "message");
    ringlog_formatter *formatter;
    require(ringlog_formatter_new(&formatter, &(options){.style = RINGLOG_STYLE_JSON_GOOGLE,
                                                         .format = "",
                                                         .datefmt = "",
                                                         .utc = true}) == 0);
    ringlog_formatter_unref(formatter);
}

/* One record in a binary log. */
static void log_one(void)
{
    ringlog_handler *binary;
    require(ringlog_binary_file_handler_new(&binary, "one.rlog", NULL) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), binary) == 0);
    ringlog_handler_unref(binary);
    require(ringlog_init(NULL) == 0);
    ringlog_error(ringlog_get_logger("net"), "%s\n100%%", "a\nb");
    require(ringlog_shutdown(10000) == 0);
}

static const char *line_of(ringlog_reader *reader)
{
    static char text[1000];
    const char *line;
    size_t length;
    require(ringlog_reader_line(reader, &line, &length) == 0 && length < sizeof text);
    memcpy(text, line, length);
    text[length] = '\0';
    return text;
}

static const char *message_of(ringlog_reader *reader)
{
    static char text[1000];
    const char *message;
    size_t length;
    require(ringlog_reader_message(reader, &message, &length) == 0 && length < sizeof text);
    memcpy(text, message, length);
    text[length] = '\0';
    return text;
}

PROCESS_TEST(a_reader_has_styles_too_and_may_change_them)
{
    typedef struct ringlog_formatter_options options;
    log_one();
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    require(ringlog_reader_open(&reader, "one.rlog") == 0);
    require(ringlog_reader_set_format(reader, &(options){.style = RINGLOG_STYLE_JSON}) == 0);
    while (ringlog_reader_next(reader, &record) != RINGLOG_READER_RECORD)
        ;
    require(strstr(line_of(reader), "\"message\":\"a\\nb\\n100%\"") != NULL);
    require_same_text(message_of(reader), "a\\nb\\n100%");
    require(ringlog_reader_set_format(reader, &(options){.format = "<%(message)s>"}) == 0);
    require_same_text(line_of(reader), "<a\\nb\n100%>");
    require_same_text(message_of(reader), "a\\nb\n100%");
    require(ringlog_reader_set_format(
                reader, &(options){.style = RINGLOG_STYLE_JSON, .format = "x"}) == -EINVAL);
    require_same_text(line_of(reader), "<a\\nb\n100%>");
    require(ringlog_reader_set_format(reader, &(options){.style = RINGLOG_STYLE_LOGFMT}) == 0);
    require(strstr(line_of(reader), " message=\"a\\nb\\n100%\" ") != NULL);
    ringlog_reader_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_only_patterns_have_is_refused),
        cmocka_unit_test(a_reader_has_styles_too_and_may_change_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
