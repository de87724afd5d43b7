#include "logfile/rows.h"

#include "logfile/wide.h"
#include "record/decode.h"

#include <limits.h>

enum {
    ROW_OTHER_THREAD = 1,
    ROW_EXTRAS = 2,
    ROW_SITE_SHIFT = 2,

    EXTRA_LOGGER = 1,
    EXTRA_LEVEL = 2,
    EXTRA_EXCEPTION = 4,
    EXTRA_STACK = 8,
    EXTRA_ADDED = 16,
    EXTRA_CONTEXT = 32,
    EXTRA_ALL = 63,
};

/* All of a row but texts and fields: five varints, the byte of extras, lengths of four texts. */
#define ROW_HEAD_MOST (9 * RL_PACK_MOST + 1)
/* What a number may grow to, be it I32 or F64; an F80 does not grow. */
#define FIELD_MOST 16
/* Rings keep records in units of this. */
#define RECORD_ALIGNMENT 8

struct rl_shape rl_shape_of(const struct rl_site *site)
{
    struct rl_shape shape;
    shape.codes = rl_site_codes(site, &shape.count);
    return shape;
}

/* ---- writing --------------------------------------------------------------------------------- */

static unsigned char *put_string(unsigned char *to, const unsigned char **from,
                                 const unsigned char *end)
{
    const uint32_t word = rl_load_u32(*from);
    *from += 4;
    if (word == RINGLOG_STRING_NULL)
        return rl_put_varint(to, 0);
    const uint32_t length = word & RINGLOG_STRING_LENGTH;
    if (length > (size_t)(end - *from))
        return NULL;
    const uint64_t cut = (word & RINGLOG_STRING_TRUNCATED) != 0;
    to = rl_put_varint(to, 1 + ((uint64_t)length << 1 | cut));
    memcpy(to, *from, length);
    *from += length;
    return to + length;
}

/* One field; NULL when it does not end before `end`. */
static unsigned char *put_field(unsigned char *to, uint8_t code, const unsigned char **from,
                                const unsigned char *end)
{
    const size_t size = rl_field_fixed_bytes(code);
    if (__builtin_expect(size > (size_t)(end - *from), 0))
        return NULL;
    const unsigned char *field = *from;
    if (rl_field_is_text(code))
        return put_string(to, from, end);
    *from += size;
    switch (code) {
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_ERRNO:
        return rl_put_varint(to, rl_zigzag((int32_t)rl_load_u32(field)));
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_BOOL:
        return rl_put_varint(to, rl_load_u32(field));
    case RINGLOG_FIELD_I64:
        return rl_put_varint(to, rl_zigzag((int64_t)rl_load_u64(field)));
    case RINGLOG_FIELD_U64:
    case RINGLOG_FIELD_POINTER:
        return rl_put_varint(to, rl_load_u64(field));
    case RINGLOG_FIELD_F64:
        return rl_put_varint(to, __builtin_bswap64(rl_load_u64(field)));
    case RINGLOG_FIELD_F80:
        rl_wide_store(to, field);
        return to + 16;
    case RINGLOG_FIELD_NONE:
        return to;
    default:
        return NULL;
    }
}

static unsigned char *put_fields(unsigned char *to, struct rl_shape shape,
                                 const struct rl_record *record)
{
    const unsigned char *from = record->fields;
    const unsigned char *end = from + record->fields_bytes;
    for (unsigned i = 0; i < shape.count; i++) {
        to = put_field(to, shape.codes[i], &from, end);
        if (__builtin_expect(to == NULL, 0))
            return NULL;
    }
    /* A record out of a ring has padding behind its fields. */
    return end - from < RECORD_ALIGNMENT ? to : NULL;
}

static unsigned char *put_text(unsigned char *to, const void *text, size_t length)
{
    to = rl_put_varint(to, length);
    memcpy(to, text, length);
    return to + length;
}

static unsigned char *put_list(unsigned char *to, struct rl_bytes list)
{
    return put_text(to, list.at, list.length);
}

