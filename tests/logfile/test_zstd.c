/* Blocks whose bodies are compressed: which are, what comes back, and what is made of frames that
 * are not what the header says. */
#include "cmocka_first.h"

#include "log_builder.h"
#include "logfile/block.h"
#include "read_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

/* ---- writing --------------------------------------------------------------------------------- */

/* So many records, with a told loss and a clock in between. `texts`: of random bytes, or alike. */
static struct builder *make_log(int level, int count, bool random_texts)
{
    builder_zstd_level = level;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "%d %s", "\x01\x08");
    char text[64];
    srand(1);
    for (int i = 0; i < count; i++) {
        snprintf(text, sizeof text, "/api/v1/users/%08x/orders", (unsigned)scrambled(i));
        for (size_t k = 0; random_texts && k < sizeof text; k++)
            text[k] = (char)rand();
        put_i32(&builder->fields, i);
        put_text(&builder->fields, text, random_texts ? sizeof text : strlen(text), false);
        assert_int_equal(builder_add(builder, site, 20), 0);
        if (i % 1000 == 999)
            builder_flush(builder);
        if (i == 1500)
            rl_logfile_writer_loss(&builder->writer, &builder->thread, 5, 1, 2, RL_LOST_FULL,
                                   &builder->out);
        if (i == 2500)
            rl_logfile_writer_clock(&builder->writer, 1, 2, &builder->out);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);
    builder_zstd_level = 0;
    return builder;
}

/* Blocks of records, and how many of them are compressed; no others are. */
static unsigned count_blocks(const struct builder *builder, unsigned *compressed)
{
    struct rl_block block;
    unsigned count = 0;
    *compressed = 0;
    for (size_t at = 0; at < builder->out.length; at += rl_block_bytes(block.payload_bytes)) {
        assert_true(rl_block_parse((const unsigned char *)builder->out.data + at, &block));
        if (block.kind != RL_BLOCK_RECORDS)
            assert_int_equal(block.incompatible, 0);
        count += block.kind == RL_BLOCK_RECORDS;
        *compressed += block.incompatible == RL_FEATURE_ZSTD;
        assert_int_equal(block.plain_bytes != 0, block.incompatible == RL_FEATURE_ZSTD);
    }
    return count;
}

static void compressed_logs_read_as_others_do(void **state)
{
    (void)state;
    static const int levels[] = {-5, 1, 3, 19};
    struct result *plain = malloc(sizeof *plain), *result = malloc(sizeof *result);
    struct builder *log = make_log(0, 5000, false);
    const size_t length = log->out.length;
    unsigned compressed;
    count_blocks(log, &compressed);
    assert_int_equal(compressed, 0);
    read_bytes(log->out.data, length, plain);
    assert_int_equal(plain->record_count, 5000);
    builder_free(log);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        log = make_log(levels[i], 5000, false);
        assert_true(count_blocks(log, &compressed) >= 5);
        assert_true(compressed >= 5);
        assert_true(log->out.length < length * 9 / 10);
        read_bytes(log->out.data, log->out.length, result);
        assert_int_equal(result->end, RL_ITEM_END);
        assert_int_equal(result->gap_count, 0);
        assert_int_equal(result->losses, 1);
        assert_int_equal(result->record_count, plain->record_count);
        assert_memory_equal(result->records, plain->records,
                            plain->record_count * sizeof *plain->records);
        builder_free(log);
    }
    free(plain);
    free(result);
}

static void what_does_not_become_smaller_is_stored(void **state)
{
    (void)state;
    unsigned compressed;
    struct builder *plain = make_log(0, 3000, true), *log = make_log(3, 3000, true);
    assert_true(count_blocks(log, &compressed) >= 3);
    assert_true(log->out.length <= plain->out.length);
    builder_free(log);
    log = make_log(3, 1, false);
    assert_int_equal(count_blocks(log, &compressed), 1);
    assert_int_equal(compressed, 0);
    builder_free(log);
    builder_free(plain);
}

/* In bytes that zstd leaves as they are, in a block that is compressed all the same. */
static void the_magic_occurs_in_no_frame(void **state)
{
    (void)state;
    builder_zstd_level = 1;
    struct builder *builder = builder_new(1);
    builder_zstd_level = 0;
    const uint32_t site = builder_site(builder, 20, 0, "%s", "\x08");
    static char text[20000];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof text / 2; i++)
        text[i] = (char)rand();
    memcpy(text + 5000, RL_BLOCK_MAGIC, RL_BLOCK_MAGIC_BYTES);
    put_text(&builder->fields, text, sizeof text, false);
    const size_t at = builder->out.length;
    assert_int_equal(builder_add(builder, site, 20), 0);
    builder_flush(builder);
    struct rl_block block;
    const unsigned char *bytes = (const unsigned char *)builder->out.data;
    assert_true(rl_block_parse(bytes + at, &block));
    assert_int_equal(block.incompatible, RL_FEATURE_ZSTD);
    assert_int_not_equal(block.mask, 0);
    const size_t left = builder->out.length - at - 1;
    assert_int_equal(rl_block_search(bytes + at + 1, left), left);
    struct rl_logfile_reader reader;
    rl_logfile_reader_init(&reader, memory_file(builder->out.data, builder->out.length));
    assert_int_equal(rl_logfile_reader_next(&reader), RL_ITEM_STREAM);
    assert_int_equal(rl_logfile_reader_next(&reader), RL_ITEM_RECORD);
    assert_memory_equal(reader.record.fields + 4, text, sizeof text);
    close(reader.scan.input.fd);
    rl_logfile_reader_free(&reader);
    builder_free(builder);
}

