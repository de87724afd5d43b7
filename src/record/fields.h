/* Reading the fields of a record: every load goes through here, bounds first.
 *
 * Records may come from a damaged or hostile file, so what they say of their own size is checked
 * against what is there. Fields are unaligned. Those of a record are in the byte order of the
 * machine, those of a packed list (record/extra.h), which goes into files as it is, little-endian.
 */
#ifndef RL_RECORD_FIELDS_H
#define RL_RECORD_FIELDS_H

#include <ringlog/detail/field.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t rl_load_u32(const unsigned char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint64_t rl_load_u64(const unsigned char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline double rl_load_f64(const unsigned char *at)
{
    uint64_t bits = rl_load_u64(at);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A run of bytes that is somebody else's; NULL: none. */
struct rl_bytes {
    const unsigned char *at;
    size_t length;
};

/* What is left of a record's arguments. */
struct rl_fields {
    const unsigned char *at;
    const unsigned char *end;
};

struct rl_text {
    const char *bytes; /* NULL: the argument was a null pointer */
    size_t length;
    bool truncated; /* cut at capture */
};

static inline struct rl_fields rl_fields_of(struct rl_bytes bytes)
{
    struct rl_fields fields;
    fields.at = bytes.at;
    fields.end = bytes.at == NULL ? NULL : bytes.at + bytes.length;
    return fields;
}

/* One field as it was stored. */
struct rl_value {
    uint8_t field; /* enum ringlog_field */
    union {
        uint64_t bits; /* integers, sign-extended if signed; pointers; errno */
        double real;
        long double long_real;
        struct rl_text text;
    } as;
};

static inline bool rl_value_is_integer(const struct rl_value *value)
{
    return value->field <= RINGLOG_FIELD_POINTER || value->field == RINGLOG_FIELD_ERRNO ||
           value->field == RINGLOG_FIELD_BOOL;
}

static inline bool rl_value_is_real(const struct rl_value *value)
{
    return value->field == RINGLOG_FIELD_F64 || value->field == RINGLOG_FIELD_F80;
}

static inline bool rl_field_known(uint8_t field)
{
    return field >= RINGLOG_FIELD_I32 && field <= RINGLOG_FIELD_BYTES;
}

/* Bytes of a field before what its length word announces; 0: no field has this code. */
static inline size_t rl_field_fixed_bytes(uint8_t field)
{
    return ringlog_field_bytes_((enum ringlog_field)field, 0);
}

/* Whether it is a length word and bytes. */
static inline bool rl_field_is_text(uint8_t field)
{
    return field == RINGLOG_FIELD_STRING || field == RINGLOG_FIELD_BYTES;
}

/* How many bytes follow a text's length word. */
static inline uint32_t rl_text_bytes(uint32_t word)
{
    return word == RINGLOG_STRING_NULL ? 0 : word & RINGLOG_STRING_LENGTH;
}

/* Takes the next field, which the call site says is a `field`; false if it is not all there. */
bool rl_fields_next(struct rl_fields *fields, uint8_t field, struct rl_value *value);

/* The same for numbers that are little-endian. */
bool rl_fields_next_little(struct rl_fields *fields, uint8_t field, struct rl_value *value);

#endif
