#include "record/decode.h"

#include "base/hash.h"

#include <string.h>

void rl_thread_set_name(struct rl_thread *thread, const char *name)
{
    memset(thread->name, 0, sizeof thread->name);
    const size_t length = strnlen(name, sizeof thread->name - 1);
    memcpy(thread->name, name, length);
    thread->name_hash = rl_hash(RL_HASH_START, name, length);
}

size_t rl_field_bytes(uint8_t code, const unsigned char *at, size_t left)
{
    size_t bytes = rl_field_fixed_bytes(code);
    if (bytes <= left && rl_field_is_text(code)) {
        const uint32_t word = rl_load_u32(at);
        bytes += rl_text_bytes(word);
    }
    return bytes <= left ? bytes : 0;
}

struct cursor {
    const unsigned char *at;
    size_t left;
};

static bool take(struct cursor *cursor, uint8_t code, const unsigned char **field, size_t *bytes)
{
    *bytes = rl_field_bytes(code, cursor->at, cursor->left);
    if (*bytes == 0)
        return false;
    *field = cursor->at;
    cursor->at += *bytes;
    cursor->left -= *bytes;
    return true;
}

static bool take_text(struct cursor *cursor, const char **text, size_t *length)
{
    const unsigned char *field;
    size_t bytes;
    if (!take(cursor, RINGLOG_FIELD_STRING, &field, &bytes))
        return false;
    uint32_t word;
    memcpy(&word, field, 4);
    *text = word == RINGLOG_STRING_NULL ? NULL : (const char *)field + 4;
    *length = bytes - 4;
    return true;
}

/* An event's fields: text, time (0: the record's own), exception text, stack text, extra fields. */
static bool decode_event(struct rl_record *record)
{
    struct cursor cursor = {record->fields, record->fields_bytes};
    const unsigned char *field;
    size_t bytes;
    const char *text;
    size_t length;
    if (!take_text(&cursor, &text, &length) || !take(&cursor, RINGLOG_FIELD_I64, &field, &bytes) ||
        !take_text(&cursor, &record->exception_text, &record->exception_length) ||
        !take_text(&cursor, &record->stack_text, &record->stack_length))
        return false;
    const char *extra;
    if (record->site->field_count > 4) {
        if (!take_text(&cursor, &extra, &length))
            return false;
        record->extra[RL_EXTRA_CALL] = (struct rl_bytes){(const unsigned char *)extra, length};
    }
    int64_t time_ns;
    memcpy(&time_ns, field, 8);
    if (time_ns != 0)
        record->time_ns = time_ns;
    return true;
}

bool rl_record_decode(struct rl_record *record, const unsigned char *fields, size_t bytes)
{
    record->level = record->site->level;
    record->exception_text = record->stack_text = NULL;
    record->exception_length = record->stack_length = 0;
    record->extra[RL_EXTRA_CALL] = (struct rl_bytes){NULL, 0};
    if ((record->site->flags & RINGLOG_SITE_RUNTIME_LEVEL_) != 0) {
        if (bytes < 4)
            return false;
        memcpy(&record->level, fields, 4);
        fields += 4;
        bytes -= 4;
    }
    record->fields = fields;
    record->fields_bytes = bytes;
    return (record->site->flags & RL_SITE_EVENT) == 0 || decode_event(record);
}
