/* Records that are added many at a time make the very file that they make one by one: whatever
 * their sites, threads, loggers and fields, and however they are cut into batches. */
#include "cmocka_first.h"

#include "log_builder.h"
#include "ringlog/detail/field.h"
#include "ringlog/detail/site.h"
#include "unit/random.h"

#include <stdlib.h>
#include <string.h>

#define RECORDS 60000
#define THREADS 3
#define SITES   6
#define ROOM    160 /* bytes of a record's fields, at most */

struct row {
    struct rl_record record;
    unsigned char fields[ROOM];
};

/* What is logged: the same whatever it is added to. */
struct story {
    struct rl_thread threads[THREADS];
    struct row *rows;
};

static const struct {
    const char *format, *codes;
} sites[SITES] = {
    {"nothing", ""},
    {"%d", "\x01"},
    {"%s", "\x08"},
    {"%lu %s %f %s", "\x04\x08\x06\x08"},
    {"%u %u %f", "\x02\x02\x06"},
    {"%Lf %d", "\x07\x01"},
};

static void define_sites(struct builder *builder, uint32_t ids[SITES])
{
    for (unsigned i = 0; i < SITES; i++)
        ids[i] = builder_site(builder, 20, 0, sites[i].format, sites[i].codes);
}

static void put_random_text(struct fields *fields)
{
    static const char *const texts[] = {"", "GET", "/index.html", "a longer one, of many bytes"};
    const unsigned which = random_below(6);
    if (which == 4)
        put_text(fields, NULL, 0, false);
    else
        put_text(fields, which == 5 ? "cut" : texts[which], which == 5 ? 3 : strlen(texts[which]),
                 which == 5);
}

static void put_fields(struct fields *fields, const char *codes)
{
    fields->length = 0;
    for (; *codes != '\0'; codes++)
        switch (*codes) {
        case RINGLOG_FIELD_I32:
        case RINGLOG_FIELD_U32:
            put_i32(fields, random_below(3) == 0 ? (int32_t)random_bits() : 181);
            break;
        case RINGLOG_FIELD_U64:
            put_u64(fields, random_integer());
            break;
        case RINGLOG_FIELD_F64:
            put_f64(fields, (double)random_below(1000) / 8);
            break;
        case RINGLOG_FIELD_F80:
            put_f80(fields, 1.5L);
            break;
        default:
            put_random_text(fields);
        }
}

/* As a ring has them: padded to eight bytes. */
static void invent(struct row *row, struct builder *builder, const uint32_t ids[SITES],
                   const struct rl_thread *thread)
{
    const unsigned site = random_below(SITES);
    put_fields(&builder->fields, sites[site].codes);
    assert_true(builder->fields.length + 8 <= ROOM);
    builder->logger_id = random_below(50) == 0 ? 4 : 3;
    row->record = builder_record(builder, ids[site], 20);
    row->record.thread = thread;
    row->record.fields_bytes = (builder->fields.length + 7) & ~(size_t)7;
    memcpy(row->fields, builder->fields.bytes, builder->fields.length);
    row->record.fields = row->fields;
    builder->time_ns += random_below(5000);
}

static void invent_all(struct story *story, struct builder *builder)
{
    uint32_t ids[SITES];
    define_sites(builder, ids);
    story->rows = calloc(RECORDS, sizeof *story->rows);
    for (unsigned i = 0; i < THREADS; i++) {
        story->threads[i] = (struct rl_thread){.number = i + 1, .tid = (pid_t)(4711 + i)};
        rl_thread_set_name(&story->threads[i], i == 0 ? "main" : "worker");
    }
    unsigned thread = 0;
    for (unsigned i = 0; i < RECORDS; i++) {
        thread = random_below(100) < 5 ? random_below(THREADS) : thread;
        invent(&story->rows[i], builder, ids, &story->threads[thread]);
    }
}

static struct rl_batch_row row_of(const struct rl_record *record)
{
    return (struct rl_batch_row){
        .time_ns = record->time_ns,
        .site = record->site,
        .thread = record->thread,
        .fields = record->fields,
        .fields_bytes = (uint32_t)record->fields_bytes,
        .site_id = record->site_id,
        .level = record->level,
        .logger_id = record->logger_id,
    };
}

static void add_one(struct builder *builder, const struct rl_record *record)
{
    assert_int_equal(rl_logfile_writer_add(&builder->writer, record, &builder->out), 0);
}

static void end(struct builder *builder)
{
    rl_logfile_writer_end(&builder->writer, &builder->out);
    assert_false(builder->out.failed);
}

/* Adds a batch; returns how many of its records went the quick way. */
static unsigned add_batch(struct builder *builder, const struct row *rows, unsigned count)
{
    struct rl_batch_row batch[RL_BATCH_MOST];
    unsigned quick = 0;
    for (unsigned i = 0; i < count; i++)
        batch[i] = row_of(&rows[i].record);
    for (unsigned at = 0; at < count; at++) {
        const unsigned added =
            rl_logfile_writer_add_rows(&builder->writer, batch + at, count - at, &builder->out);
        assert_true(added <= count - at);
        quick += added;
        at += added;
        if (at < count)
            add_one(builder, &rows[at].record);
    }
    return quick;
}

static void batches_make_the_same_file(void **state)
{
    (void)state;
    random_start(4242);
    struct builder *one_by_one = builder_new(1);
    struct builder *batches = builder_new(1);
    uint32_t ids[SITES];
    struct story story;
    define_sites(batches, ids);
    invent_all(&story, one_by_one);
    for (unsigned i = 0; i < RECORDS; i++)
        add_one(one_by_one, &story.rows[i].record);
    unsigned quick = 0;
    for (unsigned at = 0, count; at < RECORDS; at += count) {
        count = 1 + random_below(RL_BATCH_MOST);
        count = count > RECORDS - at ? RECORDS - at : count;
        quick += add_batch(batches, story.rows + at, count);
    }
    end(one_by_one);
    end(batches);
    /* One in fifty has another logger than its site, and goes by itself. */
    assert_true(quick > RECORDS / 10 * 9);
    assert_true(quick < RECORDS);
    assert_int_equal(batches->out.length, one_by_one->out.length);
    assert_memory_equal(batches->out.data, one_by_one->out.data, batches->out.length);
    free(story.rows);
    builder_free(one_by_one);
    builder_free(batches);
}

/* A row whose fields are not those of its site is left to the careful way, which refuses it. */
static void a_wrong_row_is_refused(void **state)
{
    (void)state;
    struct builder *builder = builder_new(1);
    uint32_t ids[SITES];
    define_sites(builder, ids);
    put_text(&builder->fields, "whole", 5, false);
    struct rl_record record = builder_record(builder, ids[2], 20);
    add_one(builder, &record);
    record.fields_bytes = 8; /* the length word tells of more */
    const struct rl_batch_row row = row_of(&record);
    assert_int_equal(rl_logfile_writer_add_rows(&builder->writer, &row, 1, &builder->out), 0);
    assert_true(rl_logfile_writer_add(&builder->writer, &record, &builder->out) < 0);
    assert_int_equal(builder->writer.stage.count, 1);
    builder_free(builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_make_the_same_file),
        cmocka_unit_test(a_wrong_row_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
