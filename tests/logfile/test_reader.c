/* <ringlog/reader.h> by its own words. What it prints is tested through logdump. */
#include "cmocka_first.h"

#include "log_builder.h"
#include "ringlog/reader.h"

#include "record/decode.h"
#include "record/extra.h"

#include <errno.h>
#include <stdio.h>
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

/* ---- lines, many at a time ---- */

/* Two threads, several blocks, a told loss, a block that is damaged, and with it records of a
 * thread that are missing. */
static int new_eventful_file(struct builder *builder)
{
    const int fd = new_file();
    const uint32_t site = builder_site(builder, 20, 0, "number %d %s", "\x01\x08");
    size_t damaged = 0;
    for (int i = 0; i < 6000; i++) {
        builder->thread.number = 1 + (unsigned)(i / 7 % 2);
        put_i32(&builder->fields, i);
        put_text(&builder->fields, "some text of a record", (size_t)i % 20, false);
        assert_int_equal(builder_add(builder, site, i % 100 == 99 ? 40 : 20), 0);
        if (i % 1000 == 999)
            builder_flush(builder);
        if (i == 2999)
            damaged = builder->out.length - 100;
        if (i == 3999)
            rl_logfile_writer_loss(&builder->writer, &builder->thread, 3, builder->time_ns,
                                   builder->time_ns + 10, RL_LOST_FULL, &builder->out);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);
    builder->out.data[damaged] ^= 1;
    append(fd, builder);
    return fd;
}

/* All that the file says, one by one, or with lines many at a time, `step` ns of them. */
static void say_all(int fd, struct rl_buffer *said, int64_t step)
{
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    lseek(fd, 0, SEEK_SET);
    assert_int_equal(ringlog_reader_open_fd(&reader, fd, "test"), 0);
    int kind;
    uint64_t records = 0, calls = 0;
    while ((kind = ringlog_reader_next(reader, &record)) > 0) {
        const char *text;
        size_t length;
        uint64_t count = 1;
        if (kind == RINGLOG_READER_RECORD && step >= 0) {
            const int64_t until_ns = step == INT64_MAX ? INT64_MAX : record->time_ns + step;
            assert_int_equal(ringlog_reader_lines(reader, until_ns, &text, &length, &count), 0);
            rl_buffer_append(said, text, length);
            assert_int_equal(ringlog_reader_message(reader, &text, &length), -EINVAL);
            assert_int_equal(ringlog_reader_lines(reader, 0, &text, &length, &count), -EINVAL);
        } else if (kind == RINGLOG_READER_RECORD) {
            assert_int_equal(ringlog_reader_line(reader, &text, &length), 0);
            rl_buffer_append(said, text, length);
            rl_buffer_append_char(said, '\n');
        } else {
            char item[100];
            snprintf(item, sizeof item, "%d: %llu %llu\n", kind,
                     (unsigned long long)record->missing_records, (unsigned long long)record->lost);
            rl_buffer_append(said, item, strlen(item));
        }
        records += kind == RINGLOG_READER_RECORD ? count : 0;
        calls += kind == RINGLOG_READER_RECORD;
    }
    assert_int_equal(kind, RINGLOG_READER_END);
    assert_int_equal(records, 5000);
    assert_true(step == INT64_MAX ? calls < 50 : step > 1 ? calls < 5000 : calls == 5000);
    ringlog_reader_close(reader);
}

static void lines_come_many_at_a_time_as_one_by_one(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const int fd = new_eventful_file(builder);
    struct rl_buffer expected = {0};
    say_all(fd, &expected, -1);
    static const int64_t steps[] = {INT64_MAX, 0, 1, 5000, 1000000};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct rl_buffer said = {0};
        say_all(fd, &said, steps[i]);
        assert_int_equal(said.length, expected.length);
        assert_memory_equal(said.data, expected.data, said.length);
        rl_buffer_free(&said);
    }
    rl_buffer_free(&expected);
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

/* ---- what is missing ---------------------------------------------------------------------------
 */

