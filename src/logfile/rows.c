#include "logfile/rows.h"

#include "base/copy.h"
#include "logfile/numbers.h"
#include "logfile/reals.h"
#include "logfile/wide.h"
#include "record/fields.h"

#include <string.h>

#define NONE SIZE_MAX

/* A site of the block. */
struct site {
    uint32_t id;
    bool known; /* its fields are of the types by which its group was unpacked */
};

/* Sites whose fields lie in common columns. */
struct group {
    uint32_t count; /* of their rows */
    uint32_t next;
    struct rl_cursor columns;
    struct rl_shape shape; /* by which they were unpacked */
    size_t unpacked;       /* where they are listed in rl_rows.columns; NONE: not yet */
};

/* ---- memory: places instead of pointers, for what grows moves -------------------------------- */

static size_t make_room(struct rl_rows *rows, struct rl_buffer *buffer, size_t count, size_t bytes)
{
    const size_t place = buffer->length / bytes;
    if (rl_buffer_reserve(buffer, count * bytes) == NULL) {
        rows->no_memory = true;
        buffer->failed = false;
        return NONE;
    }
    buffer->length += count * bytes;
    return place;
}

static uint64_t *numbers_at(const struct rl_rows *rows, size_t place)
{
    return (uint64_t *)(void *)rows->numbers.data + place;
}

static struct rl_column_text *texts_at(const struct rl_rows *rows, size_t place)
{
    return (struct rl_column_text *)(void *)rows->texts.data + place;
}

static struct site *site_at(const struct rl_rows *rows, size_t place)
{
    return (struct site *)(void *)rows->sites.data + place;
}

static struct group *group_at(const struct rl_rows *rows, size_t place)
{
    return (struct group *)(void *)rows->groups.data + place;
}

static size_t take_numbers(struct rl_rows *rows, struct rl_cursor *body, size_t count)
{
    const size_t place = make_room(rows, &rows->numbers, count, sizeof(uint64_t));
    if (place == NONE || !rl_numbers_take(body, numbers_at(rows, place), count))
        return NONE;
    return place;
}

static size_t take_texts(struct rl_rows *rows, struct rl_cursor *body, size_t count)
{
    const size_t place = make_room(rows, &rows->texts, count, sizeof(struct rl_column_text));
    if (place == NONE)
        return NONE;
    if (rl_texts_take(body, texts_at(rows, place), count, &rows->scratch))
        return place;
    rows->no_memory |= rows->scratch.numbers.failed || rows->scratch.firsts.failed;
    return NONE;
}

void rl_rows_free(struct rl_rows *rows)
{
    rl_buffer_free(&rows->numbers);
    rl_buffer_free(&rows->sites);
    rl_buffer_free(&rows->groups);
    rl_buffer_free(&rows->columns);
    rl_buffer_free(&rows->texts);
    rl_texts_scratch_free(&rows->scratch);
}

/* ---- the front of the body ------------------------------------------------------------------- */

/* Numbers that are ids: 32 bits. */
static bool are_ids(const uint64_t *numbers, size_t count)
{
    uint64_t all = 0;
    for (size_t i = 0; i < count; i++)
        all |= numbers[i];
    return all <= UINT32_MAX;
}

/* So many numbers, each below `limit`. */
static size_t take_places(struct rl_rows *rows, struct rl_cursor *body, size_t count, size_t limit)
{
    const size_t place = take_numbers(rows, body, count);
    if (place == NONE)
        return NONE;
    const uint64_t *numbers = numbers_at(rows, place);
    for (size_t i = 0; i < count; i++)
        if (numbers[i] >= limit)
            return NONE;
    return place;
}

static bool take_threads(struct rl_rows *rows, struct rl_cursor *body)
{
    rows->thread_count = rl_take_varint(body);
    if (rows->thread_count > RL_BLOCK_RECORDS_MOST)
        return false;
    rows->thread_ids = take_numbers(rows, body, rows->thread_count);
    rows->thread_firsts =
        rows->thread_ids == NONE ? NONE : take_numbers(rows, body, rows->thread_count);
    return rows->thread_firsts != NONE &&
           are_ids(numbers_at(rows, rows->thread_ids), rows->thread_count);
}

