/* A column of F64: most numbers that people log are short decimal ones, which are integers over a
 * power of ten. After Afroozeh, Kuffó and Boncz, "ALP: Adaptive Lossless floating-Point
 * Compression" (SIGMOD 2023), without its exceptions.
 *
 *     byte 0       numbers: the bits
 *     byte 1 + e   numbers, signed: n, for the double next to n / 10^e; e <= 15, |n| <= 2^53 */
#ifndef RL_LOGFILE_REALS_H
#define RL_LOGFILE_REALS_H

#include "logfile/numbers.h"

/* Values are bits of doubles. Overwrites them. */
/* Appends `count` doubles that are all this one. */
void rl_reals_append_equal(struct rl_buffer *out, uint64_t value, size_t count);

void rl_reals_append(struct rl_buffer *out, uint64_t *values, size_t count);

/* False: these are no such numbers. */
bool rl_reals_take(struct rl_cursor *cursor, uint64_t *values, size_t count);

#endif
