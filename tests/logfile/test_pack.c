#include "cmocka_first.h"

#include "logfile/block.h"
#include "logfile/layout.h"
#include "logfile/pack.h"
#include "logfile/wide.h"

#include <math.h>
#include <string.h>

static void varints_round_trip_around_every_power_of_two(void **state)
{
    (void)state;
    unsigned char bytes[RL_PACK_MOST + RL_PACK_SLACK] = {0};
    for (unsigned bit = 0; bit < 64; bit++)
        for (int off = -1; off <= 1; off++) {
            const uint64_t value = (UINT64_C(1) << bit) + (uint64_t)(int64_t)off;
            const unsigned char *end = rl_put_varint(bytes, value);
            assert_true(end - bytes <= RL_PACK_MOST);
            struct rl_cursor cursor = {.at = bytes, .end = end};
            assert_true(rl_take_varint(&cursor) == value);
            assert_ptr_equal(cursor.at, end);
            assert_false(cursor.failed);
            assert_true(rl_unzigzag(rl_zigzag((int64_t)value)) == (int64_t)value);
        }
}

static void a_varint_that_is_cut_fails_and_takes_nothing_beyond(void **state)
{
    (void)state;
    unsigned char bytes[RL_PACK_MOST + RL_PACK_SLACK] = {0};
    for (unsigned bit = 0; bit < 64; bit++) {
        const unsigned char *end = rl_put_varint(bytes, UINT64_C(1) << bit);
        for (const unsigned char *cut = bytes; cut < end; cut++) {
            struct rl_cursor cursor = {.at = bytes, .end = cut};
            assert_true(rl_take_varint(&cursor) == 0);
            assert_true(cursor.failed);
            assert_ptr_equal(cursor.at, cut);
        }
    }
}

static void small_numbers_take_one_byte(void **state)
{
    (void)state;
    unsigned char bytes[RL_PACK_MOST + RL_PACK_SLACK];
    assert_int_equal(rl_put_varint(bytes, 127) - bytes, 1);
    assert_int_equal(rl_put_varint(bytes, 128) - bytes, 2);
    assert_int_equal(rl_put_varint(bytes, 16383) - bytes, 2);
    assert_int_equal(rl_put_varint(bytes, 16384) - bytes, 3);
    assert_int_equal(rl_put_varint(bytes, UINT64_MAX) - bytes, 9);
}

/* Alone, and among its own beginnings. */
static void the_magic_is_found_wherever_it_is(void **state)
{
    (void)state;
    static unsigned char bytes[700];
    for (unsigned noisy = 0; noisy < 2; noisy++)
        for (size_t at = 0; at <= sizeof bytes - RL_BLOCK_MAGIC_BYTES; at++) {
            memset(bytes, RL_BLOCK_MAGIC[0], sizeof bytes);
            for (size_t i = 0; noisy && i + 7 <= sizeof bytes; i += 7)
                memcpy(bytes + i, RL_BLOCK_MAGIC, 7);
            assert_int_equal(rl_block_search(bytes, sizeof bytes), sizeof bytes);
            memcpy(bytes + at, RL_BLOCK_MAGIC, RL_BLOCK_MAGIC_BYTES);
            assert_int_equal(rl_block_search(bytes, sizeof bytes), at);
            assert_int_equal(rl_block_search(bytes, at + 8), at);
            assert_int_equal(rl_block_search(bytes, at + 7), at + 7);
        }
    assert_int_equal(rl_block_search(bytes, 0), 0);
}

static long double load(enum rl_wide_form form, const unsigned char bytes[16])
{
    const struct rl_wide wide = rl_wide_load(form, bytes);
    long double value;
    memcpy(&value, wide.bytes, sizeof value);
    return value;
}

/* 1.5, -2^-1074, infinity and 0, as the three forms store them. */
static void long_doubles_of_other_machines_are_understood(void **state)
{
    (void)state;
    const unsigned char binary64[16] = {0, 0, 0, 0, 0, 0, 0xf8, 0x3f};
    const unsigned char x87[16] = {0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0x3f};
    const unsigned char binary128[16] = {[13] = 0x80, [14] = 0xff, [15] = 0x3f};
    assert_true(load(RL_WIDE_BINARY64, binary64) == 1.5L);
    assert_true(load(RL_WIDE_X87, x87) == 1.5L);
    assert_true(load(RL_WIDE_BINARY128, binary128) == 1.5L);

    assert_true(load(RL_WIDE_UNSEEN, binary64) == 1.5L);
    assert_true(load(RL_WIDE_UNSEEN, x87) == 1.5L);
    assert_true(load(RL_WIDE_UNSEEN, binary128) == 1.5L);

    const unsigned char tiny[16] = {1, [7] = 0x80};
    assert_true(load(RL_WIDE_BINARY64, tiny) == -0x1p-1074L);

    const unsigned char infinities[3][16] = {
        {[6] = 0xf0, [7] = 0x7f},
        {[7] = 0x80, [8] = 0xff, [9] = 0x7f},
        {[14] = 0xff, [15] = 0x7f},
    };
    const unsigned char nans[3][16] = {
        {1, [6] = 0xf0, [7] = 0x7f},
        {1, [7] = 0xc0, [8] = 0xff, [9] = 0x7f},
        {1, [14] = 0xff, [15] = 0x7f},
    };
    const unsigned char zero[16] = {0};
    for (unsigned form = RL_WIDE_BINARY64; form <= RL_WIDE_BINARY128; form++) {
        assert_true(isinf(load((enum rl_wide_form)form, infinities[form - 1])));
        assert_true(isnan(load((enum rl_wide_form)form, nans[form - 1])));
        assert_true(load((enum rl_wide_form)form, zero) == 0);
    }
}

static void a_long_double_comes_back_as_it_was(void **state)
{
    (void)state;
    const long double value = 3.14159265358979323846264338327950288L;
    unsigned char native[16] = {0}, stored[16];
    memcpy(native, &value, __LDBL_MANT_DIG__ == 64 ? 10 : sizeof value);
    rl_wide_store(stored, native);
    assert_true(load(rl_wide_native(), stored) == value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(varints_round_trip_around_every_power_of_two),
        cmocka_unit_test(a_varint_that_is_cut_fails_and_takes_nothing_beyond),
        cmocka_unit_test(small_numbers_take_one_byte),
        cmocka_unit_test(the_magic_is_found_wherever_it_is),
        cmocka_unit_test(long_doubles_of_other_machines_are_understood),
        cmocka_unit_test(a_long_double_comes_back_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