/* ---- selecting ------------------------------------------------------------------------------- */

static void what_is_not_selected_is_not_decompressed(void **state)
{
    (void)state;
    struct builder *log = make_log(3, 5000, false);
    for (int closed = 1; closed >= 0; closed--) { /* with an index and without one */
        struct rl_logfile_reader reader;
        const size_t length =
            log->out.length - (closed ? 0 : (size_t)rl_block_bytes(RL_END_PAYLOAD));
        rl_logfile_reader_init(&reader, memory_file(log->out.data, length));
        reader.selection = (struct rl_selection){.by_level = true, .level = 30};
        int item;
        while ((item = rl_logfile_reader_next(&reader)) > 0)
            assert_true(item == RL_ITEM_STREAM || item == RL_ITEM_LOSS || item == RL_ITEM_CLOSED ||
                        item == RL_ITEM_CLOCK);
        assert_int_equal(item, RL_ITEM_END);
        assert_null(reader.scan.zstd.context);
        close(reader.scan.input.fd);
        rl_logfile_reader_free(&reader);
    }
    builder_free(log);
}

/* ---- frames that are not what the header says ------------------------------------------------ */

/* A sound block of three records around any body, behind one that is as it should be. */
static void read_block_of(struct rl_block block, const void *body, size_t length,
                          struct result *result)
{
    struct builder *builder = make_log(0, 1, false);
    block.records = 3;
    block.first_sequence = 1;
    block.number = builder->writer.blocks;
    block.stream = builder->writer.stream;
    const size_t begin = rl_block_begin(&builder->out);
    rl_buffer_append(&builder->out, body, length);
    assert_true(rl_block_finish(&builder->out, begin, &block));
    read_bytes(builder->out.data, builder->out.length, result);
    assert_int_equal(result->end, RL_ITEM_END);
    assert_int_equal(result->record_count, 1);
    assert_int_equal(result->gap_count, 1);
    assert_int_equal(result->gaps[0].from, begin);
    assert_int_equal(result->gaps[0].to, builder->out.length);
    assert_int_equal(result->missing,
                     block.kind == RL_BLOCK_RECORDS && block.incompatible == RL_FEATURE_ZSTD ? 3
                                                                                             : 0);
    builder_free(builder);
}

static void expect_no_sense(uint32_t plain_bytes, const void *body, size_t length)
{
    struct result *result = malloc(sizeof *result);
    read_block_of((struct rl_block){.kind = RL_BLOCK_RECORDS,
                                    .incompatible = RL_FEATURE_ZSTD,
                                    .plain_bytes = plain_bytes},
                  body, length, result);
    assert_string_equal(result->gaps[0].why, "its compressed body makes no sense");
    free(result);
}

struct frame {
    unsigned char bytes[512];
    size_t length;
};

static struct frame frame_of(const void *content, size_t length)
{
    struct frame frame;
    frame.length = ZSTD_compress(frame.bytes, sizeof frame.bytes, content, length, 1);
    assert_false(ZSTD_isError(frame.length));
    return frame;
}

