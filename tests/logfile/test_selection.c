/* What is not selected is not read: shown by logs in which that could not be read. */
#include "cmocka_first.h"

#include "log_builder.h"
#include "logfile/block.h"
#include "logfile/read.h"
#include "read_all.h"
#include "record/extra.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Forty blocks, of which the twentieth has the only ERROR and the only record of the logger "rare".
 * The definition of its site stands in a block that is not wanted. */
static size_t make_mostly_unwanted(char **bytes, int64_t seed)
{
    struct builder *builder = builder_new(seed);
    const uint32_t common = builder_site(builder, 20, 0, "common %d", "\x01");
    const uint32_t rare = builder_site(builder, 10, 0, "rare %d", "\x01");
    for (int block = 0; block < 40; block++) {
        for (int i = 0; i < 500; i++) {
            put_i32(&builder->fields, scrambled(i));
            assert_int_equal(builder_add(builder, common, 20), 0);
        }
        if (block == 3 || block == 4) {
            put_i32(&builder->fields, block);
            assert_int_equal(builder_add(builder, rare, 10), 0);
        }
        if (block == 20) {
            builder->logger_id = 9;
            builder->logger = "rare";
            put_i32(&builder->fields, block);
            assert_int_equal(builder_add(builder, rare, 40), 0);
            builder->logger_id = 3;
            builder->logger = "net.http";
        }
        builder_flush(builder);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);
    const size_t length = builder->out.length;
    *bytes = malloc(length);
    memcpy(*bytes, builder->out.data, length);
    builder_free(builder);
    return length;
}

enum spoiled { BODIES, ALL, INDEX };

/* Makes parts of a log unreadable: bodies of blocks without an ERROR, or all of these blocks, or
 * the index. */
static void spoil(char *bytes, size_t length, enum spoiled what)
{
    struct rl_block block;
    size_t next;
    for (size_t at = 0; at < length; at = next) {
        assert_true(rl_block_parse((const unsigned char *)bytes + at, &block));
        next = at + (size_t)rl_block_bytes(block.payload_bytes);
        const size_t head = at + rl_block_head(&block);
        const bool unwanted =
            block.kind == RL_BLOCK_RECORDS && (block.level_mask & rl_level_bit(40)) == 0;
        if (what == INDEX && block.kind == RL_BLOCK_INDEX) {
            bytes[head + 5] ^= 1; /* sound and wrong */
            rl_block_put_checksums((unsigned char *)bytes + at, &block);
        }
        if (what == BODIES && unwanted)
            memset(bytes + head, 0x55, (next - head) / 2);
        if (what == ALL && unwanted)
            memset(bytes + at, 0x55, next - at);
    }
}

static const struct rl_selection errors = {.by_level = true, .level = 40};

/* Finds it so often, and at most so many gaps. */
static void find_the_rare_one(int fd, const struct rl_selection *selection, int times, int gaps)
{
    struct rl_logfile_reader reader;
    rl_logfile_reader_init(&reader, fd);
    reader.selection = *selection;
    int item, found = 0;
    while ((item = rl_logfile_reader_next(&reader)) > 0) {
        if (item == RL_ITEM_STREAM || item == RL_ITEM_CLOSED || (item == RL_ITEM_GAP && gaps-- > 0))
            continue;
        assert_int_equal(item, RL_ITEM_RECORD);
        assert_string_equal(rl_site_format(reader.record.site), "rare %d");
        assert_int_equal(reader.sequence, 20 * 500 + 2 + 500);
        found++;
    }
    assert_int_equal(item, RL_ITEM_END);
    assert_int_equal(found, times);
    rl_logfile_reader_free(&reader);
    close(fd);
}

static void expect_the_rare_one(int fd, const struct rl_selection *selection, int times)
{
    find_the_rare_one(fd, selection, times, 0);
}

/* From a pipe, which cannot be jumped over. */
static void expect_the_rare_one_in_a_pipe(const char *bytes, size_t length)
{
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        _exit(write(ends[1], bytes, length) == (ssize_t)length ? 0 : 1);
    }
    close(ends[1]);
    expect_the_rare_one(ends[0], &errors, 1);
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

/* The END block is cut off, so there is no index. */
static void bodies_that_are_not_wanted_are_not_looked_at(void **state)
{
    (void)state;
    static const char *const names[] = {"rare"};
    const struct rl_selection by_logger = {.by_logger = true, .loggers = names, .logger_count = 1};
    char *bytes;
    size_t length = make_mostly_unwanted(&bytes, 1);
    spoil(bytes, length, BODIES);
    length -= (size_t)rl_block_bytes(RL_END_PAYLOAD);
    expect_the_rare_one(memory_file(bytes, length), &errors, 1);
    expect_the_rare_one(memory_file(bytes, length), &by_logger, 1);
    expect_the_rare_one_in_a_pipe(bytes, length);
    free(bytes);
}

