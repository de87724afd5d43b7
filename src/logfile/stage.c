#include "logfile/stage.h"

#include "base/copy.h"
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
    rl_buffer_free(&stage->times);
    rl_buffer_free(&stage->places);
    rl_buffer_free(&stage->bytes);
    rl_buffer_free(&stage->sites);
    rl_buffer_free(&stage->threads);
    rl_buffer_free(&stage->turns);
    rl_buffer_free(&stage->texts);
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
    stage->least_ns = INT64_MAX;
    stage->greatest_ns = INT64_MIN;
    empty(&stage->times);
    empty(&stage->places);
    empty(&stage->bytes);
    empty(&stage->sites);
    empty(&stage->threads);
    empty(&stage->turns);
    empty(&stage->texts);
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
    struct rl_staged_site site = {.id = id, .logger = logger, .count = (uint8_t)shape.count};
    for (unsigned i = 0; i < shape.count; i++) {
        site.codes[i] = shape.codes[i];
        if (rl_field_is_text(shape.codes[i]))
            site.texts_at[site.text_count++] = (uint16_t)site.fixed_bytes;
        site.fixed_bytes += (uint32_t)rl_field_fixed_bytes(shape.codes[i]);
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

static inline int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

bool rl_stage_turn(struct rl_stage *stage, uint32_t thread)
{
    if (stage->count != 0 && stage->thread == thread)
        return true;
    const struct rl_staged_turn turn = {.row = stage->count, .thread = thread};
    if (!append_entry(&stage->turns, &turn, sizeof turn))
        return false;
    stage->thread = thread;
    return true;
}

static void add_number(struct rl_stage *stage, enum rl_sparse column, int64_t value)
{
    const struct rl_staged_sparse sparse = {.row = stage->count, .value = value};
    rl_buffer_append(&stage->sparse[column], &sparse, sizeof sparse);
}

static void add_text(struct rl_stage *stage, enum rl_sparse column, const void *text, size_t length)
{
    const struct rl_staged_sparse sparse = {
        .row = stage->count, .length = (uint32_t)length, .value = (int64_t)stage->texts.length};
    rl_buffer_append(&stage->texts, text, length);
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
    bool failed = stage->texts.failed;
    for (unsigned i = 0; i < RL_SPARSE_COLUMNS; i++)
        failed |= stage->sparse[i].failed;
    return failed;
}

/* Drops what the row that could not be added whole has left. */
static void take_back_sparse(struct rl_stage *stage, size_t texts)
{
    stage->texts.length = texts;
    stage->texts.failed = false;
    for (unsigned i = 0; i < RL_SPARSE_COLUMNS; i++) {
        struct rl_buffer *column = &stage->sparse[i];
        const struct rl_staged_sparse *rows = (const void *)column->data;
        const size_t count = column->length / sizeof *rows;
        if (count != 0 && rows[count - 1].row == stage->count)
            column->length -= sizeof *rows;
        column->failed = false;
    }
}

static int add(struct rl_stage *stage, uint32_t place, int64_t time_ns, const unsigned char *fields,
               size_t bytes)
{
    struct rl_staged_site *site = &rl_staged_sites(stage)[place];
    char *to = rl_buffer_reserve(&stage->bytes, bytes);
    char *time_to = rl_buffer_reserve(&stage->times, sizeof time_ns);
    char *place_to = rl_buffer_reserve(&stage->places, sizeof place);
    if (__builtin_expect(to == NULL || time_to == NULL || place_to == NULL, 0)) {
        stage->bytes.failed = stage->times.failed = stage->places.failed = false;
        return -ENOMEM;
    }
    rl_copy_words((unsigned char *)to, fields, bytes);
    if (stage->count == 0)
        stage->first_ns = time_ns;
    const uint64_t since_first = (uint64_t)time_ns - (uint64_t)stage->first_ns;
    memcpy(time_to, &since_first, sizeof since_first);
    memcpy(place_to, &place, sizeof place);
    stage->least_ns = lesser(stage->least_ns, time_ns);
    stage->greatest_ns = greater(stage->greatest_ns, time_ns);
    stage->bytes.length += bytes;
    stage->times.length += sizeof time_ns;
    stage->places.length += sizeof place;
    site->rows++;
    site->bytes += bytes;
    stage->count++;
    return 0;
}

/* Bytes of the fields; SIZE_MAX: these are not those of the site. */
static inline size_t fields_bytes(const struct rl_stage *stage, uint32_t place,
                                  const unsigned char *fields, size_t available)
{
    const size_t bytes = rl_staged_fields_bytes(&rl_staged_sites(stage)[place], fields, available);
    return bytes == SIZE_MAX || available - bytes >= RECORD_ALIGNMENT ? SIZE_MAX : bytes;
}

int rl_stage_add(struct rl_stage *stage, uint32_t site, uint32_t thread,
                 const struct rl_record *record)
{
    const struct rl_staged_site *staged = &rl_staged_sites(stage)[site];
    const size_t bytes = fields_bytes(stage, site, record->fields, record->fields_bytes);
    if (bytes == SIZE_MAX)
        return -EINVAL;
    if (!rl_stage_turn(stage, thread))
        return -ENOMEM;
    const size_t texts = stage->texts.length;
    if (has_sparse(staged, record))
        add_sparse(stage, staged, record);
    if (!any_failed(stage) && add(stage, site, record->time_ns, record->fields, bytes) == 0)
        return 0;
    take_back_sparse(stage, texts);
    return -ENOMEM;
}

/* Room for so many records more; false: no memory. */
static bool make_room(struct rl_stage *stage, unsigned count, size_t bytes)
{
    const bool made = rl_buffer_reserve(&stage->times, count * sizeof(int64_t)) != NULL &&
                      rl_buffer_reserve(&stage->places, count * sizeof(uint32_t)) != NULL &&
                      rl_buffer_reserve(&stage->bytes, bytes) != NULL;
    stage->times.failed = stage->places.failed = stage->bytes.failed = false;
    return made;
}

static inline bool goes_on(const struct rl_batch_row *row, const struct rl_batch_row *first)
{
    return row->site_id == first->site_id && row->thread == first->thread &&
           row->logger_id == first->logger_id;
}

/* What a record of so many bytes of fields takes, at most. */
static size_t bytes_of(uint32_t available)
{
    return available + sizeof(int64_t) + sizeof(uint32_t);
}

static void note_run(struct rl_stage *stage, uint32_t place, const struct rl_batch_row *rows,
                     unsigned count, size_t bytes)
{
    uint64_t *times = (uint64_t *)(void *)(stage->times.data + stage->times.length);
    uint32_t *places = (uint32_t *)(void *)(stage->places.data + stage->places.length);
    int64_t least = stage->least_ns, greatest = stage->greatest_ns;
    for (unsigned i = 0; i < count; i++) {
        times[i] = (uint64_t)rows[i].time_ns - (uint64_t)stage->first_ns;
        places[i] = place;
        least = lesser(least, rows[i].time_ns);
        greatest = greater(greatest, rows[i].time_ns);
    }
    stage->least_ns = least;
    stage->greatest_ns = greatest;
    stage->times.length += count * sizeof *times;
    stage->places.length += count * sizeof *places;
    stage->bytes.length += bytes;
    stage->count += count;
    struct rl_staged_site *site = &rl_staged_sites(stage)[place];
    site->rows += count;
    site->bytes += bytes;
}

/* Copies the fields of as many rows as are like the first one. With a constant `available`, by
 * plain loads and stores. Whole words, the padding too, behind which the next record's fields
 * begin. */
static inline __attribute__((always_inline)) unsigned copy_alike(unsigned char *to,
                                                                 const struct rl_batch_row *rows,
                                                                 unsigned count, size_t bytes,
                                                                 uint32_t available)
{
    unsigned i = 0;
    for (; i < count && goes_on(&rows[i], rows) && rows[i].fields_bytes == available; i++)
        rl_copy_words(to + i * bytes, rows[i].fields, available);
    return i;
}

/* Of a site without texts: fields of as many bytes. */
static unsigned add_fixed(struct rl_stage *stage, uint32_t place, const struct rl_batch_row *rows,
                          unsigned count, size_t left)
{
    const uint32_t available = rows[0].fields_bytes;
    const size_t bytes = fields_bytes(stage, place, rows[0].fields, available);
    if (bytes == SIZE_MAX)
        return 0;
    /* Full with the last of them, not before. */
    const size_t most = left == 0 ? 1 : (left - 1) / bytes_of(available) + 1;
    count = count < most ? count : (unsigned)most;
    if (!make_room(stage, count, count * bytes + RECORD_ALIGNMENT))
        return 0;
    unsigned char *to = (unsigned char *)stage->bytes.data + stage->bytes.length;
    unsigned added;
    switch (available) {
    case 0:
        added = copy_alike(to, rows, count, bytes, 0);
        break;
    case 8:
        added = copy_alike(to, rows, count, bytes, 8);
        break;
    case 16:
        added = copy_alike(to, rows, count, bytes, 16);
        break;
    case 24:
        added = copy_alike(to, rows, count, bytes, 24);
        break;
    default:
        added = copy_alike(to, rows, count, bytes, available);
    }
    note_run(stage, place, rows, added, added * bytes);
    return added;
}

static unsigned add_texts(struct rl_stage *stage, uint32_t place, const struct rl_batch_row *rows,
                          unsigned count, size_t left)
{
    unsigned added = 0;
    size_t total = 0, taken = 0;
    if (!make_room(stage, count, 0))
        return 0;
    for (; added < count && (added == 0 || taken < left) && goes_on(&rows[added], rows); added++) {
        const struct rl_batch_row *row = &rows[added];
        const size_t bytes = fields_bytes(stage, place, row->fields, row->fields_bytes);
        char *to =
            bytes == SIZE_MAX ? NULL : rl_buffer_reserve(&stage->bytes, total + row->fields_bytes);
        if (to == NULL)
            break;
        rl_copy_words((unsigned char *)to + total, row->fields, row->fields_bytes);
        total += bytes;
        taken += bytes_of(row->fields_bytes);
    }
    stage->bytes.failed = false;
    note_run(stage, place, rows, added, total);
    return added;
}

unsigned rl_stage_add_run(struct rl_stage *stage, uint32_t site, const struct rl_batch_row *rows,
                          unsigned count, size_t full_at)
{
    const uint32_t most = RL_BLOCK_RECORDS_MOST - stage->count;
    const size_t staged = rl_stage_bytes(stage);
    const size_t left = full_at > staged ? full_at - staged : 0;
    count = count < most ? count : most;
    return rl_staged_sites(stage)[site].text_count == 0 ? add_fixed(stage, site, rows, count, left)
                                                        : add_texts(stage, site, rows, count, left);
}
