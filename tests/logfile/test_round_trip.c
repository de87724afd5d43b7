#include "cmocka_first.h"

#include "log_builder.h"
#include "logfile/read.h"
#include "ringlog/detail/field.h"
#include "ringlog/detail/site.h"

#include <errno.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define I32 "\x01"
#define U32 "\x02"
#define I64 "\x03"
#define U64 "\x04"
#define PTR "\x05"
#define F64 "\x06"
#define F80 "\x07"
#define STR "\x08"
#define ERR "\x09"

static int memory_file(const void *bytes, size_t length)
{
    const int fd = memfd_create("log", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), length);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

struct log {
    struct rl_logfile_reader reader;
    int fd;
};

static void log_open(struct log *log, const struct builder *builder)
{
    log->fd = memory_file(builder->out.data, builder->out.length);
    rl_logfile_reader_init(&log->reader, log->fd);
}

static void log_close(struct log *log)
{
    rl_logfile_reader_free(&log->reader);
    close(log->fd);
}

/* The next record must be this one, as it was written. */
static void expect_record(struct log *log, const struct rl_record *expected)
{
    int item;
    while ((item = rl_logfile_reader_next(&log->reader)) == RL_ITEM_STREAM)
        ;
    assert_int_equal(item, RL_ITEM_RECORD);
    const struct rl_record *record = &log->reader.record;
    assert_int_equal(record->level, expected->level);
    assert_true(record->time_ns == expected->time_ns);
    assert_string_equal(record->logger_name, expected->logger_name);
    assert_int_equal(record->thread->number, expected->thread->number);
    assert_int_equal(record->thread->tid, expected->thread->tid);
    assert_string_equal(record->thread->name, expected->thread->name);
    assert_int_equal(record->fields_bytes, expected->fields_bytes);
    if (expected->fields_bytes != 0)
        assert_memory_equal(record->fields, expected->fields, expected->fields_bytes);
    assert_string_equal(rl_site_format(record->site), rl_site_format(expected->site));
    assert_string_equal(rl_site_file(record->site), rl_site_file(expected->site));
    assert_string_equal(rl_site_function(record->site), rl_site_function(expected->site));
    assert_int_equal(record->site->line, expected->site->line);
    /* A run-time level is a level in a file, and no field. */
    assert_int_equal(record->site->flags,
                     expected->site->flags & ~(unsigned)RINGLOG_SITE_RUNTIME_LEVEL_);
    assert_int_equal(record->exception_text == NULL, expected->exception_text == NULL);
    assert_int_equal(record->exception_length, expected->exception_length);
    assert_int_equal(record->stack_length, expected->stack_length);
    if (expected->exception_length != 0)
        assert_memory_equal(record->exception_text, expected->exception_text,
                            expected->exception_length);
    if (expected->stack_length != 0)
        assert_memory_equal(record->stack_text, expected->stack_text, expected->stack_length);
}

static void expect_end(struct log *log)
{
    const int item = rl_logfile_reader_next(&log->reader);
    if (item == RL_ITEM_CLOSED)
        assert_int_equal(rl_logfile_reader_next(&log->reader), RL_ITEM_END);
    else
        assert_int_equal(item, RL_ITEM_END);
    assert_int_equal(rl_logfile_reader_next(&log->reader), RL_ITEM_END);
}

/* Writes the record alone, and reads it. */
static void round_trip(struct builder *builder, const struct rl_record *record)
{
    assert_int_equal(rl_logfile_writer_add(&builder->writer, record, &builder->out), 0);
    rl_logfile_writer_end(&builder->writer, &builder->out);
    struct log log;
    log_open(&log, builder);
    expect_record(&log, record);
    expect_end(&log);
    assert_true(log.reader.stream->ended);
    log_close(&log);
}

static void every_kind_of_field_comes_back(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "%d %u %ld %lu %p %f %Lf %s %m",
                                       I32 U32 I64 U64 PTR F64 F80 STR ERR);
    struct fields *fields = &builder->fields;
    put_i32(fields, INT32_MIN);
    put_i32(fields, -1);
    put_i64(fields, INT64_MIN);
    put_u64(fields, UINT64_MAX);
    put_u64(fields, 0x7fff12345678);
    put_f64(fields, -DBL_MIN / 3);
    put_f80(fields, LDBL_MAX);
    put_text(fields, "a\0b\n\x1b[31m", 9, false);
    put_i32(fields, ENOSPC);
    const struct rl_record record = builder_record(builder, site, 20);
    round_trip(builder, &record);
    builder_free(builder);
}