static bool take_sites(struct rl_rows *rows, struct rl_cursor *body, uint64_t *count)
{
    *count = rl_take_varint(body);
    if (*count > RL_BLOCK_RECORDS_MOST)
        return false;
    const size_t ids = take_numbers(rows, body, *count);
    if (ids == NONE || !are_ids(numbers_at(rows, ids), *count) ||
        make_room(rows, &rows->sites, *count, sizeof(struct site)) == NONE)
        return false;
    for (size_t i = 0; i < *count; i++)
        *site_at(rows, i) = (struct site){.id = (uint32_t)numbers_at(rows, ids)[i]};
    return true;
}

/* Where the group of each site is; NONE in `of_sites`: each is one by itself. */
static bool take_groups(struct rl_rows *rows, struct rl_cursor *body, uint64_t site_count,
                        size_t *of_sites)
{
    const uint64_t count = rl_take_varint(body);
    *of_sites = NONE;
    if (count > site_count || make_room(rows, &rows->groups, count, sizeof(struct group)) == NONE)
        return false;
    for (size_t i = 0; i < count; i++)
        *group_at(rows, i) = (struct group){.unpacked = NONE};
    if (count == site_count)
        return true;
    *of_sites = take_places(rows, body, site_count, count);
    return *of_sites != NONE;
}

/* The group of each row, and how many rows each group has. */
static bool find_groups(struct rl_rows *rows, size_t of_sites)
{
    rows->row_groups = rows->row_sites;
    if (of_sites != NONE) {
        rows->row_groups = make_room(rows, &rows->numbers, rows->count, sizeof(uint64_t));
        if (rows->row_groups == NONE)
            return false;
        for (uint32_t i = 0; i < rows->count; i++)
            numbers_at(rows, rows->row_groups)[i] =
                numbers_at(rows, of_sites)[numbers_at(rows, rows->row_sites)[i]];
    }
    const uint64_t *groups = numbers_at(rows, rows->row_groups);
    for (uint32_t i = 0; i < rows->count; i++)
        group_at(rows, groups[i])->count++;
    return true;
}

static bool take_rows(struct rl_rows *rows, struct rl_cursor *body, uint64_t site_count)
{
    rows->row_threads = take_places(rows, body, rows->count, rows->thread_count);
    if (rows->row_threads == NONE)
        return false;
    rows->row_sites = take_places(rows, body, rows->count, site_count);
    if (rows->row_sites == NONE)
        return false;
    rows->row_times = take_numbers(rows, body, rows->count);
    return rows->row_times != NONE;
}

/* ---- what only some rows have ---------------------------------------------------------------- */

static bool ascend(const uint64_t *numbers, size_t count, uint64_t limit)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] >= limit || (i != 0 && numbers[i] <= numbers[i - 1]))
            return false;
    return true;
}

static bool within(const uint64_t *numbers, size_t count, int64_t least, int64_t most)
{
    for (size_t i = 0; i < count; i++)
        if ((int64_t)numbers[i] < least || (int64_t)numbers[i] > most)
            return false;
    return true;
}

static bool take_sparse(struct rl_rows *rows, struct rl_cursor *body, enum rl_sparse column)
{
    struct sparse_column *sparse = &rows->sparse[column];
    const uint64_t count = rl_take_varint(body);
    if (count == 0 || count > rows->count)
        return false;
    sparse->count = (uint32_t)count;
    sparse->rows = NONE;
    if (count != rows->count) {
        sparse->rows = take_numbers(rows, body, count);
        if (sparse->rows == NONE || !ascend(numbers_at(rows, sparse->rows), count, rows->count))
            return false;
    }
    if (column != RL_SPARSE_LOGGER && column != RL_SPARSE_LEVEL) {
        sparse->values = take_texts(rows, body, count);
        return sparse->values != NONE;
    }
    sparse->values = take_numbers(rows, body, count);
    return sparse->values != NONE && within(numbers_at(rows, sparse->values), count,
                                            column == RL_SPARSE_LOGGER ? 0 : INT32_MIN,
                                            column == RL_SPARSE_LOGGER ? UINT16_MAX : INT32_MAX);
}

