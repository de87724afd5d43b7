/* JSON values (RFC 8259), in UTF-8, on one line.
 *
 * Text that is to be a string may be anything. Escaped are what JSON demands, and what must reach
 * no terminal and no reader of lines: DEL, C1 controls, U+2028, U+2029, bidirectional controls (as
 * in format/escape.h). Bytes that are not UTF-8 become U+FFFD, one for each maximal subpart of an
 * ill-formed sequence, as decoders do it. */
#ifndef RL_FORMAT_JSON_H
#define RL_FORMAT_JSON_H

#include "base/buffer.h"
#include "record/fields.h"

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
