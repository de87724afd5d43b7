#include "format/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "format/directive.h"
#include "format/escape.h"
#include "format/real.h"
#include "record/printf_spec.h"

/* Digits after which every double is told from its neighbours. */
#define DIGITS_ALWAYS 15
#define DIGITS_MOST   17

static bool reads_back(const char *text, size_t length, double value)
{
    char copy[64];
    if (length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return strtod(copy, NULL) == value;
}

void rl_value_append_real(struct rl_buffer *out, double value)
{
    const size_t start = out->length;
    struct rl_printf_spec spec = {.width = RL_PRINTF_NONE, .conversion = 'g'};
    for (spec.precision = DIGITS_ALWAYS;; spec.precision++) {
        out->length = start;
        rl_double_append(out, &spec, value);
        if (out->failed || !isfinite(value))
            return;
        if (spec.precision == DIGITS_MOST ||
            reads_back(out->data + start, out->length - start, value))
            break;
    }
    const char *digits = out->data + start;
    const size_t length = out->length - start;
    if (memchr(digits, '.', length) == NULL && memchr(digits, 'e', length) == NULL)
        rl_buffer_append(out, ".0", 2);
}

static void append_natural(struct rl_buffer *out, const struct rl_value *value, bool raw)
{
    static const struct rl_printf_spec natural = {
        .width = RL_PRINTF_NONE, .precision = RL_PRINTF_NONE, .conversion = 's'};
    rl_directive_append(out, &natural, value, raw);
}

void rl_value_append(struct rl_buffer *out, const struct rl_value *value, bool raw)
{
    switch (value->field) {
    case RINGLOG_FIELD_BOOL:
        rl_buffer_append(out, value->as.bits ? "true" : "false", value->as.bits ? 4 : 5);
        return;
    case RINGLOG_FIELD_F64:
        rl_value_append_real(out, value->as.real);
        return;
    case RINGLOG_FIELD_F80:
        rl_value_append_real(out, (double)value->as.long_real);
        return;
    default:
        append_natural(out, value, raw);
        return;
    }
}

static bool needs_quotes(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] <= ' ' || strchr("\"=\\", text[i]) != NULL)
            return true;
    return length == 0;
}

/* A backslash in front of quotes and backslashes; the rest escaped as everywhere. */
static void append_quoted(struct rl_buffer *out, const char *text, size_t length, bool raw)
{
    rl_buffer_append_char(out, '"');
    while (length != 0) {
        size_t clean = 0;
        while (clean < length && text[clean] != '"' && text[clean] != '\\')
            clean++;
        if (raw)
            rl_buffer_append(out, text, clean);
        else
            rl_escape_append(out, text, clean);
        if (clean < length) {
            rl_buffer_append_char(out, '\\');
            rl_buffer_append_char(out, text[clean++]);
        }
        text += clean;
        length -= clean;
    }
    rl_buffer_append_char(out, '"');
}

void rl_value_append_pair(struct rl_buffer *out, const struct rl_extra *extra, bool raw)
{
    rl_escape_append(out, extra->key, extra->key_length);
    rl_buffer_append_char(out, '=');
    const struct rl_text *text = &extra->value.as.text;
    if (extra->value.field == RINGLOG_FIELD_STRING && text->bytes != NULL &&
        needs_quotes(text->bytes, text->length)) {
        append_quoted(out, text->bytes, text->length, raw);
        if (text->truncated)
            rl_buffer_append(out, RL_TEXT_CUT_MARK, sizeof RL_TEXT_CUT_MARK - 1);
        return;
    }
    if (extra->value.field == RINGLOG_FIELD_BYTES && text->bytes != NULL) {
        rl_hex_append(out, text->bytes, text->length, '\0');
        return;
    }
    rl_value_append(out, &extra->value, raw);
}
