/* What a reader makes of files that are not as they were written. One rule above all: a record that
 * is given out is one that was written, and what is not given out is named.
 *
 * Of a large file a sample of all bits and prefixes is tried; with RINGLOG_TEST_ALL=1 in the
 * environment every one. */
#include "cmocka_first.h"

#include "limit_memory.h"
#include "log_builder.h"
#include "logfile/block.h"
#include "read_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- a log to damage ------------------------------------------------------------------------- */

struct sample {
    char *bytes;
    size_t length;
    size_t starts[512]; /* of the blocks, and the end */
    size_t blocks, compressed;
    struct result whole;
};

static void find_blocks(struct sample *sample)
{
    size_t at = 0;
    struct rl_block block;
    sample->blocks = sample->compressed = 0;
    while (at < sample->length) {
        assert_true(rl_block_parse((const unsigned char *)sample->bytes + at, &block));
        sample->starts[sample->blocks++] = at;
        sample->compressed += block.incompatible == RL_FEATURE_ZSTD;
        at += rl_block_bytes(block.payload_bytes);
    }
    sample->starts[sample->blocks] = at;
    assert_int_equal(at, sample->length);
}

/* Bytes that differ from record to record, of which zstd still makes fewer. */
static void put_long_text(struct fields *fields, int i)
{
    char text[400];
    for (int k = 0; k < 400; k++)
        text[k] = (char)('a' + (uint32_t)scrambled(i * 400 + k) % 16);
    put_text(fields, text, sizeof text, false);
}

/* `large`: of few records for its bytes, as a test that reads it again for each bit wants it. */
static void add_some(struct builder *builder, const uint32_t sites[3], int from, int to, bool large)
{
    static const char text[] = "some text that zstd makes shorter";
    for (int i = from; i < to; i++) {
        builder->thread.number = 1 + (uint32_t)(i / 3 % 2);
        put_i32(&builder->fields, scrambled(i));
        if (large && i % 4 == 0)
            put_long_text(&builder->fields, i);
        else
            put_text(&builder->fields, text, (size_t)(i % 9 * 4), false);
        assert_int_equal(builder_add(builder, sites[i % 3], 10 + i % 3 * 10), 0);
    }
}

/* `length`: about how long. */
static struct sample *sample_new(size_t length)
{
    struct builder *builder = builder_new(1);
    const uint32_t sites[3] = {builder_site(builder, 10, 0, "one %d %s", "\x01\x08"),
                               builder_site(builder, 20, 0, "two %d %s", "\x01\x08"),
                               builder_site(builder, 30, 0, "three %d %s", "\x01\x08")};
    const bool large = length >= 10000;
    for (int i = 0; builder->out.length < length; i += 12) {
        add_some(builder, sites, i, i + 12, large);
        if (i == 24)
            rl_logfile_writer_loss(&builder->writer, &builder->thread, 5, 1, 2, RL_LOST_FULL,
                                   &builder->out);
        if (!large || i % 120 == 0)
            builder_flush(builder);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);
    struct sample *sample = calloc(1, sizeof *sample);
    sample->bytes = malloc(builder->out.length);
    sample->length = builder->out.length;
    memcpy(sample->bytes, builder->out.data, sample->length);
    builder_free(builder);
    find_blocks(sample);
    assert_int_equal(sample->compressed != 0, builder_zstd_level != 0);
    read_bytes(sample->bytes, sample->length, &sample->whole);
    assert_int_equal(sample->whole.end, RL_ITEM_END);
    assert_int_equal(sample->whole.gap_count, 0);
    return sample;
}

static void sample_free(struct sample *sample)
{
    free(sample->bytes);
    free(sample);
}

static size_t block_at(const struct sample *sample, size_t offset)
{
    size_t block = 0;
    while (sample->starts[block + 1] <= offset)
        block++;
    return block;
}

static uint32_t records_in(const struct sample *sample, size_t number)
{
    struct rl_block block;
    assert_true(
        rl_block_parse((const unsigned char *)sample->bytes + sample->starts[number], &block));
    return block.records;
}

