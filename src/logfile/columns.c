#include "logfile/columns.h"

#include "base/copy.h"
#include "logfile/field_columns.h"
#include "logfile/numbers.h"

#include <string.h>

void rl_columns_scratch_free(struct rl_columns_scratch *scratch)
{
    rl_buffer_free(&scratch->numbers);
    rl_buffer_free(&scratch->sorted);
    rl_buffer_free(&scratch->fields);
    rl_buffer_free(&scratch->texts);
    rl_buffer_free(&scratch->starts);
    rl_buffer_free(&scratch->group);
    rl_groups_free(&scratch->groups);
    rl_texts_scratch_free(&scratch->table);
}

/* What the columns of one block are made from and in. */
struct maker {
    struct rl_buffer *out;
    const struct rl_stage *stage;
    const struct rl_groups *groups;
    struct rl_texts_scratch *table;
    uint64_t *numbers;            /* one a record */
    const unsigned char **fields; /* one a record of a group: what is left of its fields */
    struct rl_column_text *texts; /* one a record */
};

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

static void append_groups(struct maker *maker)
{
    const size_t count = rl_groups_count(maker->groups);
    const size_t site_count = rl_staged_site_count(maker->stage);
    rl_append_varint(maker->out, count);
    if (count == site_count)
        return;
    for (size_t i = 0; i < site_count; i++)
        maker->numbers[i] = rl_groups_of_sites(maker->groups)[i];
    rl_numbers_append(maker->out, maker->numbers, site_count, false);
}

static void append_threads(struct maker *maker)
{
    const struct rl_staged_turn *turns = rl_staged_turns(maker->stage);
    const size_t turn_count = rl_staged_turn_count(maker->stage);
    const uint32_t count = maker->stage->count;
    if (turn_count == 1) {
        rl_numbers_append_equal(maker->out, turns[0].thread, count);
        return;
    }
    for (size_t i = 0; i < turn_count; i++) {
        const uint32_t end = i + 1 < turn_count ? turns[i + 1].row : count;
        for (uint32_t row = turns[i].row; row < end; row++)
            maker->numbers[row] = turns[i].thread;
    }
    rl_numbers_append(maker->out, maker->numbers, count, false);
}

static void append_places(struct maker *maker)
{
    const uint32_t *places = rl_staged_places(maker->stage);
    const uint32_t count = maker->stage->count;
    if (rl_staged_site_count(maker->stage) == 1) {
        rl_numbers_append_equal(maker->out, 0, count);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        maker->numbers[i] = places[i];
    rl_numbers_append(maker->out, maker->numbers, count, false);
}

static void append_times(struct maker *maker)
{
    const struct rl_stage *stage = maker->stage;
    const uint64_t *times = rl_staged_times(stage);
    const uint64_t before_first = (uint64_t)stage->first_ns - (uint64_t)stage->least_ns;
    if (before_first == 0) { /* as they are, since writers put them in order */
        rl_numbers_append(maker->out, times, stage->count, false);
        return;
    }
    for (uint32_t i = 0; i < stage->count; i++)
        maker->numbers[i] = times[i] + before_first;
    rl_numbers_append(maker->out, maker->numbers, stage->count, false);
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
    const unsigned char *bytes = (const unsigned char *)maker->stage->texts.data;
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

/* The records of one group lie where they were staged. Those of several are copied together, each
 * group's in their order. NULL: no memory. */
static const unsigned char *sort_by_group(const struct rl_stage *stage,
                                          struct rl_columns_scratch *scratch)
{
    const struct rl_staged_site *sites = rl_staged_sites(stage);
    const struct rl_staged_site *groups = rl_groups_all(&scratch->groups);
    const uint32_t *of_sites = rl_groups_of_sites(&scratch->groups);
    const size_t group_count = rl_groups_count(&scratch->groups);
    const uint32_t *places = rl_staged_places(stage);
    const unsigned char *from = (const unsigned char *)stage->bytes.data;
    const unsigned char *end = from + stage->bytes.length;
    if (group_count == 1)
        return from;
    size_t *starts = rl_buffer_scratch(&scratch->starts, group_count * sizeof *starts);
    unsigned char *sorted = rl_buffer_scratch(&scratch->sorted, stage->bytes.length);
    if (starts == NULL || sorted == NULL)
        return NULL;
    size_t start = 0;
    for (size_t i = 0; i < group_count; i++) {
        starts[i] = start;
        start += groups[i].bytes;
    }
    for (uint32_t i = 0; i < stage->count; i++) {
        const struct rl_staged_site *site = &sites[places[i]];
        const size_t bytes = rl_staged_fields_bytes(site, from, (size_t)(end - from));
        size_t *to = &starts[of_sites[places[i]]];
        rl_copy_words(sorted + *to, from, bytes);
        *to += bytes;
        from += bytes;
    }
    return sorted;
}

static void append_fields(struct maker *maker, struct rl_columns_scratch *scratch)
{
    const struct rl_staged_site *groups = rl_groups_all(maker->groups);
    const size_t count = rl_groups_count(maker->groups);
    const unsigned char *records = sort_by_group(maker->stage, scratch);
    const struct rl_field_columns_scratch with = {.numbers = maker->numbers,
                                                  .fields = maker->fields,
                                                  .texts = maker->texts,
                                                  .table = &scratch->table};
    struct rl_buffer *one = &scratch->group;
    maker->out->failed |= records == NULL;
    for (size_t i = 0; records != NULL && i < count; i++) {
        one->length = 0;
        rl_field_columns_append(one, &groups[i], records, &with);
        rl_append_text(maker->out, one->data, one->length);
        maker->out->failed |= one->failed;
        one->failed = false;
        records += groups[i].bytes;
    }
}

void rl_columns_append(struct rl_buffer *out, const struct rl_stage *stage,
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
        .groups = &scratch->groups,
        .table = &scratch->table,
        .numbers = rl_buffer_scratch(&scratch->numbers, most * sizeof *maker.numbers),
        .fields = rl_buffer_scratch(&scratch->fields, stage->count * sizeof *maker.fields),
        .texts = rl_buffer_scratch(&scratch->texts, stage->count * sizeof *maker.texts),
    };
    if (maker.numbers == NULL || maker.fields == NULL || maker.texts == NULL ||
        !rl_groups_form(&scratch->groups, stage)) {
        out->failed = true;
        return;
    }
    append_tables(&maker);
    append_groups(&maker);
    append_threads(&maker);
    append_places(&maker);
    append_times(&maker);
    append_all_sparse(&maker);
    append_fields(&maker, scratch);
}
