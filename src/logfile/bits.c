#include "logfile/bits.h"

#include "base/endian.h"

#include <string.h>

/* Up to here a number, with the bits before it in its first byte, is in one load or store. */
#define ONE_WORD 56

struct pack {
    unsigned char *to;
    uint64_t word; /* what is in the byte at `to` already */
    unsigned bits; /* of it, < 8 */
};

static inline void put(struct pack *pack, uint64_t value, unsigned width)
{
    const uint64_t word = pack->word | value << pack->bits;
    const unsigned bits = pack->bits + width;
    rl_store_le64(pack->to, word);
    pack->to += bits / 8;
    pack->word = word >> (bits & ~7U);
    pack->bits = bits & 7;
}

unsigned char *rl_bits_pack(unsigned char *to, const uint64_t *values, size_t count, unsigned width)
{
    struct pack pack = {.to = to};
    size_t i = 0;
    /* Narrow ones are put together first, which does not wait for what went before. */
    if (width <= ONE_WORD / 4)
        for (; i + 4 <= count; i += 4) {
            const uint64_t low = values[i] | values[i + 1] << width;
            const uint64_t high = values[i + 2] | values[i + 3] << width;
            put(&pack, low | high << 2 * width, 4 * width);
        }
    else if (width <= ONE_WORD / 2)
        for (; i + 2 <= count; i += 2)
            put(&pack, values[i] | values[i + 1] << width, 2 * width);
    if (width <= ONE_WORD)
        for (; i < count; i++)
            put(&pack, values[i], width);
    for (; i < count; i++) {
        put(&pack, values[i] & UINT32_MAX, 32);
        put(&pack, values[i] >> 32, width - 32);
    }
    *pack.to = (unsigned char)pack.word;
    return pack.to + (pack.bits != 0);
}

void rl_bits_unpack(uint64_t *values, const unsigned char *from, size_t count, unsigned width)
{
    if (width == 0) {
        memset(values, 0, count * sizeof *values);
        return;
    }
    const uint64_t mask = UINT64_MAX >> (64 - width);
    size_t bit = 0;
    if (width <= ONE_WORD) {
        for (size_t i = 0; i < count; i++, bit += width)
            values[i] = rl_load_le64(from + bit / 8) >> bit % 8 & mask;
        return;
    }
    for (size_t i = 0; i < count; i++, bit += width) {
        const unsigned before = bit % 8;
        const uint64_t low = rl_load_le64(from + bit / 8) >> before;
        const uint64_t high = before == 0 ? 0 : (uint64_t)from[bit / 8 + 8] << (64 - before);
        values[i] = (low | high) & mask;
    }
}
