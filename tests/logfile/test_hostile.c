/* Files that somebody made to do harm: no crash, no endless loop, no memory beyond reason. */
#include "cmocka_first.h"

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
                                       .records = rand() % 2 ? UINT32_MAX : 3,
                                       .first_sequence = rand() % 2 ? UINT64_MAX - 1 : 0},
                     payload, length);
        read_bytes(out.data, out.length, result);
        assert_int_equal(result->end, RL_ITEM_END);
        rl_buffer_free(&out);
    }
    free(result);
}

static void lengths_beyond_reason_allocate_nothing(void **state)
{
    (void)state;
    struct result *result = malloc(sizeof *result);
    unsigned char payload[64] = {0};
    for (int variant = 0; variant < 4; variant++) {
        struct rl_buffer out = {0};
        unsigned char *at = payload;
        if (variant == 0) /* a section longer than the block */
            at = rl_put_varint(at, UINT64_MAX);
        if (variant == 1) { /* a site with a format longer than its section */
            at = rl_put_varint(at, 20);
            *at++ = RL_DEFINE_SITE;
            for (int i = 0; i < 6; i++)
                at = rl_put_varint(at, 0);
            at = rl_put_varint(at, UINT64_MAX / 2);
        }
        if (variant == 2) { /* more fields than there can be */
            at = rl_put_varint(at, 20);
            *at++ = RL_DEFINE_SITE;
            for (int i = 0; i < 5; i++)
                at = rl_put_varint(at, 0);
            at = rl_put_varint(at, UINT32_MAX);
        }
        if (variant == 3) { /* a thread with a name longer than there can be */
            at = rl_put_varint(at, 60);
            *at++ = RL_DEFINE_THREAD;
            at = rl_put_varint(at, 1);
            at = rl_put_varint(at, 1);
            at = rl_put_varint(at, 1);
            at = rl_put_varint(at, UINT64_C(1) << 60);
        }
        append_block(&out, (struct rl_block){.kind = RL_BLOCK_RECORDS, .records = 1}, payload,
                     sizeof payload);
        read_bytes(out.data, out.length, result);
        assert_int_equal(result->end, RL_ITEM_END);
        assert_int_equal(result->gap_count, 1);
        assert_int_equal(result->missing, 1);
        rl_buffer_free(&out);
    }
    free(result);
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
    rl_store_le32(one.data + 16, RL_BLOCK_MOST);
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
        cmocka_unit_test(many_headers_without_blocks_are_passed_quickly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
