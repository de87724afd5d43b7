#include "logfile/columns.h"

#include "logfile/numbers.h"
#include "logfile/reals.h"
#include "logfile/wide.h"
#include "record/fields.h"

#include <string.h>

void rl_columns_scratch_free(struct rl_columns_scratch *scratch)
{
    rl_buffer_free(&scratch->numbers);
    rl_buffer_free(&scratch->fields);
    rl_buffer_free(&scratch->texts);
    rl_buffer_free(&scratch->starts);
    rl_buffer_free(&scratch->site);
    rl_texts_scratch_free(&scratch->table);
}

/* What the columns of one block are made from and in. */
struct maker {
    struct rl_buffer *out;
    const struct rl_stage *stage;
    struct rl_texts_scratch *table;
    uint64_t *numbers;            /* one a record */
    const unsigned char **fields; /* one a record, by site: what is left of its fields */
    struct rl_column_text *texts; /* one a record */
    uint32_t *starts;             /* one a site: its first in `fields` */
};

static void *room(struct rl_buffer *buffer, size_t count, size_t bytes)
{
    buffer->length = 0;
    void *start = rl_buffer_reserve(buffer, count * bytes);
    buffer->failed = false;
    return start;
}

/* ---- one for each record --------------------------------------------------------------------- */

static void append_tables(struct maker *maker)
{
    const struct rl_staged_thread *threads = rl_staged_threads(maker->stage);
    const struct rl_staged_site *sites = rl_staged_sites(maker->stage);
    const size_t thread_count = rl_staged_thread_count(maker->stage);
    const size_t site_count = rl_staged_site_count(maker->stage);
    rl_append_varint(maker->out, thread_count);
    for (size_t i = 0; i < thread_count; i++)
        maker->numbers[i] = threads[i].id;
    rl_numbers_append(maker->out, maker->numbers, thread_count, false);
    for (size_t i = 0; i < thread_count; i++)
        maker->numbers[i] = threads[i].first;
    rl_numbers_append(maker->out, maker->numbers, thread_count, false);
    rl_append_varint(maker->out, site_count);
    for (size_t i = 0; i < site_count; i++)
        maker->numbers[i] = sites[i].id;
    rl_numbers_append(maker->out, maker->numbers, site_count, false);
}

static void append_rows(struct maker *maker, int64_t least_time_ns)
{
    const struct rl_staged_row *rows = rl_staged_rows(maker->stage);
    const uint32_t count = maker->stage->count;
    uint64_t *numbers = maker->numbers;
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = rows[i].thread;
    rl_numbers_append(maker->out, numbers, count, false);
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = rows[i].site;
    rl_numbers_append(maker->out, numbers, count, false);
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = (uint64_t)rows[i].time_ns - (uint64_t)least_time_ns;
    rl_numbers_append(maker->out, numbers, count, false);
}

/* ---- one for some ---------------------------------------------------------------------------- */

static void append_sparse(struct maker *maker, enum rl_sparse column)
{
    const struct rl_buffer *from = &maker->stage->sparse[column];
    const struct rl_staged_sparse *sparse = (const void *)from->data;
    const size_t count = from->length / sizeof *sparse;
    rl_append_varint(maker->out, count);
    for (size_t i = 0; i < count; i++)
        maker->numbers[i] = sparse[i].row;
    if (count != maker->stage->count)
        rl_numbers_append(maker->out, maker->numbers, count, false);
    if (column == RL_SPARSE_LOGGER || column == RL_SPARSE_LEVEL) {
        for (size_t i = 0; i < count; i++)
            maker->numbers[i] = (uint64_t)sparse[i].value;
        rl_numbers_append(maker->out, maker->numbers, count, true);
        return;
    }
    const unsigned char *bytes = (const unsigned char *)maker->stage->bytes.data;
    for (size_t i = 0; i < count; i++)
        maker->texts[i] = (struct rl_column_text){bytes + sparse[i].value, sparse[i].length};
    rl_texts_append(maker->out, maker->texts, count, maker->table);
}

static void append_all_sparse(struct maker *maker)
{
    unsigned present = 0;
    for (unsigned i = 0; i < RL_SPARSE_COLUMNS; i++)
        present |= (unsigned)(maker->stage->sparse[i].length != 0) << i;
    rl_buffer_append_char(maker->out, (char)present);
    for (unsigned i = 0; i < RL_SPARSE_COLUMNS; i++)
        if (present >> i & 1)
            append_sparse(maker, (enum rl_sparse)i);
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* Sorts the records by site, each site's in their order. */
static void sort_by_site(struct maker *maker)
{
    const struct rl_staged_row *rows = rl_staged_rows(maker->stage);
    const struct rl_staged_site *sites = rl_staged_sites(maker->stage);
    const unsigned char *bytes = (const unsigned char *)maker->stage->bytes.data;
    const size_t site_count = rl_staged_site_count(maker->stage);
    uint32_t start = 0;
    for (size_t i = 0; i < site_count; i++) {
        maker->starts[i] = start;
        start += sites[i].rows;
    }
    for (uint32_t i = 0; i < maker->stage->count; i++)
        maker->fields[maker->starts[rows[i].site]++] = bytes + rows[i].fields_at;
    for (size_t i = 0; i < site_count; i++)
        maker->starts[i] -= sites[i].rows;
}

static void append_texts(struct maker *maker, struct rl_buffer *out, const unsigned char **fields,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t word = rl_load_u32(fields[i]);
        maker->texts[i] = (struct rl_column_text){fields[i] + 4, word};
        fields[i] += 4 + (word == RINGLOG_STRING_NULL ? 0 : word & RINGLOG_STRING_LENGTH);
    }
    rl_texts_append(out, maker->texts, count, maker->table);
}

