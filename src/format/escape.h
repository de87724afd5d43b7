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

/* Sixteen bytes at once pay off where the machine has such registers. */
#ifndef RL_ESCAPE_BLOCKS
#    if defined(__SSE2__) || defined(__ARM_NEON)
#        define RL_ESCAPE_BLOCKS true
#    else
#        define RL_ESCAPE_BLOCKS false
#    endif
#endif
#define RL_ESCAPE_BLOCK 16
typedef signed char rl_escape_block __attribute__((vector_size(RL_ESCAPE_BLOCK)));

__attribute__((always_inline)) static inline rl_escape_block rl_escape_load_block(const char *from)
{
    rl_escape_block block;
    memcpy(&block, from, sizeof block);
    return block;
}

/* The bytes are 0 or all ones. */
__attribute__((always_inline)) static inline bool rl_escape_any(rl_escape_block block)
{
#ifdef __SSE2__
    typedef char bytes __attribute__((vector_size(RL_ESCAPE_BLOCK)));
    return __builtin_ia32_pmovmskb128((bytes)block) != 0;
#else
    typedef uint64_t halves __attribute__((vector_size(RL_ESCAPE_BLOCK)));
    return (((halves)block)[0] | ((halves)block)[1]) != 0;
#endif
}

/* All ones where a byte is not printable ASCII, as rl_escape_suspect() has it: signed, bytes from
 * 0x80 up are below 0x20 too. */
__attribute__((always_inline)) static inline rl_escape_block
rl_escape_suspects(rl_escape_block block)
{
    return (rl_escape_block)(block < 0x20) | (rl_escape_block)(block == 0x7f);
}

/* What cannot be copied as it is: whether some byte of the eight, and which bytes of a block. */
typedef bool rl_escape_test(uint64_t word);
typedef rl_escape_block rl_escape_block_test(rl_escape_block block);

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

/* Copies whole words up to one with a suspect byte; the last one overlaps the one before it. How
 * many bytes are copied. */
__attribute__((always_inline)) static inline size_t
rl_escape_copy_words(char *to, const char *from, size_t length, rl_escape_test *suspect)
{
    size_t at = 0;
    for (; length - at >= 8; at += 8) {
        const uint64_t word = rl_escape_load(from + at);
        if (suspect(word))
            return at;
        memcpy(to + at, &word, sizeof word);
    }
    if (at == length || length < 8)
        return at;
    const uint64_t word = rl_escape_load(from + length - 8);
    if (suspect(word))
        return at;
    memcpy(to + length - 8, &word, sizeof word);
    return length;
}

/* The same with blocks, of a text of one at least. */
__attribute__((always_inline)) static inline size_t
rl_escape_copy_blocks(char *to, const char *from, size_t length, rl_escape_block_test *suspects)
{
    size_t at = 0;
    for (; length - at >= RL_ESCAPE_BLOCK; at += RL_ESCAPE_BLOCK) {
        const rl_escape_block block = rl_escape_load_block(from + at);
        if (rl_escape_any(suspects(block)))
            return at;
        memcpy(to + at, &block, sizeof block);
    }
    if (at == length)
        return at;
    const rl_escape_block block = rl_escape_load_block(from + length - RL_ESCAPE_BLOCK);
    if (rl_escape_any(suspects(block)))
        return at;
    memcpy(to + length - RL_ESCAPE_BLOCK, &block, sizeof block);
    return length;
}

/* Copies bytes up to the first that may be suspect, or all, and returns how many. There is room
 * for `length`. Inlined, so that the tests are, too. */
__attribute__((always_inline)) static inline size_t
rl_escape_copy_until(char *to, const char *from, size_t length, rl_escape_test *suspect,
                     rl_escape_block_test *suspects)
{
    size_t at = 0;
    if (RL_ESCAPE_BLOCKS && length >= RL_ESCAPE_BLOCK)
        at = rl_escape_copy_blocks(to, from, length, suspects);
    else if (length >= 8)
        at = rl_escape_copy_words(to, from, length, suspect);
    else if (rl_escape_copy_short(to, from, length, suspect))
        return length;
    while (at < length && !rl_escape_suspect_byte(from[at], suspect)) {
        to[at] = from[at];
        at++;
    }
    return at;
}

static inline size_t rl_escape_copy_clean(char *to, const char *from, size_t length)
{
    return rl_escape_copy_until(to, from, length, rl_escape_suspect, rl_escape_suspects);
}

#endif
