#include "format/logfmt.h"

#include "format/escape.h"
#include "format/json.h"

static bool is_plain(unsigned char byte)
{
    return byte > ' ' && byte < 0x7f && byte != '=' && byte != '"';
}

static bool is_one_of(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(word, text, length) == 0;
}

static bool is_bare(const char *text, size_t length)
{
    if (length == 0 || strchr("+-.0123456789", text[0]) != NULL)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_plain((unsigned char)text[i]) || text[i] == '\\')
            return false;
    return !is_one_of(text, length, "null") && !is_one_of(text, length, "true") &&
           !is_one_of(text, length, "false");
}

void rl_logfmt_append_key(struct rl_buffer *out, const char *key, size_t length)
{
    if (length == 0)
        rl_buffer_append_char(out, '%');
    for (size_t at = 0; at < length; at++) {
        if (is_plain((unsigned char)key[at]) && key[at] != '%') {
            rl_buffer_append_char(out, key[at]);
            continue;
        }
        rl_buffer_append_char(out, '%');
        rl_hex_append(out, key + at, 1, '\0');
    }
}

void rl_logfmt_append_text(struct rl_buffer *out, const char *text, size_t length)
{
    if (is_bare(text, length))
        rl_buffer_append(out, text, length);
    else
        rl_json_append_string(out, text, length);
}

void rl_logfmt_append_value(struct rl_buffer *out, const struct rl_value *value)
{
    const struct rl_text *text = &value->as.text;
    if (value->field == RINGLOG_FIELD_STRING && text->bytes != NULL && !text->truncated)
        rl_logfmt_append_text(out, text->bytes, text->length);
    else
        rl_json_append_value(out, value);
}
