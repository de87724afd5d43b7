#include "format/value.h"

#include <string.h>

#include "format/directive.h"
#include "format/escape.h"
#include "format/shortest.h"
#include "record/printf_spec.h"

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
        rl_shortest_append(out, value->as.real);
        return;
    case RINGLOG_FIELD_F80:
        rl_shortest_append(out, (double)value->as.long_real);
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
