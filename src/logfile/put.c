#include "logfile/put.h"

#include "logfile/bits.h"
#include "logfile/pack.h"

#include <string.h>

static unsigned char *near(unsigned char *to, const uint64_t *values, size_t count)
{
    int64_t least = (int64_t)values[0], most = least;
    for (size_t i = 1; i < count; i++) {
        const int64_t value = (int64_t)values[i];
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    uint64_t above[RL_PUT_GROUP];
    for (size_t i = 0; i < count; i++)
        above[i] = values[i] - (uint64_t)least;
    const unsigned width = rl_bits_of((uint64_t)most - (uint64_t)least);
    to = rl_put_varint(to, rl_zigzag(least));
    *to++ = (unsigned char)width;
    return rl_bits_pack(to, above, count, width);
}

static unsigned char *steps(unsigned char *to, const uint64_t *values, size_t count)
{
    uint64_t more[RL_PUT_GROUP];
    for (size_t i = 0; i < count; i++)
        more[i] = values[i] - values[(ptrdiff_t)i - 1];
    return near(to, more, count);
}

/* Up to eight, whose lengths take two or three bytes. Returns where the next ones go, and adds to
 * *all their bits. */
static inline unsigned char *put_eight(unsigned char *lengths, unsigned char *to,
                                       const uint64_t *values, size_t count, unsigned width,
                                       bool is_signed, uint64_t *all)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t value = rl_zigzag_if(is_signed, values[i]);
        const unsigned bytes = rl_bytes_of(value);
        *all |= value;
        bits |= (bytes - 1) << i * width;
        rl_store_le64(to, value);
        to += bytes;
    }
    rl_store_le32(lengths, bits); /* what is too much is written over by the next ones */
    return to;
}

/* For each form a loop of its own. */
static inline __attribute__((always_inline)) unsigned char *
put_bytes(unsigned char *to, const uint64_t *values, size_t count, unsigned width, bool is_signed)
{
    unsigned char lengths[RL_PUT_GROUP / 8 * 3 + 1];
    unsigned char *const start = to;
    uint64_t all = 0;
    size_t i = 0;
    to += rl_bits_bytes(count, width);
    for (; i + 8 <= count; i += 8)
        to = put_eight(lengths + i / 8 * width, to, values + i, 8, width, is_signed, &all);
    if (i < count)
        to = put_eight(lengths + i / 8 * width, to, values + i, count - i, width, is_signed, &all);
    if (width == 2 && all > UINT32_MAX)
        return NULL;
    memcpy(start, lengths, rl_bits_bytes(count, width));
    return to;
}

static unsigned char *bytes(unsigned char *to, const uint64_t *values, size_t count, unsigned width,
                            bool is_signed)
{
    if (width == 2)
        return is_signed ? put_bytes(to, values, count, 2, true)
                         : put_bytes(to, values, count, 2, false);
    return is_signed ? put_bytes(to, values, count, 3, true)
                     : put_bytes(to, values, count, 3, false);
}

const struct rl_put rl_put_plain = {near, steps, bytes};
