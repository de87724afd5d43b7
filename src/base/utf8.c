#include "base/utf8.h"

#include <string.h>

/* Bytes a lead byte announces; 0 for one that can lead nothing. C0, C1 and F5 up are such: they
 * could only start an overlong form or a number past U+10FFFF. */
static unsigned announced(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2)
        return 0;
    if (lead < 0xe0)
        return 2;
    if (lead < 0xf0)
        return 3;
    return lead < 0xf5 ? 4 : 0;
}

static bool continues(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The second byte is where overlong forms, surrogates and numbers past U+10FFFF show (RFC 3629
 * section 4). */
static bool second_fits(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xe0:
        return second >= 0xa0 && second <= 0xbf;
    case 0xed:
        return second >= 0x80 && second <= 0x9f;
    case 0xf0:
        return second >= 0x90 && second <= 0xbf;
    case 0xf4:
        return second >= 0x80 && second <= 0x8f;
    default:
        return continues(second);
    }
}

unsigned rl_utf8_decode(const char *text, size_t length, uint32_t *code_point)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (length == 0)
        return 0;
    unsigned count = announced(bytes[0]);
    if (count == 0 || count > length)
        return 0;
    if (count == 1) {
        *code_point = bytes[0];
        return 1;
    }
    if (!second_fits(bytes[0], bytes[1]))
        return 0;
    uint32_t value = bytes[0] & (0x7fU >> count);
    for (unsigned i = 1; i < count; i++) {
        if (!continues(bytes[i]))
            return 0;
        value = value << 6 | (bytes[i] & 0x3f);
    }
    *code_point = value;
    return count;
}

unsigned rl_utf8_ill_formed(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    const unsigned count = announced(bytes[0]);
    if (count < 2 || length < 2 || !second_fits(bytes[0], bytes[1]))
        return 1;
    unsigned there = 2;
    while (there < count && there < length && continues(bytes[there]))
        there++;
    return there;
}

unsigned rl_utf8_encode(uint32_t code_point, char to[RL_UTF8_MAX])
{
    if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
        code_point = RL_UTF8_REPLACEMENT;
    if (code_point < 0x80) {
        to[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        to[0] = (char)(0xc0 | code_point >> 6);
        to[1] = (char)(0x80 | (code_point & 0x3f));
        return 2;
    }
    if (code_point < 0x10000) {
        to[0] = (char)(0xe0 | code_point >> 12);
        to[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
        to[2] = (char)(0x80 | (code_point & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | code_point >> 18);
    to[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
    to[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
    to[3] = (char)(0x80 | (code_point & 0x3f));
    return 4;
}

/* Bytes of the character at `text`, which is not empty: an ill-formed byte stands for itself. */
static unsigned step(const char *text, size_t length)
{
    uint32_t code_point;
    unsigned bytes = rl_utf8_decode(text, length, &code_point);
    return bytes == 0 ? 1 : bytes;
}

bool rl_utf8_valid(const char *text, size_t length)
{
    uint32_t code_point;
    for (size_t at = 0; at < length;) {
        unsigned bytes = rl_utf8_decode(text + at, length - at, &code_point);
        if (bytes == 0)
            return false;
        at += bytes;
    }
    return true;
}

/* Where the sequence that covers byte `at` may start: at most three continuation bytes back. */
static size_t sequence_start(const char *text, size_t at)
{
    size_t start = at;
    while (start > 0 && at - start < RL_UTF8_MAX - 1 && continues((unsigned char)text[start]))
        start--;
    return start;
}

size_t rl_utf8_floor(const char *text, size_t length, size_t limit)
{
    if (limit >= length)
        return length;
    size_t start = sequence_start(text, limit);
    return start + step(text + start, length - start) > limit ? start : limit;
}

size_t rl_utf8_trim_partial(const char *text, size_t length)
{
    if (length == 0)
        return 0;
    size_t start = sequence_start(text, length - 1);
    unsigned char lead = (unsigned char)text[start];
    size_t there = length - start;
    if (there >= announced(lead) ||
        (there > 1 && !second_fits(lead, (unsigned char)text[start + 1])))
        return length;
    return start;
}

/* Bytes of the ASCII at `text`, by words: most text is nothing else. */
static size_t ascii_prefix(const char *text, size_t length)
{
    size_t at = 0;
    for (uint64_t word; length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    return at;
}

size_t rl_utf8_count(const char *text, size_t length)
{
    size_t at = ascii_prefix(text, length);
    size_t characters = at;
    for (; at < length; characters++)
        at += step(text + at, length - at);
    return characters;
}

size_t rl_utf8_prefix(const char *text, size_t length, size_t characters)
{
    size_t at = 0;
    for (; characters > 0 && at < length; characters--)
        at += step(text + at, length - at);
    return at;
}
