#include "capture/store.h"

#include "base/utf8.h"
#include "ringlog/detail/capture.h"

#include <wchar.h>

static void set_size(struct rl_string_size *size, size_t length, bool cut)
{
    size->length = (uint32_t)length;
    size->word = (uint32_t)length | (cut ? RINGLOG_STRING_TRUNCATED : 0);
}

void rl_measure_text(struct rl_string_size *size, const char *text, size_t length, uint64_t cap)
{
    if (text == NULL) {
        size->length = 0;
        size->word = RINGLOG_STRING_NULL;
    } else if (length > cap) {
        set_size(size, rl_utf8_floor(text, length, cap), true);
    } else {
        set_size(size, length, false);
    }
}

unsigned char *rl_store_text(unsigned char *to, const char *text, const struct rl_string_size *size)
{
    memcpy(to, &size->word, 4);
    if (size->length != 0)
        memcpy(to + 4, text, size->length);
    return to + 4 + size->length;
}

/* ---- wide strings, as UTF-8 ---- */

/* Bytes of the whole characters that fit into `most`; reads no character beyond them but one. */
static size_t wide_bytes(const wchar_t *string, size_t most, bool *ended)
{
    char character[RL_UTF8_MAX];
    size_t bytes = 0;
    *ended = false;
    while (bytes < most) {
        if (*string == L'\0') {
            *ended = true;
            break;
        }
        const unsigned more = rl_utf8_encode((uint32_t)*string++, character);
        if (more > most - bytes)
            break;
        bytes += more;
    }
    return bytes;
}

static unsigned char *store_wide(unsigned char *to, const wchar_t *string,
                                 const struct rl_string_size *size)
{
    char character[RL_UTF8_MAX];
    memcpy(to, &size->word, 4);
    to += 4;
    for (uint32_t written = 0; written < size->length;) {
        unsigned bytes = rl_utf8_encode((uint32_t)*string++, character);
        if (bytes > size->length - written) /* changed by another thread since it was measured */
            bytes = size->length - written;
        memcpy(to + written, character, bytes);
        written += bytes;
    }
    return to + size->length;
}

/* ---- fields ---- */

/* ringlog_bytes(): address and length in one word. */
static void measure_bytes(const struct rl_plan_field *field, struct rl_string_size *size,
                          uint64_t cap)
{
    size_t length = ringlog_bytes_length_(field->argument->word);
    length = length < field->most ? length : field->most;
    if (ringlog_bytes_address_(field->argument->word) == NULL)
        rl_measure_text(size, NULL, 0, cap);
    else
        set_size(size, length < cap ? length : cap, length > cap);
}

static void measure_string(const struct rl_plan_field *field, struct rl_string_size *size,
                           uint64_t cap)
{
    const void *string = (const void *)(uintptr_t)field->argument->word;
    if (string == NULL) {
        rl_measure_text(size, NULL, 0, cap);
        return;
    }
    /* A precision is a promise about how far the string may be read: it need not be terminated. */
    if (field->wide) {
        bool ended;
        const size_t most = field->most < cap ? field->most : cap;
        const size_t bytes = wide_bytes(string, most, &ended);
        set_size(size, bytes, !ended && field->most > cap);
        return;
    }
    const size_t look = field->most <= cap ? field->most : (size_t)cap + 1;
    rl_measure_text(size, string, strnlen(string, look), cap);
}

uint64_t rl_measure_field(const struct rl_plan_field *field, struct rl_string_size *size,
                          uint64_t cap)
{
    size->length = 0;
    if (field->field == RINGLOG_FIELD_STRING)
        measure_string(field, size, cap);
    else if (field->field == RINGLOG_FIELD_BYTES)
        measure_bytes(field, size, cap);
    return ringlog_field_bytes_((enum ringlog_field)field->field, size->length);
}

unsigned char *rl_store_field(unsigned char *to, const struct rl_plan_field *field,
                              const struct rl_string_size *size, int error)
{
    if (field->field == RINGLOG_FIELD_STRING) {
        const void *string = (const void *)(uintptr_t)field->argument->word;
        return field->wide ? store_wide(to, string, size) : rl_store_text(to, string, size);
    }
    if (field->field == RINGLOG_FIELD_BYTES)
        return rl_store_text(to, ringlog_bytes_address_(field->argument->word), size);
    if (field->field == RINGLOG_FIELD_ERRNO) {
        memcpy(to, &error, 4);
    } else {
        struct ringlog_argument argument = *field->argument;
        argument.field = (enum ringlog_field)field->field;
        ringlog_store_number_(to, &argument);
    }
    return to + ringlog_field_bytes_((enum ringlog_field)field->field, 0);
}
