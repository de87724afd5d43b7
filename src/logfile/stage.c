#include "logfile/stage.h"

#include "record/decode.h"

#include <errno.h>
#include <string.h>

/* Rings keep records in units of this: there may be padding behind the fields. */
#define RECORD_ALIGNMENT 8

struct rl_shape rl_shape_of(const struct rl_site *site)
{
    struct rl_shape shape;
    shape.codes = rl_site_codes(site, &shape.count);
    return shape;
}

/* ---- life ------------------------------------------------------------------------------------ */

void rl_stage_free(struct rl_stage *stage)
{
    rl_buffer_free(&stage->rows);
    rl_buffer_free(&stage->bytes);
    rl_buffer_free(&stage->sites);
    rl_buffer_free(&stage->threads);
    for (unsigned i = 0; i < RL_SPARSE_COLUMNS; i++)
        rl_buffer_free(&stage->sparse[i]);
}

static void empty(struct rl_buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = false;
}

void rl_stage_clear(struct rl_stage *stage)
{
    stage->count = stage->level_mask = stage->logger_mask = 0;
    empty(&stage->rows);
    empty(&stage->bytes);
    empty(&stage->sites);
    empty(&stage->threads);
    for (unsigned i = 0; i < RL_SPARSE_COLUMNS; i++)
        empty(&stage->sparse[i]);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static bool append_entry(struct rl_buffer *table, const void *entry, size_t bytes)
{
    rl_buffer_append(table, entry, bytes);
    const bool failed = table->failed;
    table->failed = false;
    return !failed;
}

uint32_t rl_stage_site(struct rl_stage *stage, uint32_t id, uint16_t logger,
                       const struct rl_site *from)
{
    const size_t place = rl_staged_site_count(stage);
    const struct rl_shape shape = rl_shape_of(from);
    struct rl_staged_site site = {
        .id = id, .logger = logger, .count = (uint8_t)shape.count, .has_texts = false};
    for (unsigned i = 0; i < shape.count; i++) {
        site.codes[i] = shape.codes[i];
        site.fixed_bytes += (uint32_t)rl_field_fixed_bytes(shape.codes[i]);
        site.has_texts |= rl_field_is_text(shape.codes[i]);
    }
    stage->level_mask |= rl_level_bit(from->level);
    stage->logger_mask |= rl_logger_bit(logger);
    return append_entry(&stage->sites, &site, sizeof site) ? (uint32_t)place : UINT32_MAX;
}

uint32_t rl_stage_thread(struct rl_stage *stage, uint32_t id, uint64_t first)
{
    const size_t place = rl_staged_thread_count(stage);
    const struct rl_staged_thread thread = {.id = id, .first = first};
    return append_entry(&stage->threads, &thread, sizeof thread) ? (uint32_t)place : UINT32_MAX;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Bytes of the fields; SIZE_MAX: they do not fit into what the record has. */
static size_t fields_bytes(const struct rl_staged_site *site, const struct rl_record *record)
{
    size_t bytes = site->fixed_bytes;
    if (!site->has_texts)
        return bytes <= record->fields_bytes ? bytes : SIZE_MAX;
    bytes = 0;
    for (unsigned i = 0; i < site->count; i++) {
        const size_t field =
            rl_field_bytes(site->codes[i], record->fields + bytes, record->fields_bytes - bytes);
        if (field == 0)
            return SIZE_MAX;
        bytes += field;
    }
    return bytes;
}

static void add_number(struct rl_stage *stage, enum rl_sparse column, int64_t value)
{
    const struct rl_staged_sparse sparse = {.row = stage->count, .value = value};
    rl_buffer_append(&stage->sparse[column], &sparse, sizeof sparse);
}

static void add_text(struct rl_stage *stage, enum rl_sparse column, const void *text, size_t length)
{
    const struct rl_staged_sparse sparse = {
        .row = stage->count, .length = (uint32_t)length, .value = (int64_t)stage->bytes.length};
    rl_buffer_append(&stage->bytes, text, length);
    rl_buffer_append(&stage->sparse[column], &sparse, sizeof sparse);
}

static void add_list(struct rl_stage *stage, enum rl_sparse column, struct rl_bytes list)
{
    if (list.length != 0)
        add_text(stage, column, list.at, list.length);
}

static bool has_sparse(const struct rl_staged_site *site, const struct rl_record *record)
{
    const size_t texts = (record->exception_text != NULL) | (record->stack_text != NULL);
    return (record->logger_id ^ site->logger) | (record->level ^ record->site->level) |
           (record->extra[RL_EXTRA_ADDED].length | record->extra[RL_EXTRA_CONTEXT].length | texts);
}

static void add_sparse(struct rl_stage *stage, const struct rl_staged_site *site,
                       const struct rl_record *record)
{
    if (record->logger_id != site->logger) {
        stage->logger_mask |= rl_logger_bit(record->logger_id);
        add_number(stage, RL_SPARSE_LOGGER, record->logger_id);
    }
    if (record->level != record->site->level) {
        stage->level_mask |= rl_level_bit(record->level);
        add_number(stage, RL_SPARSE_LEVEL, record->level);
    }
    add_list(stage, RL_SPARSE_ADDED, record->extra[RL_EXTRA_ADDED]);
    add_list(stage, RL_SPARSE_CONTEXT, record->extra[RL_EXTRA_CONTEXT]);
    /* The texts of an event are among its fields. */
    if (record->site->flags & RL_SITE_EVENT)
        return;
    if (record->exception_text != NULL)
        add_text(stage, RL_SPARSE_EXCEPTION, record->exception_text, record->exception_length);
    if (record->stack_text != NULL)
        add_text(stage, RL_SPARSE_STACK, record->stack_text, record->stack_length);
}

static bool any_failed(const struct rl_stage *stage)
{
    bool failed = stage->bytes.failed;
    for (unsigned i = 0; i < RL_SPARSE_COLUMNS; i++)
        failed |= stage->sparse[i].failed;
    return failed;
}

/* Drops what the row that could not be added whole has left. */
static void take_back(struct rl_stage *stage, size_t bytes)
{
    stage->rows.length = stage->count * sizeof(struct rl_staged_row);
    stage->rows.failed = false;
    stage->bytes.length = bytes;
    stage->bytes.failed = false;
    for (unsigned i = 0; i < RL_SPARSE_COLUMNS; i++) {
        struct rl_buffer *column = &stage->sparse[i];
        const struct rl_staged_sparse *rows = (const void *)column->data;
        const size_t count = column->length / sizeof *rows;
        if (count != 0 && rows[count - 1].row == stage->count)
            column->length -= sizeof *rows;
        column->failed = false;
    }
}

void rl_stage_times(const struct rl_stage *stage, int64_t *least_ns, int64_t *greatest_ns)
{
    const struct rl_staged_row *rows = rl_staged_rows(stage);
    *least_ns = *greatest_ns = rows[0].time_ns;
    for (uint32_t i = 1; i < stage->count; i++) {
        *least_ns = rows[i].time_ns < *least_ns ? rows[i].time_ns : *least_ns;
        *greatest_ns = rows[i].time_ns > *greatest_ns ? rows[i].time_ns : *greatest_ns;
    }
}

/* Mostly a few words: then a call is most of the cost. */
static inline void copy(unsigned char *to, const unsigned char *from, size_t bytes)
{
    if (bytes > 64) {
        memcpy(to, from, bytes);
        return;
    }
    size_t at = 0;
    for (; at + 8 <= bytes; at += 8)
        memcpy(to + at, from + at, 8);
    for (; at < bytes; at++)
        to[at] = from[at];
}

int rl_stage_add(struct rl_stage *stage, uint32_t site_place, uint32_t thread,
                 const struct rl_record *record)
{
    struct rl_staged_site *site = &rl_staged_sites(stage)[site_place];
    const size_t bytes = fields_bytes(site, record);
    if (bytes == SIZE_MAX || record->fields_bytes - bytes >= RECORD_ALIGNMENT)
        return -EINVAL;
    const size_t fields_at = stage->bytes.length;
    unsigned char *to = (unsigned char *)rl_buffer_reserve(&stage->bytes, bytes);
    struct rl_staged_row *row =
        (struct rl_staged_row *)(void *)rl_buffer_reserve(&stage->rows, sizeof *row);
    if (__builtin_expect(to == NULL || row == NULL, 0)) {
        stage->bytes.failed = stage->rows.failed = false;
        return -ENOMEM;
    }
    copy(to, record->fields, bytes);
    *row = (struct rl_staged_row){.time_ns = record->time_ns,
                                  .site = site_place,
                                  .thread = thread,
                                  .fields_at = (uint32_t)fields_at};
    stage->bytes.length += bytes;
    stage->rows.length += sizeof *row;
    if (__builtin_expect(has_sparse(site, record), 0)) {
        add_sparse(stage, site, record);
        if (any_failed(stage)) {
            take_back(stage, fields_at);
            return -ENOMEM;
        }
    }
    site->rows++;
    stage->count++;
    return 0;
}
