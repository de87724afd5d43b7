/* Numbers of one width: the first in the lowest bits of the first byte, each next one behind it. */
#ifndef RL_LOGFILE_BITS_H
#define RL_LOGFILE_BITS_H

#include <stddef.h>
#include <stdint.h>

static inline size_t rl_bits_bytes(size_t count, unsigned width)
{
    return (count * width + 7) / 8;
}

/* The bits that a number needs. */
static inline unsigned rl_bits_of(uint64_t value)
{
    return value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);
}

/* Bytes up to the highest one that is not zero; at least one. */
static inline unsigned rl_bytes_of(uint64_t value)
{
    return (rl_bits_of(value | 1) + 7) / 8;
}

/* Returns the end; stores up to eight bytes beyond. Each value is below 2^width, width <= 64. */
unsigned char *rl_bits_pack(unsigned char *to, const uint64_t *values, size_t count,
                            unsigned width);

/* Loads up to eight bytes beyond. */
void rl_bits_unpack(uint64_t *values, const unsigned char *from, size_t count, unsigned width);

#endif
