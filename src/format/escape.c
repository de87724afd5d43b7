#include "format/escape.h"

#include "base/utf8.h"

static const char hex_digits[] = "0123456789abcdef";

static char *write_byte(char *to, unsigned char byte)
{
    if (byte == '\n' || byte == '\r') {
        *to++ = '\\';
        *to++ = byte == '\n' ? 'n' : 'r';
        return to;
    }
    memcpy(to, "\\x", 2);
    to[2] = hex_digits[byte >> 4];
    to[3] = hex_digits[byte & 15];
    return to + 4;
}

static char *write_code_point(char *to, uint32_t code_point)
{
    memcpy(to, "\\u", 2);
    for (unsigned i = 0; i < 4; i++)
        to[2 + i] = hex_digits[code_point >> (12 - 4 * i) & 15];
    return to + 6;
}

bool rl_escape_is_dangerous(uint32_t code_point)
{
    if (code_point < 0xa0)
        return true; /* C1 */
    if (code_point == 0x61c)
        return true;
    if (code_point < 0x200e || code_point > 0x2069)
        return false;
    return code_point <= 0x200f || (code_point >= 0x2028 && code_point <= 0x202e) ||
           code_point >= 0x2066;
}

/* Writes what the copy of clean bytes stopped at, and harmless characters that follow it: text in
 * other scripts than Latin should not go back and forth for every character. `*from` moves on by
 * at least a byte; the room is the bytes left plus RL_ESCAPE_SLACK. */
static char *write_suspects(char *to, const char **from, const char *end)
{
    while (*from < end) {
        unsigned char byte = (unsigned char)**from;
        if (byte >= 0x20 && byte < 0x7f)
            return to; /* fast copying can take over again */
        uint32_t code_point = byte;
        unsigned bytes = byte == '\t' ? 1 : 0;
        if (byte >= 0x80)
            bytes = rl_utf8_decode(*from, (size_t)(end - *from), &code_point);
        if (bytes == 0) {
            ++*from;
            return write_byte(to, byte);
        }
        if (bytes > 1 && rl_escape_is_dangerous(code_point)) {
            *from += bytes;
            return write_code_point(to, code_point);
        }
        memcpy(to, *from, bytes);
        to += bytes;
        *from += bytes;
    }
    return to;
}

void rl_escape_append(struct rl_buffer *out, const char *text, size_t length)
{
    if (length == 0)
        return; /* `text` may be NULL then */
    const char *end = text + length;
    while (text < end) {
        size_t left = (size_t)(end - text);
        char *to = rl_buffer_reserve(out, left + RL_ESCAPE_SLACK);
        if (to == NULL)
            return;
        size_t clean = rl_escape_copy_clean(to, text, left);
        text += clean;
        to = write_suspects(to + clean, &text, end);
        out->length = (size_t)(to - out->data);
    }
}

void rl_hex_append(struct rl_buffer *out, const char *bytes, size_t length, char between)
{
    static const char digits[] = "0123456789abcdef";
    char *to = rl_buffer_reserve(out, length * 3);
    if (to == NULL)
        return;
    char *const start = to;
    for (size_t i = 0; i < length; i++) {
        if (i != 0 && between != '\0')
            *to++ = between;
        *to++ = digits[(unsigned char)bytes[i] >> 4];
        *to++ = digits[(unsigned char)bytes[i] & 15];
    }
    out->length += (size_t)(to - start);
}
