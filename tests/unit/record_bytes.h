/* Building the argument bytes of a record, as capture does. */
#ifndef TESTS_UNIT_RECORD_BYTES_H
#define TESTS_UNIT_RECORD_BYTES_H

#include <ringlog/detail/field.h>
#include <stdint.h>
#include <string.h>

struct record_bytes {
    unsigned char bytes[2048];
    size_t length;
    uint8_t fields[RINGLOG_MAX_FIELDS];
    unsigned field_count;
};

static inline void put(struct record_bytes *record, uint8_t field, const void *bytes, size_t length)
{
    record->fields[record->field_count++] = field;
    memcpy(record->bytes + record->length, bytes, length);
    record->length += length;
}

static inline void put_i32(struct record_bytes *record, int32_t value)
{
    put(record, RINGLOG_FIELD_I32, &value, sizeof value);
}

static inline void put_u32(struct record_bytes *record, uint32_t value)
{
    put(record, RINGLOG_FIELD_U32, &value, sizeof value);
}

static inline void put_i64(struct record_bytes *record, int64_t value)
{
    put(record, RINGLOG_FIELD_I64, &value, sizeof value);
}

static inline void put_u64(struct record_bytes *record, uint64_t value)
{
    put(record, RINGLOG_FIELD_U64, &value, sizeof value);
}

static inline void put_pointer(struct record_bytes *record, uint64_t value)
{
    put(record, RINGLOG_FIELD_POINTER, &value, sizeof value);
}

static inline void put_f64(struct record_bytes *record, double value)
{
    put(record, RINGLOG_FIELD_F64, &value, sizeof value);
}

static inline void put_f80(struct record_bytes *record, long double value)
{
    unsigned char bytes[16] = {0};
    memcpy(bytes, &value, sizeof value < 16 ? sizeof value : 16);
    put(record, RINGLOG_FIELD_F80, bytes, sizeof bytes);
}

static inline void put_errno(struct record_bytes *record, int32_t value)
{
    put(record, RINGLOG_FIELD_ERRNO, &value, sizeof value);
}

/* `flag`: 0 or RINGLOG_STRING_TRUNCATED. */
static inline void put_text(struct record_bytes *record, const char *text, size_t length,
                            uint32_t flag)
{
    uint32_t word = (uint32_t)length | flag;
    put(record, RINGLOG_FIELD_STRING, &word, sizeof word);
    memcpy(record->bytes + record->length, text, length);
    record->length += length;
}

static inline void put_string(struct record_bytes *record, const char *text)
{
    uint32_t null = RINGLOG_STRING_NULL;
    if (text == NULL)
        put(record, RINGLOG_FIELD_STRING, &null, sizeof null);
    else
        put_text(record, text, strlen(text), 0);
}

#endif
