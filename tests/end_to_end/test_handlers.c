/* The built-in handlers: console, custom and null; formatters, levels, propagation. */
#include "end_to_end/support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <termios.h>
#include <time.h>

static ringlog_logger *logger;

static void attach(ringlog_logger *to, ringlog_handler *handler)
{
    require(ringlog_logger_add_handler(to, handler) == 0);
    ringlog_handler_unref(handler);
}

static void start(void)
{
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    logger = ringlog_get_logger("handlers");
    require(ringlog_init(NULL) == 0);
}

/* ---- console ---- */

/* What a console handler on `fd` makes of an error, read from `from`. */
static const char *shown(struct ringlog_console_options options, int from)
{
    static char text[200];
    ringlog_handler *console;
    require(ringlog_console_handler_new(&console, &options) == 0);
    attach(ringlog_root(), console);
    start();
    ringlog_error(logger, "red");
    require(ringlog_flush(5000) == 0);
    const ssize_t length = read(from, text, sizeof text - 1);
    require(length >= 0);
    text[length] = '\0';
    return text;
}

/* The two ends of a pseudo-terminal that passes newlines as they are. */
static void open_terminal(int ends[2])
{
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
    require(ends[0] >= 0 && grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0);
    ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
    struct termios mode;
    require(ends[1] >= 0 && tcgetattr(ends[1], &mode) == 0);
    cfmakeraw(&mode);
    require(tcsetattr(ends[1], TCSANOW, &mode) == 0);
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
}

#define RED "\x1b[31mred\x1b[0m\n"

PROCESS_TEST(a_terminal_shows_colours)
{
    int ends[2];
    open_terminal(ends);
    require_same_text(shown((struct ringlog_console_options){.fd = ends[1]}, ends[0]), RED);
}

PROCESS_TEST(but_not_when_no_color_is_set)
{
    int ends[2];
    open_terminal(ends);
    setenv("NO_COLOR", "1", 1);
    require_same_text(shown((struct ringlog_console_options){.fd = ends[1]}, ends[0]), "red\n");
}

PROCESS_TEST(nor_when_the_terminal_is_dumb)
{
    int ends[2];
    open_terminal(ends);
    setenv("TERM", "dumb", 1);
    require_same_text(shown((struct ringlog_console_options){.fd = ends[1]}, ends[0]), "red\n");
}

PROCESS_TEST(nor_when_they_are_not_wanted)
{
    int ends[2];
    open_terminal(ends);
    require_same_text(
        shown((struct ringlog_console_options){.fd = ends[1], .colour = RINGLOG_COLOUR_NEVER},
              ends[0]),
        "red\n");
}

PROCESS_TEST(a_pipe_shows_none)
{
    int ends[2];
    require(pipe(ends) == 0);
    require_same_text(shown((struct ringlog_console_options){.fd = ends[1]}, ends[0]), "red\n");
}

PROCESS_TEST(but_when_they_are_wanted)
{
    int ends[2];
    require(pipe(ends) == 0);
    require_same_text(
        shown((struct ringlog_console_options){.fd = ends[1], .colour = RINGLOG_COLOUR_ALWAYS},
              ends[0]),
        RED);
}

PROCESS_TEST(the_console_refuses_descriptors_that_it_cannot_write_to)
{
    ringlog_handler *console;
    require(ringlog_console_handler_new(&console, &(struct ringlog_console_options){.fd = 999}) ==
            -EBADF);
    require(strstr(ringlog_last_error(), "descriptor 999") != NULL && console == NULL);
    const int fd = open("/dev/null", O_RDONLY);
    require(ringlog_console_handler_new(&console, &(struct ringlog_console_options){.fd = fd}) ==
            -EBADF);
    require(strstr(ringlog_last_error(), "not open for writing") != NULL);
    require(ringlog_console_handler_new(&console, &(struct ringlog_console_options){.colour = 3}) ==
            -EINVAL);
}

/* ---- custom ---- */

static struct seen {
    struct ringlog_record record;
    char logger[32], file[200], function[64], thread_name[32], level_name[32], message[32];
    char text[64];
    unsigned emitted, flushed, closed;
} seen;

static int emit_and_keep(void *context, const struct ringlog_record *record, const char *text,
                         size_t length)
{
    struct seen *into = context;
    into->record = *record;
    snprintf(into->logger, sizeof into->logger, "%s", record->logger);
    snprintf(into->file, sizeof into->file, "%s", record->file);
    snprintf(into->function, sizeof into->function, "%s", record->function);
    snprintf(into->thread_name, sizeof into->thread_name, "%s", record->thread_name);
    snprintf(into->level_name, sizeof into->level_name, "%s", record->level_name);
    snprintf(into->message, sizeof into->message, "%s", record->message);
    snprintf(into->text, sizeof into->text, "%.*s", (int)length, text);
    into->emitted++;
    return 0;
}

