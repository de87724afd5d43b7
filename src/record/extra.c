#include "record/extra.h"

#include "base/endian.h"
#include "base/error.h"
#include "base/utf8.h"
#include "record/decode.h"
#include "record/record.h"

#include <errno.h>
#include <string.h>

/* ---- keys ---- */

/* The attributes of CPython's logging.LogRecord, and what formatting adds to it. */
static const char *const reserved[] = {
    "args",       "asctime",  "created", "exc_info",    "exc_text",        "filename",   "funcName",
    "levelname",  "levelno",  "lineno",  "message",     "module",          "msecs",      "msg",
    "name",       "pathname", "process", "processName", "relativeCreated", "stack_info", "thread",
    "threadName",
};

static bool is_reserved(const char *key, size_t length)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strlen(reserved[i]) == length && memcmp(reserved[i], key, length) == 0)
            return true;
    return false;
}

bool rl_extra_key_is_good(const char *key, size_t length)
{
    return length > 0 && length <= RL_EXTRA_KEY_BYTES && memchr(key, '\0', length) == NULL &&
           !is_reserved(key, length);
}

int rl_extra_check(const struct ringlog_extra *extra, size_t count, const char *caller)
{
    if (count > RL_EXTRA_MOST || (count != 0 && extra == NULL))
        return rl_error(-EINVAL, "%s: %zu extra fields: at most %d", caller, count, RL_EXTRA_MOST);
    for (size_t i = 0; i < count; i++)
        if (extra[i].key == NULL || !rl_extra_key_is_good(extra[i].key, strlen(extra[i].key)))
            return rl_error(-EINVAL, "%s: key \"%s\": empty, too long, or a formatter's tag",
                            caller, extra[i].key == NULL ? "" : extra[i].key);
    return 0;
}

static bool is_key(const struct rl_extra *extra, const char *key, size_t length)
{
    return extra->key_length == length && memcmp(extra->key, key, length) == 0;
}

/* ---- packed lists ---- */

bool rl_extra_next(struct rl_fields *list, struct rl_extra *extra)
{
    const size_t left = (size_t)(list->end - list->at);
    if (left < RL_EXTRA_HEAD)
        return false;
    const uint8_t code = list->at[0];
    const size_t length = (size_t)list->at[1] | (size_t)list->at[2] << 8;
    if (!rl_field_known(code) || length > left - RL_EXTRA_HEAD)
        return false;
    extra->key = (const char *)list->at + RL_EXTRA_HEAD;
    extra->key_length = length;
    list->at += RL_EXTRA_HEAD + length;
    if (rl_fields_next_little(list, code, &extra->value))
        return true;
    list->at = list->end;
    return false;
}

static void append_number(struct rl_buffer *list, uint64_t value, size_t bytes)
{
    unsigned char little[8];
    rl_store_le64(little, value);
    rl_buffer_append(list, little, bytes);
}

static void append_real(struct rl_buffer *list, double real)
{
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    append_number(list, bits, sizeof bits);
}

static void append_text(struct rl_buffer *list, const struct rl_text *text)
{
    const uint32_t cut = text->truncated ? RINGLOG_STRING_TRUNCATED : 0;
    append_number(list, text->bytes == NULL ? RINGLOG_STRING_NULL : (uint32_t)text->length | cut,
                  4);
    rl_buffer_append(list, text->bytes, text->length);
}

static void append_value(struct rl_buffer *list, const struct rl_value *value)
{
    switch (value->field) {
    case RINGLOG_FIELD_STRING:
    case RINGLOG_FIELD_BYTES:
        append_text(list, &value->as.text);
        return;
    case RINGLOG_FIELD_F80:
        append_real(list, (double)value->as.long_real);
        return;
    case RINGLOG_FIELD_F64:
        append_real(list, value->as.real);
        return;
    default:
        append_number(list, value->as.bits, rl_field_fixed_bytes(value->field));
        return;
    }
}

void rl_extra_append(struct rl_buffer *list, const char *key, size_t key_length,
                     const struct rl_value *value)
{
    /* Every machine can read a double. */
    const uint8_t code =
        value->field == RINGLOG_FIELD_F80 ? (uint8_t)RINGLOG_FIELD_F64 : value->field;
    const unsigned char head[RL_EXTRA_HEAD] = {code, (unsigned char)key_length,
                                               (unsigned char)(key_length >> 8)};
    rl_buffer_append(list, head, sizeof head);
    rl_buffer_append(list, key, key_length);
    append_value(list, value);
}

long double rl_wide_of(const struct ringlog_argument *argument)
{
    long double wide = 0;
    memcpy(&wide, &argument->word, 8);
    if (sizeof wide > 8)
        memcpy((char *)&wide + 8, &argument->high, sizeof wide - 8);
    return wide;
}