static void null_cut_empty_and_huge_strings_come_back(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "%s%s%s%s", STR STR STR STR);
    char *huge = malloc(500 * 1024);
    memset(huge, 'h', 500 * 1024);
    put_text(&builder->fields, NULL, 0, false);
    put_text(&builder->fields, "cut", 3, true);
    put_text(&builder->fields, "", 0, false);
    put_text(&builder->fields, huge, 500 * 1024, false);
    const struct rl_record record = builder_record(builder, site, 20);
    round_trip(builder, &record);
    free(huge);
    builder_free(builder);
}

static void thirty_two_arguments_come_back(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    char codes[33] = {0};
    for (int i = 0; i < 32; i++) {
        codes[i] = i % 2 ? RINGLOG_FIELD_I32 : RINGLOG_FIELD_F64;
        if (i % 2)
            put_i32(&builder->fields, i * 1000003);
        else
            put_f64(&builder->fields, i / 7.0);
    }
    const uint32_t site = builder_site(builder, 20, 0, "many", codes);
    const struct rl_record record = builder_record(builder, site, 20);
    round_trip(builder, &record);
    builder_free(builder);
}

static void a_run_time_level_comes_back(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 0, RINGLOG_SITE_RUNTIME_LEVEL_, "%d", I32 I32);
    put_i32(&builder->fields, 5);
    const struct rl_record record = builder_record(builder, site, INT32_MIN);
    round_trip(builder, &record);
    builder_free(builder);
}

static void an_event_comes_back_with_its_texts(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 40, RL_SITE_EVENT, "%s", STR I64 STR STR);
    put_text(&builder->fields, "it broke", 8, false);
    put_i64(&builder->fields, 77);
    const size_t exception_at = builder->fields.length + 4;
    put_text(&builder->fields, "Traceback\nValueError: 1", 23, false);
    const size_t stack_at = builder->fields.length + 4;
    put_text(&builder->fields, "Stack\nmain", 10, false);
    struct rl_record record = builder_record(builder, site, 40);
    record.exception_text = (const char *)builder->fields.bytes + exception_at;
    record.exception_length = 23;
    record.stack_text = (const char *)builder->fields.bytes + stack_at;
    record.stack_length = 10;
    round_trip(builder, &record);
    builder_free(builder);
}

static void texts_beside_the_fields_come_back(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 40, 0, "plain", "");
    struct rl_record record = builder_record(builder, site, 40);
    record.exception_text = "E";
    record.exception_length = 1;
    record.stack_text = "";
    round_trip(builder, &record);
    builder_free(builder);
}

static void sites_without_id_are_told_apart_by_content(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t sites[2] = {builder_site(builder, 20, 0, "one", ""),
                               builder_site(builder, 20, 0, "two", "")};
    struct rl_record records[2];
    for (int i = 0; i < 2; i++) {
        records[i] = builder_record(builder, sites[i], 20);
        records[i].site_id = 0;
    }
    for (int i = 0; i < 10; i++)
        assert_int_equal(rl_logfile_writer_add(&builder->writer, &records[i % 2], &builder->out),
                         0);
    builder_flush(builder);
    assert_int_equal(builder->writer.transients.count, 2);
    struct log log;
    log_open(&log, builder);
    for (int i = 0; i < 10; i++)
        expect_record(&log, &records[i % 2]);
    expect_end(&log);
    log_close(&log);
    builder_free(builder);
}

static void a_thread_that_is_renamed_keeps_its_old_name_on_old_records(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "x", "");
    assert_int_equal(builder_add(builder, site, 20), 0);
    rl_thread_set_name(&builder->thread, "worker");
    assert_int_equal(builder_add(builder, site, 20), 0);
    builder_flush(builder);
    struct log log;
    log_open(&log, builder);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_STREAM);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_RECORD);
    assert_string_equal(log.reader.record.thread->name, "main");
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_RECORD);
    assert_string_equal(log.reader.record.thread->name, "worker");
    assert_int_equal(log.reader.thread_sequence, 1); /* counted under all its names */
    expect_end(&log);
    log_close(&log);
    builder_free(builder);
}

/* A signal handler's records come with the name that its ring was told, which may have been another
 * time. */
static void a_name_that_was_given_twice_is_one_name(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "x", "");
    struct rl_thread other = builder->thread;
    rl_thread_set_name(&other, "worker");
    rl_thread_set_name(&other, "main");
    const struct rl_thread first = builder->thread;
    for (int i = 0; i < 100; i++) {
        builder->thread = i % 2 == 0 ? first : other;
        assert_int_equal(builder_add(builder, site, 20), 0);
    }
    assert_int_equal(builder->writer.thread_ids, 1);
    builder_free(builder);
}

