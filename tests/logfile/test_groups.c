/* Call sites with few records share columns: what goes in comes out, at a few bytes a record, also
 * when some of it is passed over; and a group whose sites do not agree is refused. */
#include "cmocka_first.h"

#include "log_builder.h"
#include "logfile/block.h"
#include "logfile/groups.h"
#include "logfile/read.h"
#include "read_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define I32 "\x01"
#define F64 "\x06"
#define STR "\x08"

/* ---- who is with whom ------------------------------------------------------------------------ */

static void stage_rows(struct rl_stage *stage, const char *codes, unsigned rows)
{
    struct rl_staged_site site = {
        .rows = rows, .bytes = rows * (size_t)4, .count = (uint8_t)strlen(codes)};
    memcpy(site.codes, codes, site.count);
    rl_buffer_append(&stage->sites, &site, sizeof site);
}

static void expect_groups(struct rl_groups *groups, const struct rl_stage *stage,
                          const uint32_t *of_sites, size_t count)
{
    assert_true(rl_groups_form(groups, stage));
    assert_int_equal(rl_groups_count(groups), count);
    for (size_t i = 0; i < rl_staged_site_count(stage); i++)
        assert_int_equal(rl_groups_of_sites(groups)[i], of_sites[i]);
}

static void few_records_of_the_same_types_are_together(void **state)
{
    (void)state;
    struct rl_stage stage = {0};
    struct rl_groups groups = {0};
    stage_rows(&stage, I32, 15);
    stage_rows(&stage, I32, 16); /* enough for its own */
    stage_rows(&stage, I32 I32, 1);
    stage_rows(&stage, I32, 1);
    stage_rows(&stage, "", 3);
    stage_rows(&stage, I32 F64, 3);
    stage_rows(&stage, "", 30);
    stage_rows(&stage, I32 I32, 7);
    expect_groups(&groups, &stage, (const uint32_t[]){0, 1, 2, 0, 3, 4, 5, 2}, 6);
    assert_int_equal(rl_groups_all(&groups)[0].rows, 16);
    assert_int_equal(rl_groups_all(&groups)[0].bytes, 64);
    assert_int_equal(rl_groups_all(&groups)[1].rows, 16);
    assert_int_equal(rl_groups_all(&groups)[2].rows, 8);
    rl_stage_clear(&stage);
    stage_rows(&stage, STR, 1);
    expect_groups(&groups, &stage, (const uint32_t[]){0}, 1);
    rl_groups_free(&groups);
    rl_stage_free(&stage);
}

/* ---- there and back -------------------------------------------------------------------------- */

enum { SITES = 3000, ROUNDS = 4 };

/* The numbers of a record tell which it is. */
static void put_record(struct builder *builder, unsigned site, int i)
{
    put_i32(&builder->fields, i);
    if (site % 3 == 1)
        put_f64(&builder->fields, i / 4.0);
    if (site % 3 == 2)
        put_text(&builder->fields, "some text", (size_t)i % 10, false);
}

static void expect_record(const struct rl_record *record, unsigned site, int i)
{
    char format[32];
    snprintf(format, sizeof format, "site %u", site);
    assert_int_equal(record->site->format_length, strlen(format));
    assert_memory_equal(rl_site_format(record->site), format, strlen(format));
    assert_int_equal(rl_load_u32(record->fields), i);
    if (site % 3 == 1) {
        double real;
        memcpy(&real, record->fields + 4, sizeof real);
        assert_true(real == i / 4.0);
    }
    if (site % 3 == 2) {
        assert_int_equal(rl_load_u32(record->fields + 4), i % 10);
        assert_memory_equal(record->fields + 8, "some text", (size_t)i % 10);
    }
}

/* Site by turns; each third site is an ERROR, so that groups are of both. */
static unsigned site_at(int i)
{
    return (unsigned)scrambled(i) % SITES;
}

static struct builder *build(void)
{
    static const char *const codes[] = {I32, I32 F64, I32 STR};
    static uint32_t ids[SITES];
    struct builder *builder = builder_new(1);
    for (unsigned i = 0; i < SITES; i++) {
        char format[32];
        snprintf(format, sizeof format, "site %u", i);
        ids[i] = builder_site(builder, i % 7 == 0 ? 40 : 20, 0, format, codes[i % 3]);
    }
    for (int i = 0; i < SITES * ROUNDS; i++) {
        const unsigned site = site_at(i);
        put_record(builder, site, i);
        assert_int_equal(builder_add(builder, ids[site], site % 7 == 0 ? 40 : 20), 0);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);
    return builder;
}