/* Exactly the damaged block is missing, with its bytes and its records named. */
static void expect_one_block_lost(const struct sample *sample, const struct result *result,
                                  size_t offset)
{
    const size_t block = block_at(sample, offset);
    assert_int_equal(result->end, RL_ITEM_END);
    assert_int_equal(result->gap_count, 1);
    assert_int_equal(result->gaps[0].from, sample->starts[block]);
    assert_int_equal(result->gaps[0].to, sample->starts[block + 1]);
    assert_int_equal(result->missing, records_in(sample, block));
    assert_int_equal(result->record_count + result->missing, sample->whole.record_count);
    expect_only_originals(&sample->whole, result);
}

static void flip_every_bit(size_t length, size_t stride)
{
    struct sample *sample = sample_new(length);
    struct result *result = malloc(sizeof *result);
    for (size_t bit = 0; bit < sample->length * 8; bit += stride) {
        sample->bytes[bit / 8] ^= (char)(1 << bit % 8);
        read_bytes(sample->bytes, sample->length, result);
        sample->bytes[bit / 8] ^= (char)(1 << bit % 8);
        expect_one_block_lost(sample, result, bit / 8);
    }
    free(result);
    sample_free(sample);
}

/* Prime: every position of a byte, all over the file. */
static size_t stride(void)
{
    return getenv("RINGLOG_TEST_ALL") != NULL ? 1 : 509;
}

static void a_flipped_bit_costs_its_block_and_nothing_else(void **state)
{
    (void)state;
    flip_every_bit(4096, 1);
}

static void a_flipped_bit_in_a_large_block_costs_that_block(void **state)
{
    (void)state;
    flip_every_bit(64 * 1024, stride());
}

static void cut_everywhere(size_t about, size_t step)
{
    struct sample *sample = sample_new(about);
    struct result *result = malloc(sizeof *result);
    for (size_t length = 1; length < sample->length; length += step) {
        read_bytes(sample->bytes, length, result);
        expect_only_originals(&sample->whole, result);
        const size_t block = block_at(sample, length);
        const bool whole = sample->starts[block] == length;
        size_t records = 0;
        for (size_t i = 0; i < block; i++)
            records += records_in(sample, i);
        assert_int_equal(result->record_count, records);
        if (block == 0) {
            assert_int_equal(result->end, -EBADMSG);
            continue;
        }
        assert_int_equal(result->end, RL_ITEM_END);
        assert_int_equal(result->gap_count, whole ? 0 : 1);
        if (!whole) {
            assert_int_equal(result->gaps[0].from, sample->starts[block]);
            assert_int_equal(result->gaps[0].to, length);
        }
    }
    free(result);
    sample_free(sample);
}

static void every_prefix_gives_its_whole_blocks(void **state)
{
    (void)state;
    cut_everywhere(4096, 1);
    cut_everywhere(64 * 1024, stride());
}

/* The first definitions of everything are in the first records block: any two neighbours lost. */
static void blocks_cut_out_are_counted(void **state)
{
    (void)state;
    struct sample *sample = sample_new(4096);
    struct result *result = malloc(sizeof *result);
    char *bytes = malloc(sample->length);
    for (size_t cut = 0; cut + 1 < sample->blocks; cut++) {
        const size_t from = sample->starts[cut], to = sample->starts[cut + 1];
        memcpy(bytes, sample->bytes, from);
        memcpy(bytes + from, sample->bytes + to, sample->length - to);
        read_bytes(bytes, sample->length - (to - from), result);
        expect_only_originals(&sample->whole, result);
        assert_int_equal(result->gap_count, 1);
        assert_int_equal(result->gaps[0].blocks, 1);
        assert_int_equal(result->gaps[0].from, from);
        assert_int_equal(result->gaps[0].to, from);
        assert_int_equal(result->missing, records_in(sample, cut));
        assert_int_equal(result->record_count + result->missing, sample->whole.record_count);
    }
    free(bytes);
    free(result);
    sample_free(sample);
}

/* ---- files put together ---------------------------------------------------------------------- */

static void insert(struct sample *sample, size_t at, const void *bytes, size_t length,
                   struct result *result)
{
    char *joined = malloc(sample->length + length);
    memcpy(joined, sample->bytes, at);
    memcpy(joined + at, bytes, length);
    memcpy(joined + at + length, sample->bytes + at, sample->length - at);
    read_bytes(joined, sample->length + length, result);
    free(joined);
}