static void one_site_may_log_to_many_loggers(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "x", "");
    const char *names[] = {"a", "b.c", "root"};
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 3; i++) {
            builder->logger = names[i];
            builder->logger_id = (uint16_t)(i * 30000);
            assert_int_equal(builder_add(builder, site, 20), 0);
        }
        builder_flush(builder);
    }
    struct log log;
    log_open(&log, builder);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_STREAM);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_RECORD);
        assert_string_equal(log.reader.record.logger_name, names[i % 3]);
        assert_int_equal(log.reader.sequence, i);
    }
    expect_end(&log);
    log_close(&log);
    builder_free(builder);
}

static void times_may_go_backwards(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "x", "");
    const int64_t times[] = {5, INT64_MIN, INT64_MAX, 0, -1};
    for (int i = 0; i < 5; i++) {
        builder->time_ns = times[i];
        const struct rl_record record = builder_record(builder, site, 20);
        assert_int_equal(rl_logfile_writer_add(&builder->writer, &record, &builder->out), 0);
    }
    builder_flush(builder);
    struct log log;
    log_open(&log, builder);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_STREAM);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_RECORD);
        assert_true(log.reader.record.time_ns == times[i]);
    }
    assert_true(log.reader.block.least_time_ns == INT64_MIN);
    assert_true(log.reader.block.greatest_time_ns == INT64_MAX);
    expect_end(&log);
    log_close(&log);
    builder_free(builder);
}

static void a_told_loss_comes_back_between_its_neighbours(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "x", "");
    builder_add(builder, site, 20);
    assert_int_equal(rl_logfile_writer_loss(&builder->writer, &builder->thread, 17, 100, 200,
                                            RL_LOST_FULL, &builder->out),
                     0);
    assert_int_equal(
        rl_logfile_writer_loss(&builder->writer, NULL, 1, 1, 2, RL_LOST_MEMORY, &builder->out), 0);
    rl_logfile_writer_clock(&builder->writer, 1, 2, &builder->out);
    builder_add(builder, site, 20);
    builder_flush(builder);
    struct log log;
    log_open(&log, builder);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_STREAM);
    assert_string_equal(log.reader.stream->host, "testhost");
    assert_int_equal(log.reader.stream->pid, 4242);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_RECORD);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_LOSS);
    assert_int_equal(log.reader.loss.count, 17);
    assert_int_equal(log.reader.loss.from_ns, 100);
    assert_int_equal(log.reader.loss.to_ns, 200);
    assert_int_equal(log.reader.loss.reason, RL_LOST_FULL);
    assert_string_equal(log.reader.loss.thread->name, "main");
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_LOSS);
    assert_null(log.reader.loss.thread);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_CLOCK);
    assert_int_equal(log.reader.stream->clock_time_ns, 1);
    assert_int_equal(log.reader.stream->clock_monotonic_ns, 2);
    const struct rl_stream *stream = log.reader.stream;
    assert_int_equal(log.reader.clock_step_ns, -1 - (stream->time_ns - stream->monotonic_ns));
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_RECORD);
    assert_int_equal(log.reader.sequence, 1);
    expect_end(&log);
    log_close(&log);
    builder_free(builder);
}

/* Many blocks, sites, threads and loggers; every record numbered. */
static void a_hundred_thousand_records_come_back_in_order(void **state)
{
    (void)state;
    enum { RECORDS = 100000 };
    struct builder *builder = builder_new(1);
    uint32_t sites[200];
    char format[32];
    for (int i = 0; i < 200; i++) {
        snprintf(format, sizeof format, "site %d: %%d %%s", i);
        sites[i] = builder_site(builder, i % 5 * 10 + 10, 0, format, I32 STR);
    }
    srand(1);
    for (int i = 0; i < RECORDS; i++) {
        const int site = rand() % 200;
        builder->thread.number = 1 + (uint32_t)(rand() % 9);
        builder->thread.tid = (pid_t)builder->thread.number + 100;
        put_i32(&builder->fields, i);
        put_text(&builder->fields, "0123456789abcdef", (size_t)(rand() % 17), false);
        assert_int_equal(builder_add(builder, sites[site], site % 5 * 10 + 10), 0);
        if (rand() % 5000 == 0)
            builder_flush(builder);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);
    struct log log;
    log_open(&log, builder);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_STREAM);
    srand(1);
    for (int i = 0; i < RECORDS; i++) {
        assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_RECORD);
        const int site = rand() % 200;
        snprintf(format, sizeof format, "site %d: %%d %%s", site);
        assert_string_equal(rl_site_format(log.reader.record.site), format);
        assert_int_equal(log.reader.record.thread->number, 1 + rand() % 9);
        assert_int_equal(log.reader.record.thread->tid, log.reader.record.thread->number + 100);
        int32_t number;
        memcpy(&number, log.reader.record.fields, sizeof number);
        assert_int_equal(number, i);
        assert_int_equal(log.reader.record.fields_bytes, 8 + rand() % 17);
        assert_int_equal(log.reader.sequence, i);
        (void)(rand() % 5000);
    }
    expect_end(&log);
    log_close(&log);
    builder_free(builder);
}

