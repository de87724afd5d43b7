#include "output/escape.h"

#include <stdint.h>

#define ILL_FORMED  UINT32_MAX
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* ---- UTF-8 ---- */

/* The character at the text and how many bytes it has; or ILL_FORMED, and those that one U+FFFD
 * stands for (The Unicode Standard 3.9, "maximal subpart"). */
static size_t next_character(const char *text, size_t length, uint32_t *character)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char lead = at[0];
    /* RFC 3629: overlong forms, surrogates and what is past U+10FFFF show in the second byte. */
    const unsigned char least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    const size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    *character = ILL_FORMED;
    if (lead >= 0x80 && (lead < 0xc2 || lead > 0xf4))
        return 1;
    uint32_t value = bytes == 1 ? lead : lead & (0x7fU >> bytes);
    for (size_t i = 1; i < bytes; i++) {
        if (i == length || at[i] < (i == 1 ? least : 0x80) || at[i] > (i == 1 ? most : 0xbf))
            return i;
        value = value << 6 | (at[i] & 0x3f);
    }
    *character = value;
    return bytes;
}

/* What drives a terminal, or makes text look like other text. */
static bool is_dangerous(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x61c ||
           (character >= 0x200e && character <= 0x200f) ||
           (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069) || character == ILL_FORMED;
}

/* ---- where texts go ---- */

/* Writes one character that is not `bytes` of text as they are; false: they are all right. */
typedef bool replace(struct buffer *out, uint32_t character, const char *bytes, size_t length);

/* Most of most texts: printable ASCII without quotes and backslashes. */
static const char *skip_clean(const char *at, const char *end)
{
    while (at < end && *at >= ' ' && *at < 0x7f && *at != '"' && *at != '\\')
        at++;
    return at;
}

static void walk(struct buffer *out, const char *text, size_t length, replace *replaces)
{
    const char *from = text, *end = text + length;
    for (const char *at = text; (at = skip_clean(at, end)) < end;) {
        uint32_t character;
        const size_t bytes = next_character(at, (size_t)(end - at), &character);
        const size_t passed = (size_t)(at - from);
        /* What is passed comes first, but only once it is known where it ends. */
        if (is_dangerous(character) || character == '"' || character == '\\') {
            buffer_append(out, from, passed);
            from = at;
            if (replaces(out, character, at, bytes))
                from += bytes;
        }
        at += bytes;
    }
    buffer_append(out, from, (size_t)(end - from));
}

static bool replace_in_line(struct buffer *out, uint32_t character, const char *bytes,
                            size_t length)
{
    if (!is_dangerous(character) || character == '\t')
        return false;
    if (character == '\n' || character == '\r')
        buffer_text(out, character == '\n' ? "\\n" : "\\r");
    else if (character < 0x80 || character == ILL_FORMED)
        for (size_t i = 0; i < length; i++)
            buffer_printf(out, "\\x%02x", (unsigned char)bytes[i]);
    else
        buffer_printf(out, "\\u%04x", (unsigned)character);
    return true;
}

static bool replace_in_lines(struct buffer *out, uint32_t character, const char *bytes,
                             size_t length)
{
    return character != '\n' && replace_in_line(out, character, bytes, length);
}

void escape_for_terminal(struct buffer *out, const char *text, size_t length, bool lines)
{
    walk(out, text, length, lines ? replace_in_lines : replace_in_line);
}

static bool replace_in_json(struct buffer *out, uint32_t character, const char *bytes,
                            size_t length)
{
    (void)bytes;
    (void)length;
    if (character == ILL_FORMED)
        buffer_text(out, REPLACEMENT);
    else if (character == '"' || character == '\\')
        buffer_printf(out, "\\%c", (char)character);
    else
        buffer_printf(out, "\\u%04x", (unsigned)character);
    return true;
}

void escape_as_json(struct buffer *out, const char *text, size_t length)
{
    buffer_char(out, '"');
    walk(out, text, length, replace_in_json);
    buffer_char(out, '"');
}

static bool replace_in_utf8(struct buffer *out, uint32_t character, const char *bytes,
                            size_t length)
{
    (void)bytes;
    (void)length;
    if (character == ILL_FORMED)
        buffer_text(out, REPLACEMENT);
    else if (character == 0)
        buffer_text(out, "\\x00");
    else
        return false;
    return true;
}

void escape_as_utf8(struct buffer *out, const char *text, size_t length)
{
    walk(out, text, length, replace_in_utf8);
}
