#include "insight/shown.h"

static bool begins_character(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

size_t shown_columns(const char *text, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += begins_character(text[i]);
    return columns;
}

void shown_cut(struct buffer *out, const char *text, size_t length, size_t columns)
{
    const size_t begin = out->length;
    escape_for_terminal(out, text, length, false);
    if (shown_columns(out->data + begin, out->length - begin) <= columns)
        return;
    size_t at = begin, used = 0;
    for (; used < columns || !begins_character(out->data[at]); at++)
        used += begins_character(out->data[at]);
    while (at > begin && !begins_character(out->data[--at]))
        ;
    out->length = at;
    buffer_text(out, "…");
}

void shown_as_json(struct buffer *out, const char *text, size_t length)
{
    struct buffer plain = {0};
    escape_for_terminal(&plain, text, length, true);
    buffer_char(out, '"');
    for (size_t i = 0; i < plain.length; i++) {
        const char c = plain.data[i];
        if (c == '"' || c == '\\')
            buffer_printf(out, "\\%c", c);
        else if (c == '\n' || c == '\t')
            buffer_text(out, c == '\n' ? "\\n" : "\\t");
        else if (c == '<' || c == '>' || c == '&')
            buffer_printf(out, "\\u%04x", (unsigned)c);
        else
            buffer_char(out, c);
    }
    buffer_char(out, '"');
    buffer_free(&plain);
}