static void garbage_between_blocks_costs_nothing(void **state)
{
    (void)state;
    struct sample *sample = sample_new(4096);
    struct result *result = malloc(sizeof *result);
    char garbage[1001];
    srand(2);
    for (size_t i = 0; i < sizeof garbage; i++)
        garbage[i] = (char)rand();
    for (size_t block = 0; block <= sample->blocks; block++) {
        insert(sample, sample->starts[block], garbage, sizeof garbage, result);
        expect_only_originals(&sample->whole, result);
        assert_int_equal(result->record_count, sample->whole.record_count);
        assert_int_equal(result->gap_count, 1);
        assert_int_equal(result->gaps[0].from, sample->starts[block]);
        assert_int_equal(result->gaps[0].to, sample->starts[block] + sizeof garbage);
        assert_int_equal(result->missing, 0);
    }
    free(result);
    sample_free(sample);
}

static void a_block_that_comes_twice_is_read_once(void **state)
{
    (void)state;
    struct sample *sample = sample_new(4096);
    struct result *result = malloc(sizeof *result);
    const size_t from = sample->starts[3], to = sample->starts[4];
    char block[4096];
    memcpy(block, sample->bytes + from, to - from);
    insert(sample, sample->starts[6], block, to - from, result);
    expect_only_originals(&sample->whole, result);
    assert_int_equal(result->record_count, sample->whole.record_count);
    assert_int_equal(result->gap_count, 1);
    free(result);
    sample_free(sample);
}

static void a_file_appended_to_itself_is_read_twice(void **state)
{
    (void)state;
    struct sample *sample = sample_new(4096);
    struct result *result = malloc(sizeof *result);
    insert(sample, sample->length, sample->bytes, sample->length, result);
    assert_int_equal(result->gap_count, 0);
    assert_int_equal(result->record_count, 2 * sample->whole.record_count);
    assert_int_equal(result->losses, 2);
    free(result);
    sample_free(sample);
}

static void streams_interleave(void **state)
{
    (void)state;
    enum { STREAMS = 20, ROUNDS = 30 };
    struct builder *builders[STREAMS];
    uint32_t sites[STREAMS];
    char *bytes = malloc(1024 * 1024);
    size_t length = 0;
    char format[16];
    for (int i = 0; i < STREAMS; i++) {
        builders[i] = builder_new(i);
        snprintf(format, sizeof format, "of %d", i);
        sites[i] = builder_site(builders[i], 20, 0, format, "");
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < STREAMS; i++) {
            builder_add(builders[i], sites[i], 20);
            if (round == ROUNDS - 1)
                rl_logfile_writer_end(&builders[i]->writer, &builders[i]->out);
            builder_flush(builders[i]);
            memcpy(bytes + length, builders[i]->out.data, builders[i]->out.length);
            length += builders[i]->out.length;
            builders[i]->out.length = 0;
        }
    const int fd = memory_file(bytes, length);
    struct rl_logfile_reader reader;
    rl_logfile_reader_init(&reader, fd);
    int count = 0, item;
    while ((item = rl_logfile_reader_next(&reader)) > 0) {
        assert_int_not_equal(item, RL_ITEM_GAP);
        if (item != RL_ITEM_RECORD)
            continue;
        snprintf(format, sizeof format, "of %d", count % STREAMS);
        assert_string_equal(rl_site_format(reader.record.site), format);
        assert_int_equal(reader.sequence, count / STREAMS);
        count++;
    }
    assert_int_equal(item, RL_ITEM_END);
    assert_int_equal(count, STREAMS * ROUNDS);
    rl_logfile_reader_free(&reader);
    close(fd);
    for (int i = 0; i < STREAMS; i++)
        builder_free(builders[i]);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_costs_its_block_and_nothing_else),
        cmocka_unit_test(a_flipped_bit_in_a_large_block_costs_that_block),
        cmocka_unit_test(every_prefix_gives_its_whole_blocks),
        cmocka_unit_test(blocks_cut_out_are_counted),
        cmocka_unit_test(garbage_between_blocks_costs_nothing),
        cmocka_unit_test(a_block_that_comes_twice_is_read_once),
        cmocka_unit_test(a_file_appended_to_itself_is_read_twice),
        cmocka_unit_test(streams_interleave),
    };
    limit_memory();
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    builder_zstd_level = 3;
    return failed + cmocka_run_group_tests_name("compressed", tests, NULL, NULL);
}