static void expect_back(const struct rl_selection *selection)
{
    struct builder *builder = build();
    struct rl_logfile_reader reader;
    const int fd = memory_file(builder->out.data, builder->out.length);
    rl_logfile_reader_init(&reader, fd);
    if (selection != NULL)
        reader.selection = *selection;
    int item, seen = 0, expected = 0;
    while ((item = rl_logfile_reader_next(&reader)) > 0) {
        if (item != RL_ITEM_RECORD)
            continue;
        const int i = (int)reader.sequence;
        expect_record(&reader.record, site_at(i), i);
        seen++;
    }
    assert_int_equal(item, RL_ITEM_END);
    for (int i = 0; i < SITES * ROUNDS; i++)
        expected += selection == NULL || site_at(i) % 7 == 0;
    assert_int_equal(seen, expected);
    rl_logfile_reader_free(&reader);
    close(fd);
    builder_free(builder);
}

static void thousands_of_sites_come_back(void **state)
{
    (void)state;
    expect_back(NULL);
}

static void what_is_passed_over_has_its_values_in_the_same_columns(void **state)
{
    (void)state;
    expect_back(&(struct rl_selection){.by_level = true, .level = 40});
}

/* A definition is 20 bytes here and stands two or three times. */
static void a_record_of_many_sites_takes_a_few_bytes(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    uint32_t ids[2000];
    for (unsigned i = 0; i < 2000; i++)
        ids[i] = builder_site(builder, 20, 0, "", I32 I32 I32 I32);
    enum { ROWS = 200 * 2000 };
    for (int i = 0; i < ROWS; i++) {
        for (int k = 0; k < 4; k++)
            put_i32(&builder->fields, 100 + (i + k) % 50);
        assert_int_equal(builder_add(builder, ids[i % 2000], 20), 0);
    }
    rl_logfile_writer_end(&builder->writer, &builder->out);
    assert_in_range(builder->out.length / ROWS, 1, 8);
    builder_free(builder);
}

/* ---- hostile --------------------------------------------------------------------------------- */

static void sites_of_a_group_that_do_not_agree_are_refused(void **state)
{
    (void)state;
    for (int code = RINGLOG_FIELD_I32; code <= RINGLOG_FIELD_BYTES; code++) {
        struct builder *builder = builder_new(1);
        const uint32_t ids[] = {builder_site(builder, 20, 0, "one %d", I32),
                                builder_site(builder, 20, 0, "two %d", I32)};
        for (int i = 0; i < 8; i++) {
            put_i32(&builder->fields, i);
            assert_int_equal(builder_add(builder, ids[i % 2], 20), 0);
        }
        builder_flush(builder);
        unsigned char *bytes = (unsigned char *)builder->out.data;
        struct rl_block block;
        assert_true(rl_block_parse(bytes, &block));
        unsigned char *second = bytes + rl_block_bytes(block.payload_bytes);
        assert_true(rl_block_parse(second, &block));
        /* Codes, length of the format, format. */
        unsigned char *format =
            memmem(second, builder->out.length - (size_t)(second - bytes), "two %d", 6);
        assert_int_equal(format[-2], RINGLOG_FIELD_I32);
        format[-2] = (unsigned char)code;
        rl_block_put_checksums(second, &block);
        struct result *result = malloc(sizeof *result);
        read_bytes(bytes, builder->out.length, result);
        assert_int_equal(result->end, RL_ITEM_END);
        assert_int_equal(result->record_count, code == RINGLOG_FIELD_I32 ? 8 : 1);
        assert_int_equal(result->gap_count, code != RINGLOG_FIELD_I32);
        free(result);
        builder_free(builder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_records_of_the_same_types_are_together),
        cmocka_unit_test(thousands_of_sites_come_back),
        cmocka_unit_test(what_is_passed_over_has_its_values_in_the_same_columns),
        cmocka_unit_test(a_record_of_many_sites_takes_a_few_bytes),
        cmocka_unit_test(sites_of_a_group_that_do_not_agree_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
