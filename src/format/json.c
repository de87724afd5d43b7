#include "format/json.h"

#include <float.h>
#include <math.h>

#include "base/utf8.h"
#include "format/directive.h"
#include "format/escape.h"
#include "format/integer.h"
#include "format/real.h"
#include "format/shortest.h"

/* One escape, and a quote on each side, need at most this much more room than what they stand
 * for. */
#define SLACK (RL_ESCAPE_SLACK + 2)

/* ---- strings ---- */

static char *write_unit(char *to, uint32_t code_point)
{
    memcpy(to, "\\u", 2);
    for (unsigned i = 0; i < 4; i++)
        to[2 + i] = "0123456789abcdef"[code_point >> (12 - 4 * i) & 15];
    return to + 6;
}

/* Of an ASCII character that may not stand as it is. */
static char *write_short(char *to, unsigned char byte)
{
    static const char letters[] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
                                   ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\'};
    if (byte >= sizeof letters || letters[byte] == '\0')
        return write_unit(to, byte);
    to[0] = '\\';
    to[1] = letters[byte];
    return to + 2;
}

static char *write_ill_formed(char *to, const char **from, size_t left)
{
    *from += rl_utf8_ill_formed(*from, left);
    return to + rl_utf8_encode(RL_UTF8_REPLACEMENT, to);
}

/* Writes what the copy of clean bytes stopped at, up to one that is clean. An escape ends the walk
 * too, as the room is that of the bytes left plus SLACK; harmless characters need no more than they
 * have. */
static char *write_suspects(char *to, const char **from, const char *end)
{
    while (*from < end) {
        const unsigned char byte = (unsigned char)**from;
        if (byte < 0x80) {
            if (!rl_escape_suspect_byte((char)byte, rl_json_suspect))
                return to;
            ++*from;
            return write_short(to, byte);
        }
        uint32_t code_point;
        const unsigned bytes = rl_utf8_decode(*from, (size_t)(end - *from), &code_point);
        if (bytes == 0)
            return write_ill_formed(to, from, (size_t)(end - *from));
        const char *at = *from;
        *from += bytes;
        if (rl_escape_is_dangerous(code_point))
            return write_unit(to, code_point);
        memcpy(to, at, bytes);
        to += bytes;
    }
    return to;
}

/* The inside of a string. Leaves room for a quote. */
static void append_escaped(struct rl_buffer *out, const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end) {
        const size_t left = (size_t)(end - text);
        char *to = rl_buffer_reserve(out, left + SLACK);
        if (to == NULL)
            return;
        const size_t clean = rl_json_copy_clean(to, text, left);
        text += clean;
        to = write_suspects(to + clean, &text, end);
        out->length = (size_t)(to - out->data);
    }
}

/* "text" if it is clean; else nothing, and false. */
static bool append_clean(struct rl_buffer *out, const char *text, size_t length)
{
    char *to = rl_buffer_reserve(out, length + SLACK);
    if (to == NULL || rl_json_copy_clean(to + 1, text, length) != length)
        return false;
    to[0] = to[length + 1] = '"';
    out->length += length + 2;
    return true;
}

void rl_json_append_string(struct rl_buffer *out, const char *text, size_t length)
{
    if (length == 0)
        text = ""; /* it may be NULL then */
    if (append_clean(out, text, length))
        return;
    rl_buffer_append_char(out, '"');
    append_escaped(out, text, length);
    rl_buffer_append_char(out, '"');
}

/* Bytes up to the first that may need escaping, or all. */
static size_t clean_prefix(const char *text, size_t length)
{
    size_t at = 0;
    while (length - at >= 8 && !rl_json_suspect(rl_escape_load(text + at)))
        at += 8;
    while (at < length && !rl_escape_suspect_byte(text[at], rl_json_suspect))
        at++;
    return at;
}

bool rl_json_is_clean(const char *text, size_t length)
{
    return clean_prefix(text, length) == length;
}

void rl_json_escape_tail(struct rl_buffer *out, size_t start, struct rl_buffer *scratch)
{
    const size_t length = out->length - start;
    if (length == 0)
        return;
    const size_t clean = clean_prefix(out->data + start, length);
    if (clean == length)
        return;
    scratch->length = 0;
    rl_buffer_append(scratch, out->data + start + clean, length - clean);
    out->failed |= scratch->failed;
    scratch->failed = false;
    out->length = start + clean;
    append_escaped(out, scratch->data, scratch->length);
}

/* ---- keys ---- */

/* One byte of no character, or U+FFFD itself. */
static void append_told_apart(struct rl_buffer *out, const char *at, size_t bytes)
{
    char replacement[RL_UTF8_MAX];
    const unsigned length = rl_utf8_encode(RL_UTF8_REPLACEMENT, replacement);
    rl_buffer_append(out, replacement, length);
    if (bytes == 1)
        rl_hex_append(out, at, 1, '\0');
    else
        rl_buffer_append(out, replacement, length);
}

