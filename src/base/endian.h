/* Little-endian loads and stores at any address: what files are made of. */
#ifndef RL_BASE_ENDIAN_H
#define RL_BASE_ENDIAN_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#    define RL_SWAP_16(x) __builtin_bswap16(x)
#    define RL_SWAP_32(x) __builtin_bswap32(x)
#    define RL_SWAP_64(x) __builtin_bswap64(x)
#else
#    define RL_SWAP_16(x) (x)
#    define RL_SWAP_32(x) (x)
#    define RL_SWAP_64(x) (x)
#endif

static inline uint16_t rl_load_le16(const void *from)
{
    uint16_t value;
    memcpy(&value, from, sizeof value);
    return RL_SWAP_16(value);
}

static inline uint32_t rl_load_le32(const void *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return RL_SWAP_32(value);
}

static inline uint64_t rl_load_le64(const void *from)
{
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return RL_SWAP_64(value);
}

static inline void rl_store_le16(void *to, uint16_t value)
{
    value = RL_SWAP_16(value);
    memcpy(to, &value, sizeof value);
}

static inline void rl_store_le32(void *to, uint32_t value)
{
    value = RL_SWAP_32(value);
    memcpy(to, &value, sizeof value);
}

static inline void rl_store_le64(void *to, uint64_t value)
{
    value = RL_SWAP_64(value);
    memcpy(to, &value, sizeof value);
}

#endif
