/* <ringlog/reader.h> by its own words. What it prints is tested through logdump. */
#include "cmocka_first.h"

#include "log_builder.h"
#include "ringlog/reader.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int new_file(void)
{
    const int fd = memfd_create("log", MFD_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

/* Appends what the builder has made since the last time. */
static void append(int fd, struct builder *builder)
{
    const off_t end = lseek(fd, 0, SEEK_END);
    assert_int_equal(pwrite(fd, builder->out.data, builder->out.length, end), builder->out.length);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    builder->out.length = 0;
}

static void add_greeting(struct builder *builder, int number)
{
    const uint32_t site = builder_site(builder, 20, 0, "hello %s, number %d", "\x08\x01");
    put_text(&builder->fields, "w\x1b", 2, false);
    put_i32(&builder->fields, number);
    assert_int_equal(builder_add(builder, site, 20), 0);
    builder_flush(builder);
}

static void a_record_shows_all_that_is_known_of_it(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const int64_t time_ns = builder->time_ns;
    add_greeting(builder, 5);
    const int fd = new_file();
    append(fd, builder);
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    assert_int_equal(ringlog_reader_open_fd(&reader, fd, "test"), 0);
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_PROCESS);
    assert_int_equal(record->process, 4242);
    assert_string_equal(record->process_name, "MainProcess");
    assert_string_equal(record->host, "testhost");
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_RECORD);
    assert_int_equal(record->level, 20);
    assert_string_equal(record->level_name, "INFO");
    assert_true(record->time_ns == time_ns);
    assert_string_equal(record->logger, "net.http");
    assert_string_equal(record->file, "src/server.c");
    assert_string_equal(record->function, "serve");
    assert_string_equal(record->format, "hello %s, number %d");
    assert_int_equal(record->line, 42);
    assert_int_equal(record->thread, 4711);
    assert_string_equal(record->thread_name, "main");
    assert_null(record->exception_text);

    const char *text;
    size_t length;
    assert_int_equal(ringlog_reader_message(reader, &text, &length), 0);
    assert_int_equal(length, strlen("hello w\\x1b, number 5"));
    assert_memory_equal(text, "hello w\\x1b, number 5", length);
    const struct ringlog_formatter_options format = {.format = "%(levelname)-8s|%(message)s"};
    assert_int_equal(ringlog_reader_set_format(reader, &format), 0);
    assert_int_equal(ringlog_reader_line(reader, &text, &length), 0);
    assert_memory_equal(text, "INFO    |hello w\\x1b, number 5", length);
    /* A format that changes in the middle takes effect at once. */
    const struct ringlog_formatter_options raw = {.format = "%(message)s", .raw = true};
    assert_int_equal(ringlog_reader_set_format(reader, &raw), 0);
    assert_int_equal(ringlog_reader_line(reader, &text, &length), 0);
    assert_int_equal(length, strlen("hello w\x1b, number 5"));
    assert_memory_equal(text, "hello w\x1b, number 5", length);
    ringlog_reader_close(reader);
    close(fd);
    builder_free(builder);
}

static void a_file_that_grows_is_read_on(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const int fd = new_file();
    append(fd, builder);
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    assert_int_equal(ringlog_reader_open_fd(&reader, fd, "test"), 0);
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_PROCESS);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_END);
        add_greeting(builder, i);
        const off_t stood = lseek(fd, 0, SEEK_CUR);
        append(fd, builder);
        lseek(fd, stood, SEEK_SET);
        assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_RECORD);
        assert_int_equal(record->sequence, i);
    }
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_END);
    assert_int_equal(ringlog_reader_position(reader), ringlog_reader_size(reader));
    ringlog_reader_close(reader);
    close(fd);
    builder_free(builder);
}

static void what_went_wrong_is_told(void **state)
{
    (void)state;
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    const char *text;
    size_t length;
    assert_int_equal(ringlog_reader_open(&reader, "/nonexistent"), -ENOENT);
    assert_null(reader);
    assert_string_equal(ringlog_last_error(), "/nonexistent: No such file or directory");
    assert_int_equal(ringlog_reader_open(&reader, "/"), -EISDIR);
    ringlog_reader_close(NULL);

    const int fd = new_file();
    assert_int_equal(ringlog_reader_open_fd(&reader, fd, "nothing"), 0);
    const struct ringlog_formatter_options bad = {.format = "%(message)s %()s"};
    assert_int_equal(ringlog_reader_set_format(reader, &bad), -EINVAL);
    assert_non_null(strstr(ringlog_last_error(), "byte 14"));
    assert_int_equal(ringlog_reader_message(reader, &text, &length), -EINVAL);
    assert_int_equal(ringlog_reader_line(reader, &text, &length), -EINVAL);
    assert_int_equal(ringlog_reader_next(reader, &record), -ENODATA);
    assert_string_equal(ringlog_last_error(), "nothing: is empty");
    const struct ringlog_reader_selection late = {.level = 30};
    assert_int_equal(ringlog_reader_select(reader, &late), -EBUSY);
    ringlog_reader_close(reader);
    close(fd);
}

static void levels_have_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int level;
    } known[] = {{"DEBUG", 10}, {"info", 20},  {"Warn", 30},    {"warning", 30},
                 {"ERROR", 40}, {"FATAL", 50}, {"NOTSET", 0},   {"Level 25", 25},
                 {"-7", -7},    {"0", 0},      {"CRITICAL", 50}};
    int level;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(ringlog_reader_parse_level(known[i].name, &level), 0);
        assert_int_equal(level, known[i].level);
    }
    const char *const unknown[] = {"", "LOUD", "12x", "99999999999", "level", "INFO "};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(ringlog_reader_parse_level(unknown[i], &level), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_shows_all_that_is_known_of_it),
        cmocka_unit_test(a_file_that_grows_is_read_on),
        cmocka_unit_test(what_went_wrong_is_told),
        cmocka_unit_test(levels_have_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