static bool take_all_sparse(struct rl_rows *rows, struct rl_cursor *body)
{
    const unsigned present = rl_take_byte(body);
    rows->any_sparse = present != 0;
    for (unsigned i = 0; i < RL_SPARSE_COLUMNS; i++) {
        rows->sparse[i] = (struct sparse_column){0};
        if ((present >> i & 1) != 0 && !take_sparse(rows, body, (enum rl_sparse)i))
            return false;
    }
    return present >> RL_SPARSE_COLUMNS == 0;
}

static bool find_columns(struct rl_rows *rows, struct rl_cursor *body)
{
    const size_t count = rows->groups.length / sizeof(struct group);
    for (size_t i = 0; i < count; i++) {
        size_t bytes;
        const unsigned char *columns = (const unsigned char *)rl_take_text(body, &bytes);
        if (columns == NULL)
            return false;
        group_at(rows, i)->columns = (struct rl_cursor){.at = columns, .end = columns + bytes};
    }
    return true;
}

bool rl_rows_open(struct rl_rows *rows, struct rl_cursor body, uint32_t count,
                  int64_t least_time_ns)
{
    rows->count = count;
    rows->next = 0;
    rows->least_time_ns = least_time_ns;
    rows->unpacked = 0;
    rows->no_memory = false;
    rows->numbers.length = rows->sites.length = rows->groups.length = rows->columns.length =
        rows->texts.length = 0;
    uint64_t site_count;
    size_t of_sites;
    return take_threads(rows, &body) && take_sites(rows, &body, &site_count) &&
           take_groups(rows, &body, site_count, &of_sites) && take_rows(rows, &body, site_count) &&
           find_groups(rows, of_sites) && take_all_sparse(rows, &body) &&
           find_columns(rows, &body) && !body.failed;
}

/* ---- tables ---------------------------------------------------------------------------------- */

size_t rl_rows_sites(const struct rl_rows *rows)
{
    return rows->sites.length / sizeof(struct site);
}

size_t rl_rows_threads(const struct rl_rows *rows)
{
    return rows->thread_count;
}

uint32_t rl_rows_site_id(const struct rl_rows *rows, size_t place)
{
    return site_at(rows, place)->id;
}