static void append_odd_key(struct rl_buffer *out, const char *key, size_t length)
{
    const char *end = key + length, *from = key;
    for (const char *at = key; at < end;) {
        uint32_t code_point;
        unsigned bytes = rl_utf8_decode(at, (size_t)(end - at), &code_point);
        if (bytes != 0 && code_point != RL_UTF8_REPLACEMENT) {
            at += bytes;
            continue;
        }
        append_escaped(out, from, (size_t)(at - from));
        bytes = bytes == 0 ? 1 : bytes;
        append_told_apart(out, at, bytes);
        from = at += bytes;
    }
    append_escaped(out, from, (size_t)(end - from));
}

void rl_json_append_key(struct rl_buffer *out, const char *key, size_t length)
{
    if (append_clean(out, key, length))
        return;
    rl_buffer_append_char(out, '"');
    append_odd_key(out, key, length);
    rl_buffer_append_char(out, '"');
}

/* ---- values ---- */

static void append_word(struct rl_buffer *out, const char *word)
{
    rl_buffer_append(out, word, strlen(word));
}

static void append_signed(struct rl_buffer *out, int64_t value)
{
    char *to = rl_buffer_reserve(out, RL_DECIMAL_MAX + 1);
    if (to != NULL)
        out->length += (size_t)(rl_write_signed(to, value) - to);
}

static void append_unsigned(struct rl_buffer *out, uint64_t value)
{
    char *to = rl_buffer_reserve(out, RL_DECIMAL_MAX);
    if (to != NULL)
        out->length += (size_t)(rl_write_decimal(to, value) - to);
}

static void append_pointer(struct rl_buffer *out, uint64_t address)
{
    char text[RL_HEX_MAX + 4] = "\"0x";
    char *to = rl_write_hex(text + 3, address);
    *to++ = '"';
    if (address == 0)
        append_word(out, "null");
    else
        rl_buffer_append(out, text, (size_t)(to - text));
}

static void append_real(struct rl_buffer *out, double value)
{
    if (isfinite(value))
        rl_shortest_append(out, value);
    else if (isnan(value))
        append_word(out, "\"NaN\"");
    else
        append_word(out, value < 0 ? "\"-Infinity\"" : "\"Infinity\"");
}

static void append_long_real(struct rl_buffer *out, long double value)
{
    static const struct rl_printf_spec spec = {
        .width = RL_PRINTF_NONE, .precision = LDBL_DECIMAL_DIG - 1, .conversion = 'e'};
    const bool fits = fabsl(value) <= (long double)DBL_MAX;
    if (!isfinite(value) || (fits && (long double)(double)value == value)) {
        append_real(out, (double)value);
        return;
    }
    if (!fits)
        rl_buffer_append_char(out, '"');
    rl_long_double_append(out, &spec, value);
    if (!fits)
        rl_buffer_append_char(out, '"');
}

static void append_text(struct rl_buffer *out, const struct rl_text *text)
{
    if (!text->truncated) {
        rl_json_append_string(out, text->bytes, text->length);
        return;
    }
    rl_buffer_append_char(out, '"');
    append_escaped(out, text->bytes, rl_utf8_trim_partial(text->bytes, text->length));
    append_word(out, RL_TEXT_CUT_MARK "\"");
}

static void append_bytes(struct rl_buffer *out, const struct rl_text *bytes)
{
    rl_buffer_append_char(out, '"');
    rl_hex_append(out, bytes->bytes, bytes->length, '\0');
    append_word(out, bytes->truncated ? RL_TEXT_CUT_MARK "\"" : "\"");
}

void rl_json_append_value(struct rl_buffer *out, const struct rl_value *value)
{
    if (rl_field_is_text(value->field) && value->as.text.bytes == NULL) {
        append_word(out, "null");
        return;
    }
    switch (value->field) {
    case RINGLOG_FIELD_STRING:
        append_text(out, &value->as.text);
        return;
    case RINGLOG_FIELD_BYTES:
        append_bytes(out, &value->as.text);
        return;
    case RINGLOG_FIELD_BOOL:
        append_word(out, value->as.bits != 0 ? "true" : "false");
        return;
    case RINGLOG_FIELD_POINTER:
        append_pointer(out, value->as.bits);
        return;
    case RINGLOG_FIELD_F64:
        append_real(out, value->as.real);
        return;
    case RINGLOG_FIELD_F80:
        append_long_real(out, value->as.long_real);
        return;
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_U64:
        append_unsigned(out, value->as.bits);
        return;
    default:
        append_signed(out, (int64_t)value->as.bits);
        return;
    }
}