static void as_thread(struct builder *builder, uint32_t number, const char *name)
{
    builder->thread.number = number;
    builder->thread.tid = 4710 + (pid_t)number;
    rl_thread_set_name(&builder->thread, name);
}

static void expect_record(ringlog_reader *reader, uint32_t thread, uint64_t thread_sequence)
{
    const struct ringlog_reader_record *record;
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_RECORD);
    assert_int_equal(record->thread_number, thread);
    assert_int_equal(record->thread_sequence, thread_sequence);
}

/* Two threads, of which one is renamed on the way; the second block is lost. */
static void records_that_are_missing_are_named_by_thread(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    size_t second = 0, third = 0;
    for (int i = 0; i < 3; i++) {
        second = i == 1 ? builder->out.length : second;
        third = i == 2 ? builder->out.length : third;
        as_thread(builder, 1, i == 0 ? "early" : "late");
        add_greeting(builder, i);
        as_thread(builder, 2, "other");
        add_greeting(builder, i);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);
    builder->out.data[second + 100] ^= 1;
    assert_true(third > second);
    const int fd = new_file();
    append(fd, builder);

    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    const char *text;
    size_t length;
    assert_int_equal(ringlog_reader_open_fd(&reader, fd, "test"), 0);
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_PROCESS);
    const uint32_t stream = record->stream;
    expect_record(reader, 1, 0);
    expect_record(reader, 2, 0);
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_GAP);
    assert_int_equal(record->missing_records, 1);
    /* A block each; only the first thread's is lost. */
    expect_record(reader, 2, 1);
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_MISSING);
    assert_int_equal(record->stream, stream);
    assert_int_equal(record->thread_number, 1);
    assert_int_equal(record->missing_sequence, 1);
    assert_int_equal(record->missing_records, 1);
    assert_int_equal(ringlog_reader_message(reader, &text, &length), 0);
    assert_memory_equal(text, "record 2 of thread late (4711) is missing", length);
    expect_record(reader, 1, 2);
    expect_record(reader, 2, 2);
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_CLOSED);
    assert_int_equal(record->sequence, 6);
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_END);
    ringlog_reader_close(reader);
    close(fd);
    builder_free(builder);
}

/* ---- times -------------------------------------------------------------------------------------
 */

static void expect_times(int fd, int64_t first_ns, int64_t last_ns)
{
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    int64_t first, last;
    assert_int_equal(ringlog_reader_open_fd(&reader, fd, "test"), 0);
    assert_int_equal(ringlog_reader_times(reader, &first, &last), 0);
    assert_true(first == first_ns && last == last_ns);
    /* It has not moved. */
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_PROCESS);
    ringlog_reader_close(reader);
    lseek(fd, 0, SEEK_SET);
}

static void a_file_tells_from_when_to_when_it_reaches(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const int fd = new_file();
    ringlog_reader *reader;
    int64_t first, last;
    append(fd, builder);
    assert_int_equal(ringlog_reader_open_fd(&reader, fd, "test"), 0);
    assert_int_equal(ringlog_reader_times(reader, &first, &last), -ENODATA);
    ringlog_reader_close(reader);
    const int64_t begin = builder->time_ns;
    int64_t end = 0;
    for (int i = 0; i < 5; i++) {
        builder->time_ns = i == 3 ? begin + INT64_C(7200000000000) : begin + i;
        end = i == 3 ? builder->time_ns : end;
        add_greeting(builder, i);
    }
    append(fd, builder);
    expect_times(fd, begin, end); /* by heads, */
    rl_logfile_writer_end(&builder->writer, &builder->out);
    append(fd, builder);
    expect_times(fd, begin, end); /* by its index, */
    assert_int_equal(pwrite(fd, "\xff", 1, 60), 1);
    assert_int_equal(ringlog_reader_open_fd(&reader, fd, "test"), 0);
    assert_int_equal(ringlog_reader_times(reader, &first, &last), 0);
    assert_true(first == begin && last == end); /* and by what is left */
    ringlog_reader_close(reader);
    close(fd);

    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(ringlog_reader_open_fd(&reader, ends[0], "pipe"), 0);
    assert_int_equal(ringlog_reader_times(reader, &first, &last), -ESPIPE);
    ringlog_reader_close(reader);
    close(ends[0]);
    close(ends[1]);
    builder_free(builder);
}