static int note_flush(void *context)
{
    ((struct seen *)context)->flushed++;
    return 0;
}

static void note_close(void *context)
{
    ((struct seen *)context)->closed++;
}

static void set_format(ringlog_handler *handler, const char *format)
{
    ringlog_formatter *formatter;
    const struct ringlog_formatter_options options = {.format = format};
    require(ringlog_formatter_new(&formatter, &options) == 0);
    require(ringlog_handler_set_formatter(handler, formatter) == 0);
    ringlog_formatter_unref(formatter);
}

/* One call site, whoever calls. */
static void *say_hello(void *with)
{
    ringlog_info(with, "hello");
    return NULL;
}

static void say_hello_on_a_thread(ringlog_logger *with)
{
    pthread_t thread;
    require(pthread_create(&thread, NULL, say_hello, with) == 0);
    require(pthread_join(thread, NULL) == 0);
}

/* What a line has of its call site is made text once; what may differ from the record before is
 * not. */
PROCESS_TEST(lines_of_one_call_site_follow_what_changes)
{
    ringlog_logger *one = ringlog_get_logger("one"), *two = ringlog_get_logger("two");
    ringlog_handler *file = log_to("a.log", "%(name)s %(levelname)s %(message)s");
    start();
    char expected[512] = "";
    for (int i = 0; i < 3; i++) {
        say_hello(one);
        say_hello(two);
        strcat(expected, "one INFO hello\ntwo INFO hello\n");
    }
    set_format(file, "%(processName)s|%(name)s");
    say_hello(one);
    require(ringlog_set_process_name("Renamed") == 0);
    say_hello(one);
    strcat(expected, "MainProcess|one\nRenamed|one\n");
    set_format(file, "%(levelname)s");
    say_hello(one);
    require(ringlog_add_level_name(RINGLOG_INFO, "NOTE") == 0);
    say_hello(one);
    strcat(expected, "INFO\nNOTE\n");
    set_format(file, "%(thread)d");
    for (int i = 0; i < 2; i++) {
        say_hello(one);
        say_hello_on_a_thread(one);
    }
    require(ringlog_shutdown(10000) == 0);
    const char *text = read_file("a.log", NULL);
    require(strncmp(text, expected, strlen(expected)) == 0);
    int threads[4];
    require(sscanf(text + strlen(expected), "%d\n%d\n%d\n%d\n", &threads[0], &threads[1],
                   &threads[2], &threads[3]) == 4);
    require(threads[0] == getpid() && threads[2] == getpid());
    require(threads[1] != getpid() && threads[3] != getpid());
}

PROCESS_TEST(a_handler_of_ones_own_sees_the_whole_record)
{
    ringlog_handler *custom;
    const struct ringlog_custom_options options = {
        .ops = {.emit = emit_and_keep, .flush = note_flush, .close = note_close}, .context = &seen};
    require(ringlog_custom_handler_new(&custom, &options) == 0);
    set_format(custom, "<%(levelname)s %(message)s>");
    attach(ringlog_root(), custom);
    start();
    const time_t before = time(NULL);
    const unsigned line = __LINE__ + 1;
    ringlog_log(logger, RINGLOG_WARNING, "%d\n%s", 7, "x\ty\n");
    require(ringlog_flush(5000) == 0);
    require(seen.emitted == 1 && seen.flushed == 1 && seen.closed == 0);
    require(seen.record.level == RINGLOG_WARNING && seen.record.line == line);
    require(seen.record.process == getpid() && seen.record.thread == getpid());
    require(seen.record.time_ns / 1000000000 >= before);
    require(seen.record.time_ns / 1000000000 <= before + 60);
    require_same_text(seen.logger, "handlers");
    require_same_text(seen.level_name, "WARNING");
    require_same_text(seen.thread_name, "MainThread");
    require_same_text(seen.function, "a_handler_of_ones_own_sees_the_whole_record_body");
    require(strstr(seen.file, "test_handlers.c") != NULL);
    require_same_text(seen.message, "7\nx\ty\\n"); /* what came out of an argument is escaped */
    require_same_text(seen.text, "<WARNING 7\nx\ty\\n>");
    require(seen.record.message_length == strlen(seen.message));
    require(ringlog_shutdown(5000) == 0);
    require(seen.closed == 1);
}

static unsigned long reports;
static char first_report[200];

static void note_report(const char *message, void *context)
{
    require(context == &reports);
    if (reports++ == 0)
        snprintf(first_report, sizeof first_report, "%s", message);
}

static int emit_nothing(void *context, const struct ringlog_record *record, const char *text,
                        size_t length)
{
    (void)context, (void)record, (void)text, (void)length;
    return 1;
}

