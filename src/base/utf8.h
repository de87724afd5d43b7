/* UTF-8 as RFC 3629 defines it: shortest forms only, no surrogates, nothing past U+10FFFF.
 *
 * All of it may be given hostile bytes, takes lengths instead of terminators, and is
 * async-signal-safe. Where characters are counted, a byte that starts no well-formed sequence
 * counts as one character. */
#ifndef RL_BASE_UTF8_H
#define RL_BASE_UTF8_H

#include "base/export.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_UTF8_MAX         4 /* bytes of the longest sequence */
#define RL_UTF8_REPLACEMENT UINT32_C(0xfffd)

/* Bytes of the well-formed sequence at `text` (and its code point), or 0 if there is none. */
RL_SHARED unsigned rl_utf8_decode(const char *text, size_t length, uint32_t *code_point);

/* Where none begins: bytes of the ill-formed part that one U+FFFD stands for, the longest beginning
 * of a well-formed sequence, or else one byte ("maximal subpart", The Unicode Standard 3.9). */
unsigned rl_utf8_ill_formed(const char *text, size_t length);

/* Writes a sequence and returns its bytes; what is no character becomes U+FFFD. */
unsigned rl_utf8_encode(uint32_t code_point, char to[RL_UTF8_MAX]);

RL_SHARED bool rl_utf8_valid(const char *text, size_t length);

/* Bytes of the longest prefix of at most `limit` bytes that splits no well-formed sequence. */
size_t rl_utf8_floor(const char *text, size_t length, size_t limit);

/* Length without a sequence at the end whose last bytes are missing. */
size_t rl_utf8_trim_partial(const char *text, size_t length);

size_t rl_utf8_count(const char *text, size_t length);

/* Bytes of the first `characters` characters; the whole length if there are fewer. */
size_t rl_utf8_prefix(const char *text, size_t length, size_t characters);

#endif
