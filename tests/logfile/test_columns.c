/* Columns give back what they were made of, in every form they can take; what is cut or damaged is
 * refused and nothing beyond its end is believed. */
#include "cmocka_first.h"

#include "logfile/bits.h"
#include "logfile/numbers.h"
#include "logfile/reals.h"
#include "logfile/texts.h"
#include "ringlog/detail/field.h"
#include "unit/random.h"

#include <math.h>

#define MOST 1000

/* A copy with exactly so much behind it that a reader may touch, for sanitizers to see. */
static struct rl_cursor tight(const struct rl_buffer *out, size_t length)
{
    unsigned char *copy = malloc(length + RL_PACK_SLACK);
    memcpy(copy, out->data, length);
    memset(copy + length, 0xa5, RL_PACK_SLACK);
    return (struct rl_cursor){.at = copy, .end = copy + length};
}

/* ---- bits ------------------------------------------------------------------------------------ */

static void bits_of_every_width_come_back(void **state)
{
    (void)state;
    uint64_t values[70], back[70];
    for (unsigned width = 0; width <= 64; width++)
        for (size_t count = 1; count <= 70; count++) {
            for (size_t i = 0; i < count; i++)
                values[i] = width == 0 ? 0 : random_bits() >> (64 - width);
            const size_t bytes = rl_bits_bytes(count, width);
            unsigned char *packed = malloc(bytes + RL_PACK_SLACK);
            assert_ptr_equal(rl_bits_pack(packed, values, count, width), packed + bytes);
            rl_bits_unpack(back, packed, count, width);
            assert_memory_equal(values, back, count * sizeof *values);
            free(packed);
        }
}

