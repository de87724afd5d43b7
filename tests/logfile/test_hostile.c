/* Files that somebody made to do harm: no crash, no endless loop, no memory beyond reason. */
#include "cmocka_first.h"

#include "limit_memory.h"
#include "log_builder.h"
#include "logfile/block.h"
#include "read_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void no_log_at_all(void **state)
{
    (void)state;
    struct result *result = malloc(sizeof *result);
    read_bytes("", 0, result);
    assert_int_equal(result->end, -ENODATA);
    read_bytes("2026-01-01 00:00:00 INFO text\n", 30, result);
    assert_int_equal(result->end, -EBADMSG);
    assert_int_equal(result->record_count, 0);
    read_fd(open("/", O_RDONLY | O_CLOEXEC), result);
    assert_int_equal(result->end, -EISDIR);
    free(result);
}

/* A sound block of any payload: what an attacker can always make. */
static void append_block(struct rl_buffer *out, struct rl_block block, const void *payload,
                         size_t length)
{
    const size_t begin = rl_block_begin(out);
    rl_buffer_append(out, payload, length);
    assert_true(rl_block_finish(out, begin, &block));
}

static void sound_blocks_of_nonsense_are_given_up(void **state)
{
    (void)state;
    struct result *result = malloc(sizeof *result);
    srand(3);
    for (int i = 0; i < 20000; i++) {
        struct rl_buffer out = {0};
        unsigned char payload[64];
        const size_t length = (size_t)(rand() % 64);
        for (size_t k = 0; k < length; k++)
            payload[k] = (unsigned char)(rand() % 3 == 0 ? rand() % 10 : rand());
        append_block(&out,
                     (struct rl_block){.kind = (uint16_t)(rand() % 8),
                                       .stream = 1,
                                       .definitions_bytes =
                                           (uint32_t)(length / (1 + (size_t)rand() % 9) / 2),
                                       .records = rand() % 2 ? RL_BLOCK_RECORDS_MOST : 3,
                                       .first_sequence = rand() % 2 ? UINT64_MAX - 1 : 0},
                     payload, length);
        read_bytes(out.data, out.length, result);
        assert_int_equal(result->end, RL_ITEM_END);
        rl_buffer_free(&out);
    }
    free(result);
}

/* Each is a block with one record, and a length or a count in it that cannot be. */
static unsigned char *put_length_beyond_reason(int variant, unsigned char *at)
{
    if (variant == 0) { /* a site with a format longer than its section */
        *at++ = RL_DEFINE_SITE;
        for (int i = 0; i < 6; i++)
            at = rl_put_varint(at, 0);
        return rl_put_varint(at, UINT64_MAX / 2);
    }
    if (variant == 1) { /* more fields than there can be */
        *at++ = RL_DEFINE_SITE;
        for (int i = 0; i < 5; i++)
            at = rl_put_varint(at, 0);
        return rl_put_varint(at, UINT32_MAX);
    }
    *at++ = RL_DEFINE_THREAD; /* a name longer than there can be */
    for (int i = 0; i < 3; i++)
        at = rl_put_varint(at, 1);
    return rl_put_varint(at, UINT64_C(1) << 60);
}

static void lengths_beyond_reason_allocate_nothing(void **state)
{
    (void)state;
    struct result *result = malloc(sizeof *result);
    unsigned char payload[64] = {0};
    for (int variant = 0; variant < 3; variant++) {
        struct rl_buffer out = {0};
        unsigned char *end = put_length_beyond_reason(variant, payload);
        append_block(&out,
                     (struct rl_block){.kind = RL_BLOCK_RECORDS,
                                       .definitions_bytes = (uint32_t)(end - payload),
                                       .records = 1},
                     payload, sizeof payload);
        read_bytes(out.data, out.length, result);
        assert_int_equal(result->end, RL_ITEM_END);
        assert_int_equal(result->gap_count, 1);
        assert_int_equal(result->missing, 1);
        rl_buffer_free(&out);
    }
    free(result);
}

/* Columns take next to nothing for records that are all alike: what comes out of a block is bounded
 * by more than its size. */
static void a_text_in_every_record_of_a_block_does_not_flood(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    const uint32_t site = builder_site(builder, 20, 0, "%s", "\x08");
    char *text = calloc(1, 500 * 1024);
    memset(text, 'x', 500 * 1024);
    put_text(&builder->fields, text, 500 * 1024, false);
    assert_int_equal(builder_add(builder, site, 20), 0);
    builder_flush(builder);
    rl_logfile_writer_end(&builder->writer, &builder->out);
    /* The block of one record, said to be of 65,536: its columns are all of equal numbers, which
     * stand for as many as there are. */
    const unsigned char *bytes = (const unsigned char *)builder->out.data;
    struct rl_block block;
    assert_true(rl_block_parse(bytes, &block));
    const size_t at = (size_t)rl_block_bytes(block.payload_bytes);
    assert_true(rl_block_parse(bytes + at, &block));
    assert_int_equal(block.records, 1);
    block.records = RL_BLOCK_RECORDS_MOST;
    rl_store_le32(builder->out.data + at + 28, block.records);
    rl_block_put_checksums((unsigned char *)builder->out.data + at, &block);
    struct result *result = malloc(sizeof *result);
    read_bytes(builder->out.data, builder->out.length, result);
    assert_in_range(result->record_count, 1, RL_BLOCK_MOST / (500 * 1024));
    assert_true(result->gap_count >= 1);
    free(result);
    free(text);
    builder_free(builder);
}

/* Headers that each claim four mebibytes: without the rule about the magic, every one of them would
 * be summed over all of that. */
static void many_headers_without_blocks_are_passed_quickly(void **state)
{
    (void)state;
    enum { HEADERS = 200000 };
    struct result *result = malloc(sizeof *result);
    struct rl_buffer one = {0}, all = {0};
    append_block(&one, (struct rl_block){.kind = RL_BLOCK_RECORDS}, "", 0);
    rl_store_le32(one.data + 20, RL_BLOCK_MOST);
    for (int i = 0; i < HEADERS; i++)
        rl_buffer_append(&all, one.data, one.length);
    const clock_t before = clock();
    read_bytes(all.data, all.length, result);
    assert_true(clock() - before < 20 * CLOCKS_PER_SEC);
    assert_int_equal(result->record_count, 0);
    assert_int_equal(result->end, -EBADMSG);
    rl_buffer_free(&one);
    rl_buffer_free(&all);
    free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_log_at_all),
        cmocka_unit_test(sound_blocks_of_nonsense_are_given_up),
        cmocka_unit_test(lengths_beyond_reason_allocate_nothing),
        cmocka_unit_test(a_text_in_every_record_of_a_block_does_not_flood),
        cmocka_unit_test(many_headers_without_blocks_are_passed_quickly),
    };
    limit_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
