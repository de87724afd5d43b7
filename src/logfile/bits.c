#include "logfile/bits.h"

#include "base/endian.h"

#include <string.h>

/* Bits that wait for a whole word. */
struct pack {
    unsigned char *to;
    uint64_t word;
    unsigned bits; /* < 64 */
};

static inline void put(struct pack *pack, uint64_t value, unsigned width)
{
    pack->word |= value << pack->bits;
    pack->bits += width;
    if (pack->bits >= 64) {
        rl_store_le64(pack->to, pack->word);
        pack->to += 8;
        pack->bits -= 64;
        pack->word = pack->bits == 0 ? 0 : value >> (width - pack->bits);
    }
}

unsigned char *rl_bits_pack(unsigned char *to, const uint64_t *values, size_t count, unsigned width)
{
    struct pack pack = {.to = to};
    size_t i = 0;
    /* Four narrow ones are put together first, which does not wait for what went before. */
    if (width <= 16)
        for (; i + 4 <= count; i += 4) {
            const uint64_t low = values[i] | values[i + 1] << width;
            const uint64_t high = values[i + 2] | values[i + 3] << width;
            put(&pack, low | high << 2 * width, 4 * width);
        }
    for (; i < count; i++)
        put(&pack, values[i], width);
    rl_store_le64(pack.to, pack.word);
    return pack.to + (pack.bits + 7) / 8;
}

void rl_bits_unpack(uint64_t *values, const unsigned char *from, size_t count, unsigned width)
{
    if (width == 0) {
        memset(values, 0, count * sizeof *values);
        return;
    }
    const uint64_t mask = UINT64_MAX >> (64 - width);
    size_t bit = 0;
    if (width <= 56) { /* with the bits before it in its first byte, it is in one load */
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
