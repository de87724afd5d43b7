/* FNV-1a of 64 bits (Fowler, Noll, Vo): for names and definitions, which nobody chooses to collide.
 */
#ifndef RL_BASE_HASH_H
#define RL_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define RL_HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t rl_hash(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

#endif