static unsigned extras_of(const struct rl_row_place *place, const struct rl_record *record)
{
    const unsigned extras = (record->logger_id != place->site_logger ? EXTRA_LOGGER : 0) |
                            (record->level != record->site->level ? EXTRA_LEVEL : 0) |
                            (record->extra[RL_EXTRA_ADDED].length != 0 ? EXTRA_ADDED : 0) |
                            (record->extra[RL_EXTRA_CONTEXT].length != 0 ? EXTRA_CONTEXT : 0);
    /* The texts of an event are among its fields. */
    if (__builtin_expect(record->site->flags & RL_SITE_EVENT, 0))
        return extras;
    return extras | (record->exception_text != NULL ? EXTRA_EXCEPTION : 0) |
           (record->stack_text != NULL ? EXTRA_STACK : 0);
}

static unsigned char *put_extras(unsigned char *to, unsigned extras, const struct rl_record *record)
{
    *to++ = (unsigned char)extras;
    if (extras & EXTRA_LOGGER)
        to = rl_put_varint(to, record->logger_id);
    if (extras & EXTRA_LEVEL)
        to = rl_put_varint(to, rl_zigzag(record->level));
    if (extras & EXTRA_EXCEPTION)
        to = put_text(to, record->exception_text, record->exception_length);
    if (extras & EXTRA_STACK)
        to = put_text(to, record->stack_text, record->stack_length);
    if (extras & EXTRA_ADDED)
        to = put_list(to, record->extra[RL_EXTRA_ADDED]);
    if (extras & EXTRA_CONTEXT)
        to = put_list(to, record->extra[RL_EXTRA_CONTEXT]);
    return to;
}