/* The first number in the lowest bits of the first byte. */
static void bits_lie_as_documented(void **state)
{
    (void)state;
    const uint64_t values[] = {1, 2, 7, 0, 5, 4};
    unsigned char packed[3 + RL_PACK_SLACK] = {0};
    rl_bits_pack(packed, values, 6, 3);
    assert_int_equal(packed[0], (1 | 2 << 3 | 7 << 6) & 0xff);
    assert_int_equal(packed[1], 7 >> 2 | 5 << 4 | (4 << 7 & 0xff));
    assert_int_equal(packed[2], 4 >> 1);
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Numbers as logs have them, and as they do not. */
static uint64_t number_of(unsigned kind, size_t i)
{
    switch (kind) {
    case 0:
        return 181;
    case 1:
        return i;
    case 2:
        return 1000000 + random_bits() % 100;
    case 3:
        return UINT64_C(1767323045678901234) + i * 100 + random_bits() % 50;
    case 4:
        return random_bits();
    case 5:
        return random_bits() >> random_bits() % 64;
    case 6:
        return random_bits() % 2 == 0 ? 0 : UINT64_MAX;
    case 7:
        return (uint64_t)(int64_t)(int32_t)random_bits();
    case 8:
        return (uint64_t) - (int64_t)(random_bits() >> (33 + random_bits() % 31));
    case 9:
        return i % 64 == 63 ? random_bits() : 5;
    case 10:
        return i % 2 == 0 ? UINT64_C(1) << 63 : (UINT64_C(1) << 63) - 1;
    default:
        return random_bits() >> 32 >> random_bits() % 32;
    }
}

#define KINDS 12

static unsigned forms_seen;

static void expect_numbers(const uint64_t *values, size_t count, bool is_signed)
{
    struct rl_buffer out = {0};
    uint64_t back[MOST];
    rl_numbers_append(&out, values, count, is_signed);
    assert_false(out.failed);
    forms_seen |= 1U << out.data[0];
    /* A form may cost more than eight bytes a number only for the few that its head does. */
    assert_true(out.length <= 24 + count * 9);
    struct rl_cursor cursor = tight(&out, out.length);
    const unsigned char *start = cursor.at;
    assert_true(rl_numbers_take(&cursor, back, count));
    assert_ptr_equal(cursor.at, cursor.end);
    assert_memory_equal(values, back, count * sizeof *values);
    free((void *)(uintptr_t)start);
    for (size_t cut = 0; cut < out.length; cut += 1 + out.length / 23) {
        cursor = tight(&out, cut);
        start = cursor.at;
        assert_false(rl_numbers_take(&cursor, back, count));
        assert_true(cursor.failed);
        free((void *)(uintptr_t)start);
    }
    rl_buffer_free(&out);
}

static void numbers_of_every_kind_come_back(void **state)
{
    (void)state;
    uint64_t values[MOST];
    forms_seen = 0;
    for (unsigned kind = 0; kind < KINDS; kind++)
        for (size_t count = 1; count <= MOST; count += 1 + count / 3)
            for (unsigned is_signed = 0; is_signed < 2; is_signed++) {
                for (size_t i = 0; i < count; i++)
                    values[i] = number_of(kind, i);
                expect_numbers(values, count, is_signed != 0);
            }
    assert_int_equal(forms_seen, (1 << (RL_NUMBERS_ZIGZAG8 + 1)) - 1);
}

static size_t bytes_for(unsigned kind, size_t count, bool is_signed)
{
    struct rl_buffer out = {0};
    uint64_t values[MOST];
    for (size_t i = 0; i < count; i++)
        values[i] = number_of(kind, i);
    rl_numbers_append(&out, values, count, is_signed);
    const size_t bytes = out.length;
    rl_buffer_free(&out);
    return bytes;
}

/* The form is chosen by a few of them. */
static void one_number_that_is_larger_than_all_others_comes_back(void **state)
{
    (void)state;
    uint64_t values[MOST];
    for (unsigned is_signed = 0; is_signed < 2; is_signed++)
        for (size_t at = 0; at < MOST; at++) {
            for (size_t i = 0; i < MOST; i++)
                values[i] = random_bits() >> 33 >> random_bits() % 31;
            values[at] = is_signed != 0 ? (uint64_t)INT64_MIN : UINT64_C(1) << 32;
            expect_numbers(values, MOST, is_signed != 0);
        }
}

static void what_numbers_have_in_common_takes_no_room(void **state)
{
    (void)state;
    assert_int_equal(bytes_for(0, MOST, false), 3); /* all equal */
    assert_true(bytes_for(1, MOST, false) < 80);    /* counting up */
    assert_true(bytes_for(2, MOST, false) < MOST);  /* seven bits above their base */
    assert_true(bytes_for(3, MOST, false) < MOST + 100);
    assert_true(bytes_for(4, MOST, false) < 8 * MOST + 200);
}

static void forms_and_widths_that_cannot_be_are_refused(void **state)
{
    (void)state;
    uint64_t back[64];
    unsigned char bytes[1024] = {RL_NUMBERS_ZIGZAG8 + 1};
    struct rl_cursor cursor = {.at = bytes, .end = bytes + 600};
    assert_false(rl_numbers_take(&cursor, back, 2));
    bytes[0] = RL_NUMBERS_NEAR;
    bytes[1] = 1;
    bytes[2] = 65;
    cursor = (struct rl_cursor){.at = bytes, .end = bytes + 600};
    assert_false(rl_numbers_take(&cursor, back, 2));
}

/* ---- reals ----------------------------------------------------------------------------------- */

static double real_of(unsigned kind, size_t i)
{
    char text[40];
    double value;
    switch (kind) {
    case 0:
        return 26.2;
    case 1:
        return (double)(i % 1000) / 100;
    case 2: {
        const uint64_t bits = random_bits();
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    case 3:
        return i % 7 == 0 ? -0.0 : (double)i;
    case 4:
        return i % 5 == 0 ? NAN : i % 5 == 1 ? -INFINITY : 0.5;
    case 5:
        snprintf(text, sizeof text, "%llu.%03u", (unsigned long long)(random_bits() % 1000000),
                 (unsigned)(random_bits() % 1000));
        return strtod(text, NULL);
    case 6:
        return -(double)(1 + random_bits() % 10000) / 1000; /* -0.0 is no integer */
    case 7: /* decimal at first, and not later */
        return i < 100 ? (double)i / 10 : 1.0 / 3;
    default:
        return (double)(random_bits() >> 9) * 0x1p-3;
    }
}

static void reals_of_every_kind_come_back_to_the_bit(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 9; kind++)
        for (size_t count = 1; count <= MOST; count += 1 + count / 2) {
            uint64_t values[MOST], given[MOST], back[MOST];
            struct rl_buffer out = {0};
            for (size_t i = 0; i < count; i++) {
                const double real = real_of(kind, i);
                memcpy(&values[i], &real, sizeof real);
            }
            memcpy(given, values, sizeof given);
            rl_reals_append(&out, values, count);
            struct rl_cursor cursor = tight(&out, out.length);
            const unsigned char *start = cursor.at;
            assert_true(rl_reals_take(&cursor, back, count));
            assert_ptr_equal(cursor.at, cursor.end);
            assert_memory_equal(given, back, count * sizeof *given);
            free((void *)(uintptr_t)start);
            if (kind == 5 || kind == 6) /* as integers of at most 30 and 14 bits */
                assert_true(out.length < 40 + count * 5);
            rl_buffer_free(&out);
        }
}

/* ---- texts ----------------------------------------------------------------------------------- */

static struct rl_column_text text_of(unsigned kind, size_t i, char *to)
{
    static const unsigned char none;
    unsigned word;
    switch (kind) {
    case 0:
        word = (unsigned)sprintf(to, "always the same");
        break;
    case 1:
        word = (unsigned)sprintf(to, "one of %zu", i % 10);
        break;
    case 2:
        word = (unsigned)sprintf(to, "%llx", (unsigned long long)random_bits());
        break;
    case 3:
        if (i % 3 == 0)
            return (struct rl_column_text){&none, RINGLOG_STRING_NULL};
        word = i % 3 == 1 ? 0 : (unsigned)sprintf(to, "x") | RINGLOG_STRING_TRUNCATED;
        break;
    default: /* the same ends, another middle */
        word = (unsigned)sprintf(to, "/api/v1/%c/items/list", (int)('a' + i % 5));
        break;
    }
    return (struct rl_column_text){(const unsigned char *)to, word};
}

static void texts_of_every_kind_come_back(void **state)
{
    (void)state;
    static char bytes[MOST][32];
    struct rl_texts_scratch scratch = {0};
    for (unsigned kind = 0; kind < 5; kind++)
        for (size_t count = 1; count <= MOST; count += 1 + count / 2) {
            struct rl_column_text texts[MOST], back[MOST];
            struct rl_buffer out = {0};
            for (size_t i = 0; i < count; i++)
                texts[i] = text_of(kind, i, bytes[i]);
            rl_texts_append(&out, texts, count, &scratch);
            struct rl_cursor cursor = tight(&out, out.length);
            const unsigned char *start = cursor.at;
            assert_true(rl_texts_take(&cursor, back, count, &scratch));
            assert_ptr_equal(cursor.at, cursor.end);
            for (size_t i = 0; i < count; i++) {
                assert_int_equal(texts[i].word, back[i].word);
                if (texts[i].word != RINGLOG_STRING_NULL)
                    assert_memory_equal(texts[i].bytes, back[i].bytes,
                                        texts[i].word & RINGLOG_STRING_LENGTH);
            }
            free((void *)(uintptr_t)start);
            for (size_t cut = 0; cut < out.length; cut += 1 + out.length / 23) {
                cursor = tight(&out, cut);
                start = cursor.at;
                assert_false(rl_texts_take(&cursor, back, count, &scratch));
                free((void *)(uintptr_t)start);
            }
            if (count > 500 && kind != 2)
                assert_true(out.length < count);
            rl_buffer_free(&out);
        }
    rl_texts_scratch_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_of_every_width_come_back),
        cmocka_unit_test(bits_lie_as_documented),
        cmocka_unit_test(numbers_of_every_kind_come_back),
        cmocka_unit_test(one_number_that_is_larger_than_all_others_comes_back),
        cmocka_unit_test(what_numbers_have_in_common_takes_no_room),
        cmocka_unit_test(forms_and_widths_that_cannot_be_are_refused),
        cmocka_unit_test(reals_of_every_kind_come_back_to_the_bit),
        cmocka_unit_test(texts_of_every_kind_come_back),
    };
    random_start(1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
