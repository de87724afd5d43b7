#include "record/fields.h"

#include "base/endian.h"

#include <float.h>
#include <math.h>

/* x87 extended numbers have bit patterns that are no numbers ("unnormals": an exponent, but no
 * integer bit), and the C library makes no promise about them. They come from damaged or hostile
 * files only: to us they are NaNs. */
static long double load_long_double(const unsigned char *at)
{
    long double value;
    _Static_assert(sizeof value <= 16, "RINGLOG_FIELD_F80 has 16 bytes");
    memcpy(&value, at, sizeof value);
#if LDBL_MANT_DIG == 64
    unsigned exponent = (unsigned)(at[9] & 0x7f) << 8 | at[8];
    bool integer_bit = at[7] & 0x80;
    if (integer_bit != (exponent != 0))
        return exponent == 0 && integer_bit ? LDBL_MIN : (long double)NAN;
#endif
    return value;
}

static bool take_text(struct rl_fields *fields, uint32_t word, struct rl_text *text)
{
    *text = (struct rl_text){0};
    if (word == RINGLOG_STRING_NULL)
        return true;
    text->length = word & RINGLOG_STRING_LENGTH;
    text->truncated = word & RINGLOG_STRING_TRUNCATED;
    if (text->length > (size_t)(fields->end - fields->at))
        return false;
    text->bytes = (const char *)fields->at;
    fields->at += text->length;
    return true;
}

/* `little`: numbers are little-endian, whatever the machine's are. */
static inline uint32_t load_word(const unsigned char *at, bool little)
{
    return little ? rl_load_le32(at) : rl_load_u32(at);
}

static inline uint64_t load_double_word(const unsigned char *at, bool little)
{
    return little ? rl_load_le64(at) : rl_load_u64(at);
}

static inline __attribute__((always_inline)) bool
take_field(struct rl_fields *fields, uint8_t field, struct rl_value *value, bool little)
{
    const unsigned char *at = fields->at;
    const size_t bytes = rl_field_fixed_bytes(field);
    if (bytes == 0 || (size_t)(fields->end - at) < bytes)
        return false;
    uint64_t bits;
    fields->at += bytes;
    value->field = field;
    switch (field) {
    case RINGLOG_FIELD_I32:
    case RINGLOG_FIELD_ERRNO:
        value->as.bits = (uint64_t)(int64_t)(int32_t)load_word(at, little);
        return true;
    case RINGLOG_FIELD_U32:
        value->as.bits = load_word(at, little);
        return true;
    case RINGLOG_FIELD_F64:
        bits = load_double_word(at, little);
        memcpy(&value->as.real, &bits, sizeof bits);
        return true;
    case RINGLOG_FIELD_F80:
        value->as.long_real = load_long_double(at);
        return true;
    case RINGLOG_FIELD_BOOL:
        value->as.bits = load_word(at, little) != 0;
        return true;
    case RINGLOG_FIELD_STRING:
    case RINGLOG_FIELD_BYTES:
        return take_text(fields, load_word(at, little), &value->as.text);
    default:
        value->as.bits = load_double_word(at, little);
        return true;
    }
}

bool rl_fields_next(struct rl_fields *fields, uint8_t field, struct rl_value *value)
{
    return take_field(fields, field, value, false);
}

bool rl_fields_next_little(struct rl_fields *fields, uint8_t field, struct rl_value *value)
{
    return take_field(fields, field, value, true);
}