static void another_size_than_announced_makes_no_sense(void **state)
{
    (void)state;
    char content[300];
    memset(content, 1, sizeof content);
    const struct frame frame = frame_of(content, sizeof content);
    static const uint32_t sizes[] = {
        0, 1, 299, 301, RL_BLOCK_MOST, RL_BLOCK_MOST + 1, 512, INT32_MAX, UINT32_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        expect_no_sense(sizes[i], frame.bytes, frame.length);
    /* And with the right one it is read: its columns are then what makes no sense. */
    struct result *result = malloc(sizeof *result);
    read_block_of((struct rl_block){.kind = RL_BLOCK_RECORDS,
                                    .incompatible = RL_FEATURE_ZSTD,
                                    .plain_bytes = sizeof content},
                  frame.bytes, frame.length, result);
    assert_string_equal(result->gaps[0].why, "its columns make no sense");
    free(result);
}

static void what_is_not_one_frame_makes_no_sense(void **state)
{
    (void)state;
    static const unsigned char skippable[] = {0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 'x'};
    static const unsigned char legacy[] = {0x27, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0, 0};
    char content[300];
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (char)(i % 7);
    struct frame frame = frame_of(content, sizeof content);
    for (size_t length = 0; length < frame.length; length++)
        expect_no_sense(sizeof content, frame.bytes, length);
    struct frame two = frame;
    memcpy(two.bytes + two.length, frame.bytes, frame.length);
    two.length += frame.length;
    expect_no_sense(2 * sizeof content, two.bytes, two.length);
    expect_no_sense(sizeof content, two.bytes, frame.length + 1);
    two = frame;
    memcpy(two.bytes + two.length, skippable, sizeof skippable);
    expect_no_sense(sizeof content, two.bytes, two.length + sizeof skippable);
    expect_no_sense(0, skippable, sizeof skippable);
    expect_no_sense(1, skippable, sizeof skippable);
    expect_no_sense(1, legacy, sizeof legacy);
}

static void garbage_with_the_right_checksum_is_given_up(void **state)
{
    (void)state;
    struct result *result = malloc(sizeof *result);
    char content[300];
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (char)(i * i % 23);
    const struct frame frame = frame_of(content, sizeof content);
    srand(4);
    for (int i = 0; i < 5000; i++) {
        struct frame broken = frame;
        for (int k = 0; k <= i % 5; k++)
            broken.bytes[4 + (size_t)rand() % (frame.length - 4)] = (unsigned char)rand();
        read_block_of((struct rl_block){.kind = RL_BLOCK_RECORDS,
                                        .incompatible = RL_FEATURE_ZSTD,
                                        .plain_bytes = sizeof content},
                      broken.bytes, broken.length, result);
    }
    free(result);
}

/* A few hundred bytes that stand for a gibibyte. */
static void a_bomb_does_not_go_off(void **state)
{
    (void)state;
    enum { BLOCKS = 8192, BLOCK = 128 * 1024 };
    unsigned char *frame = calloc(1, 16 + BLOCKS * 4);
    static const unsigned char header[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58};
    memcpy(frame, header, sizeof header); /* a window of 2 MiB, no content size */
    size_t length = sizeof header;
    for (int i = 0; i < BLOCKS; i++) { /* RFC 8878, 3.1.1.2: a byte, repeated */
        const uint32_t word = (uint32_t)(i == BLOCKS - 1) | 1 << 1 | BLOCK << 3;
        memcpy(frame + length, &word, 3);
        frame[length + 3] = 'x';
        length += 4;
    }
    assert_int_equal(ZSTD_findFrameCompressedSize(frame, length), length);
    expect_no_sense(RL_BLOCK_MOST, frame, length);
    expect_no_sense(UINT32_MAX, frame, length);
    expect_no_sense(1 << 30, frame, length);
    free(frame);
    /* One that says so itself: eight bytes of content size. */
    static const unsigned char boast[] = {0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x58, 0, 0,   0, 0,
                                          0,    1,    0,    0,    0x03, 0,    8, 'x', 0};
    assert_true(ZSTD_getFrameContentSize(boast, sizeof boast) == UINT64_C(1) << 40);
    expect_no_sense(65536, boast, sizeof boast - 1);
    expect_no_sense(UINT32_MAX, boast, sizeof boast - 1);
}

static void features_that_are_not_known_need_a_newer_reader(void **state)
{
    (void)state;
    static const struct rl_block blocks[] = {
        {.kind = RL_BLOCK_RECORDS, .incompatible = 2},
        {.kind = RL_BLOCK_RECORDS, .incompatible = RL_FEATURE_ZSTD | 1u << 31},
        {.kind = RL_BLOCK_LOSS, .incompatible = RL_FEATURE_ZSTD},
        {.kind = RL_BLOCK_STREAM, .incompatible = RL_FEATURE_ZSTD},
        {.kind = RL_BLOCK_INDEX, .incompatible = RL_FEATURE_ZSTD},
    };
    struct result *result = malloc(sizeof *result);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        read_block_of(blocks[i], "", 0, result);
        assert_string_equal(result->gaps[0].why, "a block needs a newer reader");
    }
    free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compressed_logs_read_as_others_do),
        cmocka_unit_test(what_does_not_become_smaller_is_stored),
        cmocka_unit_test(the_magic_occurs_in_no_frame),
        cmocka_unit_test(what_is_not_selected_is_not_decompressed),
        cmocka_unit_test(another_size_than_announced_makes_no_sense),
        cmocka_unit_test(what_is_not_one_frame_makes_no_sense),
        cmocka_unit_test(garbage_with_the_right_checksum_is_given_up),
        cmocka_unit_test(a_bomb_does_not_go_off),
        cmocka_unit_test(features_that_are_not_known_need_a_newer_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