/* ---- arguments ---------------------------------------------------------------------------------
 */

static void expect_argument(ringlog_reader *reader, size_t *position, const char *key,
                            enum ringlog_value_type type, struct ringlog_reader_argument *argument)
{
    assert_true(ringlog_reader_next_argument(reader, position, argument));
    assert_int_equal(argument->key_length, key == NULL ? 0 : strlen(key));
    if (key != NULL)
        assert_memory_equal(argument->key, key, argument->key_length);
    assert_int_equal(argument->value.type, type);
}

static void arguments_keep_their_types(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site =
        builder_site(builder, 20, 0, "%s took %f ms: %m, %*lld", "\x08\x06\x09\x01\x03");
    put_text(&builder->fields, "/a\nb", 4, false);
    put_f64(&builder->fields, 0.25);
    put_i32(&builder->fields, 2);
    put_i32(&builder->fields, 9);
    put_i64(&builder->fields, INT64_MIN);
    struct rl_record logged = builder_record(builder, site, 20);
    struct rl_buffer context = {0};
    const struct ringlog_extra given = RINGLOG_EXTRA("user", (bool)true);
    rl_extra_append_given(&context, &given);
    logged.extra[RL_EXTRA_CONTEXT] = rl_extra_list(&context);
    assert_int_equal(rl_logfile_writer_add(&builder->writer, &logged, &builder->out), 0);
    builder_flush(builder);
    const int fd = new_file();
    append(fd, builder);

    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    struct ringlog_reader_argument argument;
    size_t position = 0;
    assert_int_equal(ringlog_reader_open_fd(&reader, fd, "test"), 0);
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_PROCESS);
    assert_false(ringlog_reader_next_argument(reader, &position, &argument));
    assert_int_equal(ringlog_reader_next(reader, &record), RINGLOG_READER_RECORD);
    for (int round = 0; round < 2; round++) {
        position = 0;
        expect_argument(reader, &position, NULL, RINGLOG_VALUE_TEXT, &argument);
        assert_int_equal(position, 1);
        assert_memory_equal(argument.value.text, "/a\nb", argument.value.length);
        expect_argument(reader, &position, NULL, RINGLOG_VALUE_REAL, &argument);
        assert_true(argument.value.real == 0.25);
        expect_argument(reader, &position, NULL, RINGLOG_VALUE_INTEGER, &argument);
        assert_int_equal(argument.value.integer, 9);
        expect_argument(reader, &position, NULL, RINGLOG_VALUE_INTEGER, &argument);
        assert_int_equal(position, 4);
        assert_true(argument.value.integer == INT64_MIN);
        expect_argument(reader, &position, "user", RINGLOG_VALUE_BOOL, &argument);
        assert_int_equal(argument.value.natural, 1);
        expect_argument(reader, &position, "errno", RINGLOG_VALUE_INTEGER, &argument);
        assert_int_equal(argument.value.integer, 2);
        assert_false(ringlog_reader_next_argument(reader, &position, &argument));
    }
    /* Back to one in the middle. */
    position = 3;
    expect_argument(reader, &position, NULL, RINGLOG_VALUE_INTEGER, &argument);
    assert_true(argument.value.integer == INT64_MIN);
    ringlog_reader_close(reader);
    close(fd);
    rl_buffer_free(&context);
    builder_free(builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_shows_all_that_is_known_of_it),
        cmocka_unit_test(a_file_that_grows_is_read_on),
        cmocka_unit_test(lines_come_many_at_a_time_as_one_by_one),
        cmocka_unit_test(what_went_wrong_is_told),
        cmocka_unit_test(levels_have_numbers),
        cmocka_unit_test(records_that_are_missing_are_named_by_thread),
        cmocka_unit_test(a_file_tells_from_when_to_when_it_reaches),
        cmocka_unit_test(arguments_keep_their_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
