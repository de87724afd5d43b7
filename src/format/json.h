/* JSON values (RFC 8259), in UTF-8, on one line.
 *
 * Text that is to be a string may be anything. Escaped are what JSON demands, and what must reach
 * no terminal and no reader of lines: DEL, C1 controls, U+2028, U+2029, bidirectional controls (as
 * in format/escape.h). Bytes that are not UTF-8 become U+FFFD, one for each maximal subpart of an
 * ill-formed sequence, as decoders do it. */
#ifndef RL_FORMAT_JSON_H
#define RL_FORMAT_JSON_H

#include "base/buffer.h"
#include "format/escape.h"
#include "record/fields.h"

/* Whether some byte of the eight is not printable ASCII, or is a quote or a backslash. */
static inline bool rl_json_suspect(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    /* Where no byte has its high bit, a byte that is zero gets one by the subtraction. */
    return rl_escape_suspect(word) ||
           ((((word ^ ones * '"') - ones) | ((word ^ ones * '\\') - ones)) & ones * 0x80) != 0;
}

__attribute__((always_inline)) static inline rl_escape_block rl_json_suspects(rl_escape_block block)
{
    return rl_escape_suspects(block) | (rl_escape_block)(block == '"') |
           (rl_escape_block)(block == '\\');
}

/* As rl_escape_copy_clean(): how many bytes are copied that stand in a string as they are. */
static inline size_t rl_json_copy_clean(char *to, const char *from, size_t length)
{
    return rl_escape_copy_until(to, from, length, rl_json_suspect, rl_json_suspects);
}

/* Whether all of them do. */
bool rl_json_is_clean(const char *text, size_t length);

/* "text" */
void rl_json_append_string(struct rl_buffer *out, const char *text, size_t length);

/* Makes what stands behind `start` the inside of a string. `scratch` is overwritten. */
void rl_json_escape_tail(struct rl_buffer *out, size_t start, struct rl_buffer *scratch);

/* "key". Different keys stay different: a byte that is not UTF-8 becomes U+FFFD and two hexadecimal
 * digits, and U+FFFD is doubled. */
void rl_json_append_key(struct rl_buffer *out, const char *key, size_t length);

/* integers         numbers: all 64 bits, signed or unsigned
 * bool             true, false
 * double           a number, the shortest that reads back the same, with a point or an exponent;
 *                  "NaN", "Infinity", "-Infinity"
 * long double      the same where a double holds it, else a number of so many digits that it reads
 *                  back as the same long double; past the greatest double a string of them
 * string           a string; with U+2026 at its end where capture cut it; null for NULL
 * bytes            a string of hexadecimal digits ("deadbeef"), U+2026 and null likewise
 * pointer          "0x7f3a"; null for NULL */
void rl_json_append_value(struct rl_buffer *out, const struct rl_value *value);

#endif