static struct rl_text text_of(const char *bytes, size_t length)
{
    const size_t most = 65535;
    if (bytes == NULL)
        return (struct rl_text){0};
    return (struct rl_text){.bytes = bytes,
                            .length = length > most ? rl_utf8_floor(bytes, length, most) : length,
                            .truncated = length > most};
}

static struct rl_value value_of(const struct ringlog_argument *argument)
{
    struct rl_value value = {.field = (uint8_t)argument->field};
    const char *string = (const char *)(uintptr_t)argument->word;
    switch (argument->field) {
    case RINGLOG_FIELD_STRING:
        value.as.text = text_of(string, string == NULL ? 0 : strlen(string));
        break;
    case RINGLOG_FIELD_BYTES:
        value.as.text =
            text_of(ringlog_bytes_address_(argument->word), ringlog_bytes_length_(argument->word));
        break;
    case RINGLOG_FIELD_F64:
        value.as.real = argument->real;
        break;
    case RINGLOG_FIELD_F80:
        value.as.long_real = rl_wide_of(argument);
        break;
    default:
        value.as.bits = argument->word;
        break;
    }
    return value;
}

void rl_extra_append_given(struct rl_buffer *list, const struct ringlog_extra *extra)
{
    const struct rl_value value = value_of(&extra->value);
    rl_extra_append(list, extra->key, strlen(extra->key), &value);
}

bool rl_extra_find(struct rl_bytes list, const char *key, size_t key_length, struct rl_value *value)
{
    struct rl_fields fields = rl_fields_of(list);
    struct rl_extra extra;
    while (rl_extra_next(&fields, &extra))
        if (is_key(&extra, key, key_length)) {
            *value = extra.value;
            return true;
        }
    return false;
}

/* ---- those of a record ---- */

static void open_source(struct rl_extras *extras)
{
    const struct rl_record *record = extras->record;
    extras->keyed =
        extras->source == RL_EXTRA_CALL && (record->site->flags & RINGLOG_SITE_KEYS_) != 0;
    if (extras->keyed) {
        extras->keys = rl_site_keys(record->site);
        extras->codes = rl_site_codes(record->site, &extras->left);
        extras->list = (struct rl_fields){record->fields, record->fields + record->fields_bytes};
    } else if (extras->source < RL_EXTRA_SOURCES) {
        extras->list = rl_fields_of(record->extra[extras->source]);
    }
}

struct rl_extras rl_record_extras(const struct rl_record *record)
{
    struct rl_extras extras = {.record = record};
    open_source(&extras);
    return extras;
}

static bool next_keyed(struct rl_extras *extras, struct rl_extra *extra)
{
    if (extras->left == 0 || *extras->keys == '\0')
        return false;
    extra->key = extras->keys;
    extra->key_length = strlen(extras->keys);
    extras->keys += extra->key_length + 1;
    extras->left--;
    return rl_fields_next(&extras->list, *extras->codes++, &extra->value);
}

/* The next one, hidden or not. */
static bool next_of_all(struct rl_extras *extras, struct rl_extra *extra)
{
    while (extras->source < RL_EXTRA_SOURCES) {
        if (extras->keyed ? next_keyed(extras, extra) : rl_extra_next(&extras->list, extra))
            return true;
        extras->source++;
        open_source(extras);
    }
    return false;
}

/* Equal keys have the same. */
static uint64_t bit_of(const struct rl_extra *extra)
{
    if (extra->key_length == 0)
        return 1;
    const unsigned first = (unsigned char)extra->key[0];
    const unsigned last = (unsigned char)extra->key[extra->key_length - 1];
    return UINT64_C(1) << ((extra->key_length + first * 5 + last * 11) % 64);
}

/* Whether the key came before. */
static bool is_hidden(const struct rl_record *record, const struct rl_extra *extra)
{
    struct rl_extras before = rl_record_extras(record);
    struct rl_extra other;
    while (next_of_all(&before, &other) && other.key != extra->key)
        if (is_key(&other, extra->key, extra->key_length))
            return true;
    return false;
}

bool rl_extras_next(struct rl_extras *extras, struct rl_extra *extra)
{
    while (next_of_all(extras, extra)) {
        const uint64_t bit = bit_of(extra);
        const bool maybe_seen = (extras->seen & bit) != 0;
        extras->seen |= bit;
        if (!maybe_seen || !is_hidden(extras->record, extra))
            return true;
    }
    return false;
}

bool rl_record_extra(const struct rl_record *record, const char *key, size_t key_length,
                     struct rl_value *value)
{
    struct rl_extras extras = rl_record_extras(record);
    struct rl_extra extra;
    while (next_of_all(&extras, &extra))
        if (is_key(&extra, key, key_length)) {
            *value = extra.value;
            return true;
        }
    return false;
}