PROCESS_TEST(each_failure_is_counted_and_told_to_on_error)
{
    ringlog_handler *custom;
    const struct ringlog_custom_options options = {.ops.emit = emit_nothing};
    require(ringlog_custom_handler_new(&custom, &options) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), custom) == 0);
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    require(ringlog_init(&(struct ringlog_options){.on_error = note_report,
                                                   .on_error_context = &reports}) == 0);
    for (int i = 0; i < 5; i++) {
        ringlog_info(ringlog_root(), "fails");
        require(ringlog_flush(5000) == 0);
    }
    ringlog_set_raise_errors(false);
    ringlog_info(ringlog_root(), "fails in silence");
    require(ringlog_flush(5000) == 0);
    struct ringlog_handler_counts counts;
    require(ringlog_handler_stats(custom, &counts) == 0);
    require(counts.records == 6 && counts.errors == 6 && counts.lost == 6);
    require(reports == 5);
    require(strstr(first_report, "custom handler: emit") != NULL);
    require(counts_now().handler_errors == counts.errors);
    ringlog_handler_unref(custom);
}

PROCESS_TEST(without_on_error_failures_are_reported_on_stderr)
{
    ringlog_handler *custom;
    stderr_to("stderr");
    const struct ringlog_custom_options options = {.ops.emit = emit_nothing};
    require(ringlog_custom_handler_new(&custom, &options) == 0);
    attach(ringlog_root(), custom);
    start();
    for (int i = 0; i < 10; i++)
        ringlog_info(logger, "fails");
    require(ringlog_flush(5000) == 0);
    require(count_lines("stderr", "--- Logging error ---") == 1);
    require(count_lines("stderr", "custom handler: emit") == 1);
}

PROCESS_TEST(a_handler_without_emit_is_refused)
{
    ringlog_handler *custom;
    require(ringlog_custom_handler_new(&custom, NULL) == -EINVAL && custom == NULL);
}

/* ---- null, and the last resort ---- */

PROCESS_TEST(a_null_handler_is_a_handler_so_there_is_no_last_resort)
{
    ringlog_handler *null;
    stderr_to("stderr");
    start();
    ringlog_warning(logger, "nobody handles this");
    require(ringlog_null_handler_new(&null) == 0);
    attach(ringlog_root(), null);
    ringlog_warning(logger, "somebody does");
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("stderr", NULL), "nobody handles this\n");
}

/* ---- formatters ---- */

static void require_refused(const char *format, unsigned byte)
{
    ringlog_formatter *formatter;
    const struct ringlog_formatter_options options = {.format = format};
    char where[32];
    snprintf(where, sizeof where, ": byte %u: ", byte);
    require(ringlog_formatter_new(&formatter, &options) == -EINVAL && formatter == NULL);
    require(strstr(ringlog_last_error(), where) != NULL);
    require(strstr(ringlog_last_error(), format) != NULL);
}

PROCESS_TEST(formats_are_checked_when_the_formatter_is_made)
{
    require_refused("%(message)s %(nosuch)c", 21);
    require_refused("%(message)", 10);
    require_refused("message: %", 9);
}

/* ---- levels, propagation, attaching ---- */

static ringlog_handler *file_handler(const char *path)
{
    ringlog_handler *file;
    require(ringlog_file_handler_new(&file, path, NULL) == 0);
    return file;
}

PROCESS_TEST(a_handler_takes_what_reaches_its_level)
{
    ringlog_handler *file = file_handler("file");
    require(ringlog_handler_set_level(file, RINGLOG_WARNING) == 0);
    attach(ringlog_root(), file);
    start();
    ringlog_info(logger, "info");
    ringlog_warning(logger, "warning");
    require(ringlog_handler_set_level(file, RINGLOG_INFO) == 0); /* after what was logged before */
    ringlog_debug(logger, "debug");
    ringlog_info(logger, "info, taken");
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("file", NULL), "warning\ninfo, taken\n");
}

PROCESS_TEST(records_go_up_the_hierarchy_while_they_propagate)
{
    ringlog_logger *parent = ringlog_get_logger("a"), *child = ringlog_get_logger("a.b.c");
    attach(ringlog_root(), file_handler("root"));
    attach(parent, file_handler("parent"));
    attach(child, file_handler("child"));
    start();
    ringlog_info(child, "1");
    require(ringlog_logger_set_propagate(parent, false) == 0);
    ringlog_info(child, "2");
    require(ringlog_logger_set_propagate(child, false) == 0);
    ringlog_info(child, "3");
    require(ringlog_logger_set_propagate(parent, true) == 0);
    require(ringlog_logger_set_propagate(child, true) == 0);
    ringlog_info(child, "4");
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("root", NULL), "1\n4\n");
    require_same_text(read_file("parent", NULL), "1\n2\n4\n");
    require_same_text(read_file("child", NULL), "1\n2\n3\n4\n");
}

