#include "insight/buffer.h"

#include "output/out.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

static char *reserve(struct buffer *buffer, size_t length)
{
    if (length > buffer->capacity - buffer->length) {
        buffer->capacity = (buffer->length + length) * 3 / 2 + 64;
        buffer->data = must_have(realloc(buffer->data, buffer->capacity));
    }
    return buffer->data + buffer->length;
}

void buffer_add(struct buffer *buffer, const char *text, size_t length)
{
    if (length == 0)
        return; /* `text` may be NULL then */
    memcpy(reserve(buffer, length), text, length);
    buffer->length += length;
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_add(buffer, text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
}

/* ---- UTF-8 ---- */

/* Bytes of the well-formed character at `text`, 0: there is none. */
static unsigned decode(const char *text, size_t length, uint32_t *code_point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = (unsigned char)*text;
    if (first < 0x80) {
        *code_point = first;
        return 1;
    }
    const unsigned bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || bytes > length)
        return 0;
    *code_point = first & (0x7fU >> bytes);
    for (unsigned i = 1; i < bytes; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
        *code_point = *code_point << 6 | ((unsigned char)text[i] & 0x3f);
    }
    const bool surrogate = *code_point >= 0xd800 && *code_point <= 0xdfff;
    return *code_point < least[bytes] || *code_point > 0x10ffff || surrogate ? 0 : bytes;
}

size_t text_columns(const char *text, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

/* ---- what is not shown as it is ---- */

/* Controls, and what changes the direction of writing or breaks lines. */
static bool is_dangerous(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* A character, or a byte that belongs to none, in at most 8 bytes. Returns how far it goes. */
static size_t show(const char *text, size_t length, char shown[16], bool lines)
{
    uint32_t code_point;
    const unsigned bytes = decode(text, length, &code_point);
    if (bytes == 0) {
        snprintf(shown, 16, "\\x%02x", (unsigned char)*text);
        return 1;
    }
    if (!is_dangerous(code_point) || (lines && (*text == '\n' || *text == '\t'))) {
        memcpy(shown, text, bytes);
        shown[bytes] = '\0';
    } else if (*text == '\n' || *text == '\r' || *text == '\t') {
        snprintf(shown, 16, "\\%c", *text == '\n' ? 'n' : *text == '\r' ? 'r' : 't');
    } else {
        snprintf(shown, 16, code_point < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code_point);
    }
    return bytes;
}

void buffer_add_escaped(struct buffer *buffer, const char *text, size_t length)
{
    char shown[16] = "";
    for (size_t at = 0; at < length;) {
        at += show(text + at, length - at, shown, false);
        buffer_add_text(buffer, shown);
    }
}

void buffer_add_cut(struct buffer *buffer, const char *text, size_t length, size_t columns)
{
    const size_t begin = buffer->length;
    size_t last = begin, used = 0; /* where the last column that fits begins */
    char shown[16] = "";
    for (size_t at = 0; at < length;) {
        at += show(text + at, length - at, shown, false);
        const size_t wide = text_columns(shown, strlen(shown));
        if (used + wide > columns) {
            buffer->length = used < columns ? buffer->length : last;
            buffer_add_text(buffer, "…");
            return;
        }
        last = buffer->length;
        used += wide;
        buffer_add_text(buffer, shown);
    }
}

/* ---- JSON ---- */

static void add_json_character(struct buffer *buffer, char c)
{
    if (c == '"' || c == '\\')
        buffer_printf(buffer, "\\%c", c);
    else if (c == '\n' || c == '\t')
        buffer_printf(buffer, "\\%c", c == '\n' ? 'n' : 't');
    else if (c == '<' || c == '>' || c == '&')
        buffer_printf(buffer, "\\u%04x", (unsigned)c);
    else
        buffer_add(buffer, &c, 1);
}

void buffer_add_json(struct buffer *buffer, const char *text, size_t length)
{
    char shown[16] = "";
    buffer_add(buffer, "\"", 1);
    for (size_t at = 0; at < length;) {
        at += show(text + at, length - at, shown, true);
        for (const char *c = shown; *c != '\0'; c++)
            add_json_character(buffer, *c);
    }
    buffer_add(buffer, "\"", 1);
}