static void append_wides(struct maker *maker, struct rl_buffer *out, const unsigned char **fields,
                         uint32_t count)
{
    for (unsigned half = 0; half < 2; half++) {
        for (uint32_t i = 0; i < count; i++) {
            unsigned char bytes[16];
            rl_wide_store(bytes, fields[i]);
            maker->numbers[i] = rl_load_le64(bytes + (size_t)8 * half);
        }
        rl_numbers_append(out, maker->numbers, count, false);
    }
    for (uint32_t i = 0; i < count; i++)
        fields[i] += 16;
}

static void load_words(uint64_t *numbers, const unsigned char **fields, uint32_t count,
                       bool is_signed)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t word = rl_load_u32(fields[i]);
        numbers[i] = is_signed ? (uint64_t)(int64_t)(int32_t)word : word;
        fields[i] += 4;
    }
}

static void load_double_words(uint64_t *numbers, const unsigned char **fields, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = rl_load_u64(fields[i]);
        fields[i] += 8;
    }
}

static void append_field(struct maker *maker, struct rl_buffer *out, uint8_t code,
                         const unsigned char **fields, uint32_t count)
{
    switch (code) {
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_ERRNO:
        load_words(maker->numbers, fields, count, true);
        rl_numbers_append(out, maker->numbers, count, true);
        return;
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_BOOL:
        load_words(maker->numbers, fields, count, false);
        rl_numbers_append(out, maker->numbers, count, false);
        return;
    case RINGLOG_FIELD_I64:
    case RINGLOG_FIELD_U64:
    case RINGLOG_FIELD_POINTER:
        load_double_words(maker->numbers, fields, count);
        rl_numbers_append(out, maker->numbers, count, code == RINGLOG_FIELD_I64);
        return;
    case RINGLOG_FIELD_F64:
        load_double_words(maker->numbers, fields, count);
        rl_reals_append(out, maker->numbers, count);
        return;
    case RINGLOG_FIELD_F80:
        append_wides(maker, out, fields, count);
        return;
    case RINGLOG_FIELD_STRING:
    case RINGLOG_FIELD_BYTES:
        append_texts(maker, out, fields, count);
        return;
    default: /* takes no room in a record */
        return;
    }
}

static void append_sites(struct maker *maker, struct rl_buffer *one)
{
    const struct rl_staged_site *sites = rl_staged_sites(maker->stage);
    const size_t site_count = rl_staged_site_count(maker->stage);
    sort_by_site(maker);
    for (size_t i = 0; i < site_count; i++) {
        one->length = 0;
        for (unsigned k = 0; k < sites[i].count; k++)
            append_field(maker, one, sites[i].codes[k], maker->fields + maker->starts[i],
                         sites[i].rows);
        rl_append_text(maker->out, one->data, one->length);
        if (one->failed)
            maker->out->failed = true;
        one->failed = false;
    }
}

void rl_columns_append(struct rl_buffer *out, const struct rl_stage *stage, int64_t least_time_ns,
                       struct rl_columns_scratch *scratch)
{
    const size_t site_count = rl_staged_site_count(stage);
    const size_t thread_count = rl_staged_thread_count(stage);
    size_t most = stage->count; /* a table may name one more than there are records */
    most = most < site_count ? site_count : most;
    most = most < thread_count ? thread_count : most;
    struct maker maker = {
        .out = out,
        .stage = stage,
        .table = &scratch->table,
        .numbers = room(&scratch->numbers, most, sizeof *maker.numbers),
        .fields = room(&scratch->fields, stage->count, sizeof *maker.fields),
        .texts = room(&scratch->texts, stage->count, sizeof *maker.texts),
        .starts = room(&scratch->starts, site_count, sizeof *maker.starts),
    };
    if (maker.numbers == NULL || maker.fields == NULL || maker.texts == NULL ||
        maker.starts == NULL) {
        out->failed = true;
        return;
    }
    append_tables(&maker);
    append_rows(&maker, least_time_ns);
    append_all_sparse(&maker);
    append_sites(&maker, &scratch->site);
}