static void blocks_that_the_index_knows_are_not_looked_at(void **state)
{
    (void)state;
    char *bytes;
    const size_t length = make_mostly_unwanted(&bytes, 1);
    expect_the_rare_one(memory_file(bytes, length), &errors, 1);
    spoil(bytes, length, ALL);
    expect_the_rare_one(memory_file(bytes, length), &errors, 1);
    free(bytes);
}

static void an_index_that_is_wrong_is_done_without(void **state)
{
    (void)state;
    char *bytes;
    const size_t length = make_mostly_unwanted(&bytes, 1);
    spoil(bytes, length, INDEX);
    expect_the_rare_one(memory_file(bytes, length), &errors, 1);
    free(bytes);
}

/* Any bit of the index and of the END block behind it. */
static void an_index_that_is_damaged_hides_nothing(void **state)
{
    (void)state;
    char *bytes;
    const size_t length = make_mostly_unwanted(&bytes, 1);
    struct rl_block block = {0};
    size_t at = 0;
    for (; block.kind != RL_BLOCK_INDEX; at += (size_t)rl_block_bytes(block.payload_bytes))
        assert_true(rl_block_parse((const unsigned char *)bytes + at, &block));
    at -= (size_t)rl_block_bytes(block.payload_bytes);
    for (size_t bit = at * 8; bit < length * 8; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        find_the_rare_one(memory_file(bytes, length), &errors, 1, 1);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    free(bytes);
}

/* One log behind another: each has its index, and the definitions of its own. */
static void an_index_for_each_stream(void **state)
{
    (void)state;
    char *one, *other;
    const size_t one_length = make_mostly_unwanted(&one, 1);
    const size_t other_length = make_mostly_unwanted(&other, 2);
    char *both = malloc(one_length + other_length);
    memcpy(both, one, one_length);
    memcpy(both + one_length, other, other_length);
    spoil(both, one_length + other_length, ALL);
    expect_the_rare_one(memory_file(both, one_length + other_length), &errors, 2);
    free(both);
    free(other);
    free(one);
}

/* A log behind itself: the ids of both are of one stream, and the index is not believed. */
static void a_stream_that_comes_twice_has_no_index(void **state)
{
    (void)state;
    char *bytes;
    const size_t length = make_mostly_unwanted(&bytes, 1);
    bytes = realloc(bytes, 2 * length);
    memcpy(bytes + length, bytes, length);
    expect_the_rare_one(memory_file(bytes, 2 * length), &errors, 2);
    free(bytes);
}

/* Blocks of another process between those of one make its distances wrong. */
static void an_index_of_interleaved_streams_is_done_without(void **state)
{
    (void)state;
    char *bytes, *other;
    const size_t length = make_mostly_unwanted(&bytes, 1);
    const size_t other_length = make_mostly_unwanted(&other, 2);
    struct rl_block block;
    size_t at = 0;
    for (int i = 0; i < 10; i++) {
        assert_true(rl_block_parse((const unsigned char *)bytes + at, &block));
        at += (size_t)rl_block_bytes(block.payload_bytes);
    }
    char *both = malloc(length + other_length);
    memcpy(both, bytes, at);
    memcpy(both + at, other, other_length);
    memcpy(both + at + other_length, bytes + at, length - at);
    expect_the_rare_one(memory_file(both, length + other_length), &errors, 2);
    free(both);
    free(other);
    free(bytes);
}

static int count_losses(const struct builder *builder, int64_t since_ns)
{
    struct rl_logfile_reader reader;
    rl_logfile_reader_init(&reader, memory_file(builder->out.data, builder->out.length));
    reader.selection =
        (struct rl_selection){.by_time = true, .since_ns = since_ns, .until_ns = INT64_MAX};
    int item, losses = 0;
    while ((item = rl_logfile_reader_next(&reader)) > 0)
        losses += item == RL_ITEM_LOSS;
    assert_int_equal(item, RL_ITEM_END);
    close(reader.scan.input.fd);
    rl_logfile_reader_free(&reader);
    return losses;
}

/* With an index and without one. */
static void a_loss_is_told_if_it_was_at_a_selected_time(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    rl_logfile_writer_loss(&builder->writer, &builder->thread, 1, 100, 200, RL_LOST_FULL,
                           &builder->out);
    const uint32_t site = builder_site(builder, 20, 0, "one", "");
    assert_int_equal(builder_add(builder, site, 20), 0);
    builder_flush(builder);
    for (int closed = 0; closed < 2; closed++) {
        assert_int_equal(count_losses(builder, 150), 1);
        assert_int_equal(count_losses(builder, 200), 1);
        assert_int_equal(count_losses(builder, 201), 0);
        if (!closed)
            rl_logfile_writer_end(&builder->writer, &builder->out);
    }
    builder_free(builder);
}

/* By the index and without one; what lies in front of them cannot be read. */
static void only_the_last_records_are_read(void **state)
{
    (void)state;
    enum { LAST = 600, BLOCK = 501, EVERY = 40 * 500 + 3 };
    char *bytes;
    const size_t length = make_mostly_unwanted(&bytes, 1);
    for (int closed = 0; closed < 2; closed++) {
        struct rl_logfile_reader reader;
        struct rl_block first;
        assert_true(rl_block_parse((const unsigned char *)bytes, &first));
        const size_t second = (size_t)rl_block_bytes(first.payload_bytes);
        memset(bytes + second + 300, 0x55, 16); /* in the body of the first records */
        const int fd =
            memory_file(bytes, closed ? length : length - (size_t)rl_block_bytes(RL_END_PAYLOAD));
        rl_logfile_reader_init(&reader, fd);
        reader.selection = (struct rl_selection){.by_end = true, .last_records = LAST};
        uint64_t next = 0, given = 0;
        int item;
        while ((item = rl_logfile_reader_next(&reader)) > 0) {
            assert_int_not_equal(item, RL_ITEM_GAP);
            if (item != RL_ITEM_RECORD)
                continue;
            assert_true(given == 0 || reader.sequence == next);
            next = reader.sequence + 1;
            given++;
        }
        assert_int_equal(item, RL_ITEM_END);
        assert_int_equal(next, EVERY);
        assert_true(given >= LAST && given < LAST + BLOCK);
        rl_logfile_reader_free(&reader);
        close(fd);
    }
    free(bytes);
}

/* Records of a refused site lie between those that are taken: fields, numbers and texts beside them
 * stay each with its own. */
static void what_is_passed_over_moves_nothing(void **state)
{
    (void)state;
    enum { RECORDS = 600 };
    struct builder *builder = builder_new(1);
    const uint32_t sites[] = {builder_site(builder, 20, 0, "refused %d", "\x01"),
                              builder_site(builder, 40, 0, "taken %d", "\x01")};
    for (int i = 0; i < RECORDS; i++) {
        const uint32_t any = (uint32_t)scrambled(i);
        struct rl_buffer context = {0};
        const struct ringlog_extra number = RINGLOG_EXTRA("number", i);
        rl_extra_append_given(&context, &number);
        builder->thread.number = 1 + any / 8 % 2;
        put_i32(&builder->fields, i);
        struct rl_record record =
            builder_record(builder, sites[any % 4 == 0], any % 4 == 0 ? 40 : 20);
        if (any % 3 == 0)
            record.extra[RL_EXTRA_CONTEXT] = rl_extra_list(&context);
        assert_int_equal(rl_logfile_writer_add(&builder->writer, &record, &builder->out), 0);
        builder->fields.length = 0;
        rl_buffer_free(&context);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);

    struct rl_logfile_reader reader;
    const int fd = memory_file(builder->out.data, builder->out.length);
    rl_logfile_reader_init(&reader, fd);
    reader.selection = errors;
    int item, taken = 0;
    uint64_t of_thread[2] = {0};
    while ((item = rl_logfile_reader_next(&reader)) > 0) {
        if (item != RL_ITEM_RECORD)
            continue;
        int i = (int)reader.sequence;
        assert_int_equal(rl_load_u32(reader.record.fields), i);
        assert_int_equal((uint32_t)scrambled(i) % 4, 0);
        struct rl_value value = {0};
        assert_int_equal(rl_record_extra(&reader.record, "number", 6, &value),
                         (uint32_t)scrambled(i) % 3 == 0);
        if ((uint32_t)scrambled(i) % 3 == 0)
            assert_int_equal(value.as.bits, i);
        uint64_t before = 0; /* records of the thread */
        while (i-- > 0)
            before += 1 + (uint32_t)scrambled(i) / 8 % 2 == reader.record.thread->number;
        assert_int_equal(reader.thread_sequence, before);
        assert_true(before >= of_thread[reader.record.thread->number - 1]);
        of_thread[reader.record.thread->number - 1] = before;
        taken++;
    }
    assert_int_equal(item, RL_ITEM_END);
    assert_true(taken > RECORDS / 10);
    rl_logfile_reader_free(&reader);
    close(fd);
    builder_free(builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_that_are_not_wanted_are_not_looked_at),
        cmocka_unit_test(blocks_that_the_index_knows_are_not_looked_at),
        cmocka_unit_test(an_index_that_is_wrong_is_done_without),
        cmocka_unit_test(an_index_that_is_damaged_hides_nothing),
        cmocka_unit_test(an_index_for_each_stream),
        cmocka_unit_test(only_the_last_records_are_read),
        cmocka_unit_test(what_is_passed_over_moves_nothing),
        cmocka_unit_test(a_stream_that_comes_twice_has_no_index),
        cmocka_unit_test(a_loss_is_told_if_it_was_at_a_selected_time),
        cmocka_unit_test(an_index_of_interleaved_streams_is_done_without),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    builder_zstd_level = 3;
    return failed + cmocka_run_group_tests_name("compressed", tests, NULL, NULL);
}