uint32_t rl_rows_thread_id(const struct rl_rows *rows, size_t place)
{
    return (uint32_t)numbers_at(rows, rows->thread_ids)[place];
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Where the next row's value is, if it has one; NONE: it has none. */
static size_t next_sparse(struct rl_rows *rows, enum rl_sparse column)
{
    struct sparse_column *sparse = &rows->sparse[column];
    if (__builtin_expect(sparse->next >= sparse->count, 1))
        return NONE;
    if (sparse->rows != NONE && numbers_at(rows, sparse->rows)[sparse->next] != rows->next)
        return NONE;
    return sparse->values + sparse->next++;
}

static bool next_text(struct rl_rows *rows, enum rl_sparse column, struct rl_bytes *text)
{
    const size_t place = next_sparse(rows, column);
    if (__builtin_expect(place == NONE, 1))
        return false;
    const struct rl_column_text found = *texts_at(rows, place);
    text->at = found.bytes;
    text->length = rl_text_bytes(found.word);
    rows->unpacked += text->length;
    return true;
}

static void set_sparse(struct rl_rows *rows, struct rl_row *row)
{
    struct rl_bytes text;
    size_t place = next_sparse(rows, RL_SPARSE_LOGGER);
    row->has_logger = place != NONE;
    if (row->has_logger)
        row->logger = (uint16_t)*numbers_at(rows, place);
    place = next_sparse(rows, RL_SPARSE_LEVEL);
    row->has_level = place != NONE;
    if (row->has_level)
        row->level = (int32_t)*numbers_at(rows, place);
    if (next_text(rows, RL_SPARSE_EXCEPTION, &text)) {
        row->exception_text = (const char *)text.at;
        row->exception_length = text.length;
    }
    if (next_text(rows, RL_SPARSE_STACK, &text)) {
        row->stack_text = (const char *)text.at;
        row->stack_length = text.length;
    }
    next_text(rows, RL_SPARSE_ADDED, &row->added);
    next_text(rows, RL_SPARSE_CONTEXT, &row->context);
}

void rl_rows_next(struct rl_rows *rows, struct rl_row *row)
{
    const uint32_t next = rows->next;
    const uint64_t thread = numbers_at(rows, rows->row_threads)[next];
    rows->place = (uint32_t)numbers_at(rows, rows->row_sites)[next];
    rows->group = (uint32_t)numbers_at(rows, rows->row_groups)[next];
    rows->number = group_at(rows, rows->group)->next++;
    *row = (struct rl_row){
        .site = rows->place,
        .thread = (uint32_t)thread,
        .thread_sequence = numbers_at(rows, rows->thread_firsts)[thread]++,
        /* Unsigned: a damaged time may wrap, which is no error of arithmetic. */
        .time_ns =
            (int64_t)((uint64_t)rows->least_time_ns + numbers_at(rows, rows->row_times)[next]),
    };
    if (__builtin_expect(rows->any_sparse, 0))
        set_sparse(rows, row);
    rows->next++;
}

/* Goes to the first value that is not of a row passed over. */
static void skip_sparse(const struct rl_rows *rows, struct sparse_column *sparse)
{
    if (sparse->count != 0 && sparse->rows == NONE)
        sparse->next = rows->next;
    else
        while (sparse->next < sparse->count &&
               numbers_at(rows, sparse->rows)[sparse->next] < rows->next)
            sparse->next++;
}

uint32_t rl_rows_skip(struct rl_rows *rows, const uint8_t *refused)
{
    if (rows->sparse[RL_SPARSE_LOGGER].count != 0 || rows->sparse[RL_SPARSE_LEVEL].count != 0)
        return 0;
    const uint64_t *places = numbers_at(rows, rows->row_sites);
    const uint64_t *groups = numbers_at(rows, rows->row_groups);
    const uint64_t *threads = numbers_at(rows, rows->row_threads);
    uint64_t *firsts = numbers_at(rows, rows->thread_firsts);
    const uint32_t begin = rows->next;
    uint32_t next = begin;
    for (; next < rows->count && refused[places[next]]; next++) {
        firsts[threads[next]]++;
        group_at(rows, groups[next])->next++;
    }
    rows->next = next;
    for (unsigned i = 0; rows->any_sparse && i < RL_SPARSE_COLUMNS; i++)
        skip_sparse(rows, &rows->sparse[i]);
    return next - begin;
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* Where a column's values are, in numbers or texts. */
static size_t take_column(struct rl_rows *rows, struct rl_cursor *cursor, uint8_t code,
                          uint32_t count)
{
    if (rl_field_is_text(code))
        return take_texts(rows, cursor, count);
    if (code == RINGLOG_FIELD_F80) { /* two columns, one behind the other */
        const size_t lower = take_numbers(rows, cursor, count);
        return lower == NONE || take_numbers(rows, cursor, count) == NONE ? NONE : lower;
    }
    if (code != RINGLOG_FIELD_F64)
        return take_numbers(rows, cursor, count);
    const size_t place = make_room(rows, &rows->numbers, count, sizeof(uint64_t));
    return place != NONE && rl_reals_take(cursor, numbers_at(rows, place), count) ? place : NONE;
}

static bool unpack(struct rl_rows *rows, struct group *group, struct rl_shape shape)
{
    const size_t listed = make_room(rows, &rows->columns, shape.count, sizeof(size_t));
    if (listed == NONE)
        return false;
    struct rl_cursor cursor = group->columns;
    for (unsigned i = 0; i < shape.count; i++) {
        const size_t column = shape.codes[i] == RINGLOG_FIELD_NONE
                                  ? 0
                                  : take_column(rows, &cursor, shape.codes[i], group->count);
        if (column == NONE)
            return false;
        ((size_t *)(void *)rows->columns.data)[listed + i] = column;
    }
    group->unpacked = listed;
    group->shape = shape;
    return !cursor.failed;
}

static bool append_word(struct rl_buffer *fields, uint64_t value, bool fits)
{
    const uint32_t narrow = (uint32_t)value;
    rl_buffer_append(fields, &narrow, sizeof narrow);
    return fits;
}

static bool append_text(struct rl_buffer *fields, struct rl_column_text text)
{
    const size_t length = rl_text_bytes(text.word);
    unsigned char *to = (unsigned char *)rl_buffer_reserve(fields, sizeof text.word + length);
    if (to == NULL)
        return true; /* `fields` has latched it */
    memcpy(to, &text.word, sizeof text.word);
    rl_copy_words(to + sizeof text.word, text.bytes, length);
    fields->length += sizeof text.word + length;
    return true;
}

static bool append_wide(struct rl_buffer *fields, enum rl_wide_form form, uint64_t lower,
                        uint64_t upper)
{
    unsigned char bytes[16];
    rl_store_le64(bytes, lower);
    rl_store_le64(bytes + 8, upper);
    const struct rl_wide wide = rl_wide_load(form, bytes);
    rl_buffer_append(fields, wide.bytes, sizeof wide.bytes);
    return true;
}

static bool append_field(const struct rl_rows *rows, const struct group *group, uint8_t code,
                         size_t column, enum rl_wide_form form, struct rl_buffer *fields)
{
    if (code == RINGLOG_FIELD_NONE)
        return true;
    if (rl_field_is_text(code))
        return append_text(fields, *texts_at(rows, column + rows->number));
    const uint64_t *numbers = numbers_at(rows, column + rows->number);
    const int64_t number = (int64_t)*numbers;
    switch (code) {
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_ERRNO:
        return append_word(fields, *numbers, number >= INT32_MIN && number <= INT32_MAX);
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_BOOL:
        return append_word(fields, *numbers, *numbers <= UINT32_MAX);
    case RINGLOG_FIELD_F80:
        return append_wide(fields, form, numbers[0], numbers[group->count]);
    default:
        rl_buffer_append(fields, numbers, sizeof *numbers);
        return true;
    }
}

/* Before the fields of a site are read for the first time: their group's columns, which must be of
 * the types that the site's definition says. */
static bool open_fields(struct rl_rows *rows, struct group *group, struct rl_shape shape)
{
    if (group->unpacked == NONE && !unpack(rows, group, shape))
        return false;
    return group->shape.count == shape.count &&
           memcmp(group->shape.codes, shape.codes, shape.count) == 0;
}

bool rl_rows_fields(struct rl_rows *rows, struct rl_shape shape, enum rl_wide_form form,
                    struct rl_buffer *fields)
{
    fields->length = 0;
    struct site *site = site_at(rows, rows->place);
    struct group *group = group_at(rows, rows->group);
    if (__builtin_expect(!site->known, 0) && !open_fields(rows, group, shape))
        return false;
    site->known = true;
    const size_t *columns = (const size_t *)(const void *)rows->columns.data + group->unpacked;
    for (unsigned i = 0; i < shape.count; i++)
        if (!append_field(rows, group, shape.codes[i], columns[i], form, fields))
            return false;
    rows->unpacked += fields->length;
    rows->no_memory |= fields->failed;
    return !fields->failed && rows->unpacked <= RL_BLOCK_MOST;
}