PROCESS_TEST(a_handler_counts_once_for_each_logger_that_has_it)
{
    ringlog_handler *file = file_handler("file");
    start();
    require(ringlog_logger_add_handler(ringlog_root(), file) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), file) == 0); /* twice is once */
    ringlog_info(logger, "1");
    require(ringlog_logger_add_handler(logger, file) == 0); /* the child's and the root's */
    ringlog_info(logger, "2");
    require(ringlog_logger_remove_handler(ringlog_root(), file) == 0);
    require(ringlog_logger_remove_handler(ringlog_root(), file) == 0);
    ringlog_info(logger, "3");
    require(ringlog_logger_remove_handler(logger, file) == 0);
    ringlog_info(logger, "4");
    require(ringlog_flush(5000) == 0);
    ringlog_handler_unref(file);
    require_same_text(read_file("file", NULL), "1\n2\n2\n3\n");
}

/* ---- many records of one call site ---- */

enum { MANY = 2000 };

static void log_many(void)
{
    for (int i = 0; i < MANY; i++)
        ringlog_info(logger, "%d", i);
}

/* "a 0", "b 0", "a 1", "b 1" and so on. */
static void require_turns(const char *path)
{
    FILE *file = fopen(path, "r");
    require(file != NULL);
    char line[32], expected[32];
    for (int i = 0; i < 2 * MANY; i++) {
        snprintf(expected, sizeof expected, "%c %d\n", "ab"[i % 2], i / 2);
        require(fgets(line, sizeof line, file) != NULL);
        require_same_text(line, expected);
    }
    require(fgets(line, sizeof line, file) == NULL);
    fclose(file);
}

PROCESS_TEST(handlers_of_one_file_take_turns_record_by_record)
{
    static const char *const formats[] = {"a %(message)s", "b %(message)s"};
    for (int i = 0; i < 2; i++) {
        ringlog_handler *file = file_handler("file");
        set_format(file, formats[i]);
        attach(ringlog_root(), file);
    }
    start();
    log_many();
    require(ringlog_flush(5000) == 0);
    require_turns("file");
}

PROCESS_TEST(and_so_do_those_of_one_descriptor)
{
    static const char *const formats[] = {"a %(message)s", "b %(message)s"};
    const int fd = open("file", O_CREAT | O_WRONLY, 0600);
    require(fd > 2);
    for (int i = 0; i < 2; i++) {
        ringlog_handler *console;
        const struct ringlog_console_options options = {.fd = fd};
        require(ringlog_console_handler_new(&console, &options) == 0);
        set_format(console, formats[i]);
        attach(ringlog_root(), console);
    }
    start();
    log_many();
    require(ringlog_flush(5000) == 0);
    require_turns("file");
}

PROCESS_TEST(a_line_without_a_field_that_it_needs_leaves_nothing_behind)
{
    ringlog_handler *file = file_handler("file");
    set_format(file, "begins %(user)s %(message)s");
    require(ringlog_logger_add_handler(ringlog_root(), file) == 0);
    start();
    log_many();
    ringlog_info_kv(logger, "with", "user", "ann");
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("file", NULL), "begins ann with\n");
    struct ringlog_handler_counts counts;
    require(ringlog_handler_stats(file, &counts) == 0);
    require(counts.lost == MANY);
    ringlog_handler_unref(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_shows_colours),
        cmocka_unit_test(but_not_when_no_color_is_set),
        cmocka_unit_test(nor_when_the_terminal_is_dumb),
        cmocka_unit_test(nor_when_they_are_not_wanted),
        cmocka_unit_test(a_pipe_shows_none),
        cmocka_unit_test(but_when_they_are_wanted),
        cmocka_unit_test(the_console_refuses_descriptors_that_it_cannot_write_to),
        cmocka_unit_test(lines_of_one_call_site_follow_what_changes),
        cmocka_unit_test(a_handler_of_ones_own_sees_the_whole_record),
        cmocka_unit_test(each_failure_is_counted_and_told_to_on_error),
        cmocka_unit_test(without_on_error_failures_are_reported_on_stderr),
        cmocka_unit_test(a_handler_without_emit_is_refused),
        cmocka_unit_test(a_null_handler_is_a_handler_so_there_is_no_last_resort),
        cmocka_unit_test(formats_are_checked_when_the_formatter_is_made),
        cmocka_unit_test(a_handler_takes_what_reaches_its_level),
        cmocka_unit_test(records_go_up_the_hierarchy_while_they_propagate),
        cmocka_unit_test(a_handler_counts_once_for_each_logger_that_has_it),
        cmocka_unit_test(handlers_of_one_file_take_turns_record_by_record),
        cmocka_unit_test(and_so_do_those_of_one_descriptor),
        cmocka_unit_test(a_line_without_a_field_that_it_needs_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
