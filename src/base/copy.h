/* Copying and comparing what is mostly a few words: then a library call is most of the cost. */
#ifndef RL_BASE_COPY_H
#define RL_BASE_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RL_FEW_WORDS 64 /* bytes */

/* Where 16 bytes each begin that together are 16 to RL_FEW_WORDS bytes: they overlap, so that there
 * is nothing to decide, and to guess wrong, where each is of another length than the one before. */
struct rl_quarters {
    size_t second, third, last; /* the first: 0 */
};

static inline struct rl_quarters rl_quarters_of(size_t bytes)
{
    return (struct rl_quarters){.second = bytes < 32 ? bytes - 16 : 16,
                                .third = bytes < 32 ? 0 : bytes - 32,
                                .last = bytes - 16};
}

/* Not a byte beyond. */
static inline __attribute__((always_inline)) void
rl_copy_words(unsigned char *to, const unsigned char *from, size_t bytes)
{
    if (bytes > RL_FEW_WORDS) {
        memcpy(to, from, bytes);
    } else if (__builtin_constant_p(bytes) && bytes >= 16 && bytes <= 32) {
        memcpy(to, from, 16);
        memcpy(to + bytes - 16, from + bytes - 16, 16);
    } else if (bytes >= 16) {
        const struct rl_quarters at = rl_quarters_of(bytes);
        memcpy(to, from, 16);
        memcpy(to + at.second, from + at.second, 16);
        memcpy(to + at.third, from + at.third, 16);
        memcpy(to + at.last, from + at.last, 16);
    } else if (bytes >= 8) {
        memcpy(to, from, 8);
        memcpy(to + bytes - 8, from + bytes - 8, 8);
    } else if (bytes >= 4) {
        memcpy(to, from, 4);
        memcpy(to + bytes - 4, from + bytes - 4, 4);
    } else {
        for (size_t at = 0; at < bytes; at++)
            to[at] = from[at];
    }
}

static inline uint64_t rl_differ_8_(const unsigned char *a, const unsigned char *b, size_t at)
{
    uint64_t left, right;
    memcpy(&left, a + at, 8);
    memcpy(&right, b + at, 8);
    return left ^ right;
}

static inline uint64_t rl_differ_16_(const unsigned char *a, const unsigned char *b, size_t at)
{
    return rl_differ_8_(a, b, at) | rl_differ_8_(a, b, at + 8);
}

static inline bool rl_equal_words(const unsigned char *a, const unsigned char *b, size_t bytes)
{
    if (bytes > RL_FEW_WORDS || bytes < 8)
        return memcmp(a, b, bytes) == 0;
    if (bytes < 16)
        return (rl_differ_8_(a, b, 0) | rl_differ_8_(a, b, bytes - 8)) == 0;
    const struct rl_quarters at = rl_quarters_of(bytes);
    return (rl_differ_16_(a, b, 0) | rl_differ_16_(a, b, at.second) |
            rl_differ_16_(a, b, at.third) | rl_differ_16_(a, b, at.last)) == 0;
}

#endif
