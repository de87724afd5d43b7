#include "cmocka_first.h"

#include "logfile/numbers.h"
#include "logfile/put.h"
#include "unit/random.h"

#include <string.h>

/* A form, its number and the group behind it; lengths take up to three bytes of eight numbers. */
#define MOST (1 + RL_PACK_MOST + 1 + RL_PUT_GROUP * 9)

static uint64_t values[1 + RL_PUT_GROUP]; /* the first is the one before the group */

/* A column of this one group: its end, or NULL. */
static unsigned char *write_column(unsigned char *to, const struct rl_put *put,
                                   enum rl_numbers_form form, size_t count)
{
    *to++ = (unsigned char)form;
    switch (form) {
    case RL_NUMBERS_STEPS:
        to = rl_put_varint(to, rl_zigzag((int64_t)values[0]));
        return put->steps(to, values + 1, count);
    case RL_NUMBERS_BYTES4:
    case RL_NUMBERS_ZIGZAG4:
        return put->bytes(to, values + 1, count, 2, form == RL_NUMBERS_ZIGZAG4);
    case RL_NUMBERS_BYTES8:
    case RL_NUMBERS_ZIGZAG8:
        return put->bytes(to, values + 1, count, 3, form == RL_NUMBERS_ZIGZAG8);
    default:
        return put->near(to, values + 1, count);
    }
}

static bool fits_four_bytes(enum rl_numbers_form form, size_t count)
{
    for (size_t i = 1; i <= count; i++)
        if (rl_zigzag_if(form == RL_NUMBERS_ZIGZAG4, values[i]) > UINT32_MAX)
            return false;
    return true;
}

static void expect_read_back(const unsigned char *bytes, size_t length, size_t count)
{
    const size_t before = bytes[0] == RL_NUMBERS_STEPS; /* which stands in the column too */
    uint64_t back[1 + RL_PUT_GROUP];
    struct rl_cursor cursor = {.at = bytes, .end = bytes + length};
    assert_true(rl_numbers_take(&cursor, back, before + count));
    assert_ptr_equal(cursor.at, cursor.end);
    assert_memory_equal(back, values + 1 - before, (before + count) * sizeof *back);
}

static void expect_the_same_bytes(enum rl_numbers_form form, size_t count)
{
    unsigned char *plain = malloc(MOST + RL_PUT_SLACK), *best = malloc(MOST + RL_PUT_SLACK);
    assert_non_null(plain);
    assert_non_null(best);
    const unsigned char *end = write_column(plain, &rl_put_plain, form, count);
    const unsigned char *best_end = write_column(best, rl_put_best(), form, count);
    const bool four = form == RL_NUMBERS_BYTES4 || form == RL_NUMBERS_ZIGZAG4;
    if (four && !fits_four_bytes(form, count)) {
        assert_null(end);
        assert_null(best_end);
    } else {
        assert_non_null(end);
        assert_true(end - plain <= MOST);
        assert_int_equal(best_end - best, end - plain);
        assert_memory_equal(best, plain, (size_t)(end - plain));
        expect_read_back(plain, (size_t)(end - plain), count);
    }
    free(plain);
    free(best);
}

static void expect_all_forms(size_t count)
{
    for (unsigned form = RL_NUMBERS_NEAR; form <= RL_NUMBERS_ZIGZAG8; form++)
        expect_the_same_bytes((enum rl_numbers_form)form, count);
}

static void every_width_is_written_alike(void **state)
{
    (void)state;
    for (unsigned width = 0; width <= 64; width++)
        for (unsigned round = 0; round < 20; round++) {
            const uint64_t base = round % 2 == 0 ? 0 : random_bits();
            for (size_t i = 0; i <= RL_PUT_GROUP; i++)
                values[i] = base + (width == 0 ? 0 : random_bits() >> (64 - width));
            expect_all_forms(RL_PUT_GROUP);
        }
}

static void groups_of_every_count_are_written_alike(void **state)
{
    (void)state;
    for (size_t count = 1; count <= RL_PUT_GROUP; count++)
        for (unsigned round = 0; round < 20; round++) {
            const unsigned bits = 1 + random_below(64);
            for (size_t i = 0; i <= RL_PUT_GROUP; i++)
                values[i] = round % 2 == 0 ? random_integer() : random_bits() >> (64 - bits);
            expect_all_forms(count);
        }
}

int main(void)
{
    random_start(20261122);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width_is_written_alike),
        cmocka_unit_test(groups_of_every_count_are_written_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