static void a_record_that_does_not_fit_its_site_is_refused(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "%d %s", I32 STR);
    put_i32(&builder->fields, 1);
    assert_int_equal(builder_add(builder, site, 20), -EINVAL);
    put_i32(&builder->fields, 1);
    put_i32(&builder->fields, 100);
    assert_int_equal(builder_add(builder, site, 20), -EINVAL);
    struct rl_record record = builder_record(builder, site, 20);
    record.fields_bytes = RL_BLOCK_MOST;
    assert_int_equal(rl_logfile_writer_add(&builder->writer, &record, &builder->out), -EMSGSIZE);
    put_i32(&builder->fields, 1);
    put_text(&builder->fields, "fits", 4, false);
    assert_int_equal(builder_add(builder, site, 20), 0);
    builder_flush(builder);
    struct log log;
    log_open(&log, builder);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_STREAM);
    assert_int_equal(rl_logfile_reader_next(&log.reader), RL_ITEM_RECORD);
    assert_int_equal(log.reader.sequence, 0);
    expect_end(&log);
    log_close(&log);
    builder_free(builder);
}

/* As rings do: the padding is not part of the record, and does not come back. */
static void padding_behind_the_fields_is_left_out(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "%d", I32);
    put_i32(&builder->fields, 1);
    struct rl_record record = builder_record(builder, site, 20);
    record.fields_bytes = 8;
    assert_int_equal(rl_logfile_writer_add(&builder->writer, &record, &builder->out), 0);
    builder_flush(builder);
    record.fields_bytes = 12;
    assert_int_equal(rl_logfile_writer_add(&builder->writer, &record, &builder->out), -EINVAL);
    struct log log;
    log_open(&log, builder);
    record.fields_bytes = 4;
    expect_record(&log, &record);
    expect_end(&log);
    log_close(&log);
    builder_free(builder);
}

/* A program that logs pieces of a log file must not be able to plant blocks in its own. */
static void the_magic_occurs_in_no_payload(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "%s%s", STR STR);
    char masked[2 * RL_BLOCK_MAGIC_BYTES];
    for (int i = 0; i < 2 * RL_BLOCK_MAGIC_BYTES; i++)
        masked[i] =
            (char)(RL_BLOCK_MAGIC[i % RL_BLOCK_MAGIC_BYTES] ^ (i < RL_BLOCK_MAGIC_BYTES ? 0 : 1));
    put_text(&builder->fields, masked, sizeof masked, false);
    put_text(&builder->fields, "harmless", 8, false);
    const struct rl_record record = builder_record(builder, site, 20);
    assert_int_equal(rl_logfile_writer_add(&builder->writer, &record, &builder->out), 0);
    builder_flush(builder);
    unsigned found = 0;
    const unsigned char *bytes = (const unsigned char *)builder->out.data;
    for (size_t at = 0; at < builder->out.length; at++, found++)
        at += rl_block_search(bytes + at, builder->out.length - at);
    assert_int_equal(found, 2 + 1); /* two blocks, and the end */
    struct log log;
    log_open(&log, builder);
    expect_record(&log, &record);
    expect_end(&log);
    log_close(&log);
    builder_free(builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_field_comes_back),
        cmocka_unit_test(null_cut_empty_and_huge_strings_come_back),
        cmocka_unit_test(thirty_two_arguments_come_back),
        cmocka_unit_test(a_run_time_level_comes_back),
        cmocka_unit_test(an_event_comes_back_with_its_texts),
        cmocka_unit_test(texts_beside_the_fields_come_back),
        cmocka_unit_test(sites_without_id_are_told_apart_by_content),
        cmocka_unit_test(a_thread_that_is_renamed_keeps_its_old_name_on_old_records),
        cmocka_unit_test(a_name_that_was_given_twice_is_one_name),
        cmocka_unit_test(one_site_may_log_to_many_loggers),
        cmocka_unit_test(times_may_go_backwards),
        cmocka_unit_test(a_told_loss_comes_back_between_its_neighbours),
        cmocka_unit_test(a_hundred_thousand_records_come_back_in_order),
        cmocka_unit_test(a_record_that_does_not_fit_its_site_is_refused),
        cmocka_unit_test(padding_behind_the_fields_is_left_out),
        cmocka_unit_test(the_magic_occurs_in_no_payload),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    builder_zstd_level = 3;
    return failed + cmocka_run_group_tests_name("compressed", tests, NULL, NULL);
}
