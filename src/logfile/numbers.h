/* A column of numbers, of which the reader knows how many there are. None take no bytes; else
 *
 *     byte   form
 *     EQUAL  zigzag: what they all are
 *     NEAR   groups of 64 numbers (the last: the rest), each: zigzag base | byte width (0 to 64) |
 *            what is to be added to the base, in bits of that width (logfile/bits.h)
 *     STEPS  zigzag: the first | groups, as in NEAR, of each next one less the one before it
 *     BYTES4 groups of 64: lengths less one, in bits of width 2 | the numbers, in so many bytes,
 *            least significant first
 *     BYTES8 the same with lengths in bits of width 3
 *     ZIGZAG4, ZIGZAG8   as BYTES4 and BYTES8, of zigzagged numbers
 *
 * All arithmetic is modulo 2^64. */
#ifndef RL_LOGFILE_NUMBERS_H
#define RL_LOGFILE_NUMBERS_H

#include "base/buffer.h"
#include "logfile/pack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rl_numbers_form {
    RL_NUMBERS_EQUAL = 0,
    RL_NUMBERS_NEAR = 1,
    RL_NUMBERS_STEPS = 2,
    RL_NUMBERS_BYTES4 = 3,
    RL_NUMBERS_BYTES8 = 4,
    RL_NUMBERS_ZIGZAG4 = 5,
    RL_NUMBERS_ZIGZAG8 = 6,
};

/* Whether all are the same. */
bool rl_numbers_equal(const uint64_t *values, size_t count);

/* Appends `count` numbers that are all this one. */
void rl_numbers_append_equal(struct rl_buffer *out, uint64_t value, size_t count);

/* Appends, in whatever form looks shortest. `is_signed`: they are sign-extended, and may be
 * negative. */
void rl_numbers_append(struct rl_buffer *out, const uint64_t *values, size_t count, bool is_signed);

/* False: these are no such numbers. */
bool rl_numbers_take(struct rl_cursor *cursor, uint64_t *values, size_t count);

#endif
