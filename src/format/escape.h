/* Escaping of untrusted bytes, so that an argument can start no new line, forge no field and
 * drive no terminal.
 *
 *     newline, carriage return                            \n \r
 *     other C0 controls but TAB, DEL, ill-formed UTF-8    \xNN, byte by byte
 *     C1 controls (U+0080-009F), line and paragraph
 *     separators (U+2028, U+2029), bidirectional controls
 *     (U+061C, U+200E, U+200F, U+202A-202E, U+2066-2069)  \uNNNN
 *
 * A backslash stays as it is, so that paths and regular expressions stay readable: escaped text
 * is safe, but it cannot be turned back with certainty. */
#ifndef RL_FORMAT_ESCAPE_H
#define RL_FORMAT_ESCAPE_H

#include <stdint.h>

#include "base/buffer.h"

/* One escape needs at most this much more room than what it stands for. */
#define RL_ESCAPE_SLACK 8

void rl_escape_append(struct rl_buffer *out, const char *text, size_t length);

/* Of the characters past ASCII: C1, line and paragraph separators, bidirectional controls. */
bool rl_escape_is_dangerous(uint32_t code_point);

/* Two hexadecimal digits for each byte, with this between two; '\0': nothing. */
void rl_hex_append(struct rl_buffer *out, const char *bytes, size_t length, char between);

static inline uint64_t rl_escape_load(const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

/* Whether some byte of the eight is not printable ASCII (TAB counts as not printable here). */
static inline bool rl_escape_suspect(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    /* High bits: a byte below 0x20 gets one by the subtraction, DEL by the addition; one from 0x80
     * up keeps its own in one of the two (0x80-0x9f in the sum, 0xff in the difference). Borrows
     * and carries come only from suspect bytes, and change none of that. */
    return (((word - ones * 0x20) | (word + ones)) & ones * 0x80) != 0;
}

/* Whether some byte of the eight cannot be copied as it is. */
typedef bool rl_escape_test(uint64_t word);

/* Copies a text of fewer than eight bytes, if it is clean. */
__attribute__((always_inline)) static inline bool
rl_escape_copy_short(char *to, const char *from, size_t length, rl_escape_test *suspect)
{
    uint32_t first = 0x20202020, last = 0x20202020;
    if (length >= 4) {
        memcpy(&first, from, 4);
        memcpy(&last, from + length - 4, 4);
    } else if (length > 0) {
        /* First, middle and last byte: all there are. */
        unsigned char bytes[4] = {(unsigned char)from[0], (unsigned char)from[length / 2],
                                  (unsigned char)from[length - 1], ' '};
        memcpy(&first, bytes, 4);
    }
    if (suspect((uint64_t)last << 32 | first))
        return false;
    if (length >= 4) {
        memcpy(to, &first, 4);
        memcpy(to + length - 4, &last, 4);
    } else if (length > 0) {
        to[0] = from[0];
        to[length / 2] = from[length / 2];
        to[length - 1] = from[length - 1];
    }
    return true;
}

/* One byte among blanks. */
__attribute__((always_inline)) static inline bool rl_escape_suspect_byte(char byte,
                                                                         rl_escape_test *suspect)
{
    return suspect(UINT64_C(0x2020202020202000) | (unsigned char)byte);
}

/* Copies bytes up to the first that may be suspect, or all, and returns how many. There is room
 * for `length`. Inlined, so that the test is, too. */
__attribute__((always_inline)) static inline size_t
rl_escape_copy_until(char *to, const char *from, size_t length, rl_escape_test *suspect)
{
    if (length < 8) {
        if (rl_escape_copy_short(to, from, length, suspect))
            return length;
    }
    size_t at = 0;
    for (; length - at >= 8; at += 8) {
        uint64_t word = rl_escape_load(from + at);
        if (suspect(word))
            break;
        memcpy(to + at, &word, sizeof word);
    }
    if (at > 0 && length - at < 8) {
        /* The last word overlaps the one before it. */
        uint64_t word = rl_escape_load(from + length - 8);
        if (!suspect(word)) {
            memcpy(to + length - 8, &word, sizeof word);
            return length;
        }
    }
    while (at < length && !rl_escape_suspect_byte(from[at], suspect)) {
        to[at] = from[at];
        at++;
    }
    return at;
}

static inline size_t rl_escape_copy_clean(char *to, const char *from, size_t length)
{
    return rl_escape_copy_until(to, from, length, rl_escape_suspect);
}

#endif