bool rl_row_encode(struct rl_row_state *state, struct rl_buffer *out,
                   const struct rl_row_place *place, const struct rl_record *record)
{
    /* Strings are among fields_bytes; every field may grow by less than FIELD_MOST on top. */
    const size_t most = ROW_HEAD_MOST + record->fields_bytes +
                        (size_t)place->shape.count * FIELD_MOST + record->exception_length +
                        record->stack_length + record->extra[RL_EXTRA_ADDED].length +
                        record->extra[RL_EXTRA_CONTEXT].length + RL_PACK_SLACK;
    char *start = rl_buffer_reserve(out, most);
    if (__builtin_expect(start == NULL, 0))
        return true;
    const uint32_t thread = place->thread;
    const unsigned other = thread != state->thread;
    const unsigned extras = extras_of(place, record);
    const uint64_t head = (uint64_t)place->site << ROW_SITE_SHIFT | (extras != 0 ? ROW_EXTRAS : 0) |
                          (other ? ROW_OTHER_THREAD : 0);
    unsigned char *to = rl_put_varint((unsigned char *)start, head);
    to = rl_put_varint(to,
                       rl_zigzag((int64_t)((uint64_t)record->time_ns - (uint64_t)state->time_ns)));
    if (other)
        to = rl_put_varint(to, thread);
    if (__builtin_expect(extras != 0, 0))
        to = put_extras(to, extras, record);
    to = put_fields(to, place->shape, record);
    if (__builtin_expect(to == NULL, 0))
        return false;
    state->time_ns = record->time_ns;
    state->thread = thread;
    out->length += (size_t)((char *)to - start);
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

static struct rl_bytes take_list(struct rl_cursor *cursor)
{
    struct rl_bytes list;
    list.at = (const unsigned char *)rl_take_text(cursor, &list.length);
    return list;
}

static bool decode_extras(struct rl_cursor *cursor, struct rl_row *row)
{
    const unsigned extras = rl_take_byte(cursor);
    if (extras & ~(unsigned)EXTRA_ALL)
        return false;
    if (extras & EXTRA_LOGGER) {
        const uint64_t logger = rl_take_varint(cursor);
        if (logger > UINT16_MAX)
            return false;
        row->has_logger = true;
        row->logger = (uint16_t)logger;
    }
    if (extras & EXTRA_LEVEL) {
        const int64_t level = rl_unzigzag(rl_take_varint(cursor));
        if (level < INT32_MIN || level > INT32_MAX)
            return false;
        row->has_level = true;
        row->level = (int32_t)level;
    }
    if (extras & EXTRA_EXCEPTION)
        row->exception_text = rl_take_text(cursor, &row->exception_length);
    if (extras & EXTRA_STACK)
        row->stack_text = rl_take_text(cursor, &row->stack_length);
    if (extras & EXTRA_ADDED)
        row->added = take_list(cursor);
    if (extras & EXTRA_CONTEXT)
        row->context = take_list(cursor);
    return true;
}

bool rl_row_decode(struct rl_row_state *state, struct rl_cursor *cursor, struct rl_row *row)
{
    const uint64_t head = rl_take_varint(cursor);
    const uint64_t site = head >> ROW_SITE_SHIFT;
    if (site > UINT32_MAX)
        return false;
    *row = (struct rl_row){.site = (uint32_t)site};
    /* Unsigned: a damaged time may wrap, which is no error of arithmetic. */
    state->time_ns =
        (int64_t)((uint64_t)state->time_ns + (uint64_t)rl_unzigzag(rl_take_varint(cursor)));
    row->time_ns = state->time_ns;
    if (head & ROW_OTHER_THREAD) {
        const uint64_t thread = rl_take_varint(cursor);
        if (thread > UINT32_MAX)
            return false;
        state->thread = (uint32_t)thread;
    }
    row->thread = state->thread;
    if ((head & ROW_EXTRAS) && !decode_extras(cursor, row))
        return false;
    return !cursor->failed;
}

static bool take_string(struct rl_cursor *cursor, struct rl_buffer *fields)
{
    const uint64_t code = rl_take_varint(cursor);
    uint32_t word = RINGLOG_STRING_NULL;
    const uint64_t length = code == 0 ? 0 : (code - 1) >> 1;
    if (length > rl_cursor_left(cursor) || length >= RINGLOG_STRING_LENGTH)
        return false;
    if (code != 0)
        word = (uint32_t)length | ((code - 1) & 1 ? RINGLOG_STRING_TRUNCATED : 0);
    rl_buffer_append(fields, &word, sizeof word);
    rl_buffer_append(fields, rl_take(cursor, (size_t)length), (size_t)length);
    return true;
}

static bool append32(struct rl_buffer *fields, uint64_t value, bool fits)
{
    const uint32_t narrow = (uint32_t)value;
    rl_buffer_append(fields, &narrow, sizeof narrow);
    return fits;
}

static bool append64(struct rl_buffer *fields, uint64_t value)
{
    rl_buffer_append(fields, &value, sizeof value);
    return true;
}

static bool take_wide(struct rl_cursor *cursor, enum rl_wide_form form, struct rl_buffer *fields)
{
    const unsigned char *bytes = rl_take(cursor, 16);
    if (bytes == NULL)
        return false;
    const struct rl_wide wide = rl_wide_load(form, bytes);
    rl_buffer_append(fields, wide.bytes, sizeof wide.bytes);
    return true;
}

static bool take_field(struct rl_cursor *cursor, uint8_t code, enum rl_wide_form form,
                       struct rl_buffer *fields)
{
    uint64_t value;
    int64_t number;
    switch (code) {
    case RINGLOG_FIELD_NONE:
        return true;
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_ERRNO:
        number = rl_unzigzag(rl_take_varint(cursor));
        return append32(fields, (uint64_t)number, number >= INT32_MIN && number <= INT32_MAX);
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_BOOL:
        value = rl_take_varint(cursor);
        return append32(fields, value, value <= UINT32_MAX);
    case RINGLOG_FIELD_I64:
        return append64(fields, (uint64_t)rl_unzigzag(rl_take_varint(cursor)));
    case RINGLOG_FIELD_U64:
    case RINGLOG_FIELD_POINTER:
        return append64(fields, rl_take_varint(cursor));
    case RINGLOG_FIELD_F64:
        return append64(fields, __builtin_bswap64(rl_take_varint(cursor)));
    case RINGLOG_FIELD_F80:
        return take_wide(cursor, form, fields);
    case RINGLOG_FIELD_STRING:
    case RINGLOG_FIELD_BYTES:
        return take_string(cursor, fields);
    default:
        return false;
    }
}

bool rl_row_decode_fields(struct rl_cursor *cursor, struct rl_shape shape, enum rl_wide_form form,
                          struct rl_buffer *fields)
{
    fields->length = 0;
    for (unsigned i = 0; i < shape.count; i++)
        if (!take_field(cursor, shape.codes[i], form, fields) || cursor->failed)
            return false;
    return !fields->failed;
}
