#include "record/public_value.h"

struct ringlog_value rl_public_value(const struct rl_value *value)
{
    struct ringlog_value shown = {.type = RINGLOG_VALUE_INTEGER};
    switch (value->field) {
    case RINGLOG_FIELD_BOOL:
        shown.type = RINGLOG_VALUE_BOOL;
        shown.natural = value->as.bits;
        break;
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_U64:
    case RINGLOG_FIELD_POINTER:
        shown.type = RINGLOG_VALUE_UNSIGNED;
        shown.natural = value->as.bits;
        shown.address = value->field == RINGLOG_FIELD_POINTER;
        break;
    case RINGLOG_FIELD_F64:
        shown.type = RINGLOG_VALUE_REAL;
        shown.real = value->as.real;
        break;
    case RINGLOG_FIELD_F80:
        shown.type = RINGLOG_VALUE_REAL;
        shown.real = (double)value->as.long_real;
        break;
    case RINGLOG_FIELD_STRING:
    case RINGLOG_FIELD_BYTES:
        shown.type =
            value->field == RINGLOG_FIELD_STRING ? RINGLOG_VALUE_TEXT : RINGLOG_VALUE_BYTES;
        shown.text = value->as.text.bytes;
        shown.length = value->as.text.length;
        shown.cut = value->as.text.truncated;
        break;
    default:
        shown.integer = (int64_t)value->as.bits;
        break;
    }
    return shown;
}
