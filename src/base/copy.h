/* Copying and comparing what is mostly a few words: then a library call is most of the cost. */
#ifndef RL_BASE_COPY_H
#define RL_BASE_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RL_FEW_WORDS 64 /* bytes */

/* Not a byte beyond: the last word overlaps the one before it. */
static inline void rl_copy_words(unsigned char *to, const unsigned char *from, size_t bytes)
{
    if (bytes > RL_FEW_WORDS) {
        memcpy(to, from, bytes);
    } else if (bytes >= 8) {
        for (size_t at = 0; at + 8 <= bytes; at += 8)
            memcpy(to + at, from + at, 8);
        memcpy(to + bytes - 8, from + bytes - 8, 8);
    } else if (bytes >= 4) {
        memcpy(to, from, 4);
        memcpy(to + bytes - 4, from + bytes - 4, 4);
    } else {
        for (size_t at = 0; at < bytes; at++)
            to[at] = from[at];
    }
}

static inline uint64_t rl_words_differ_(const unsigned char *a, const unsigned char *b)
{
    uint64_t left, right;
    memcpy(&left, a, 8);
    memcpy(&right, b, 8);
    return left ^ right;
}

static inline bool rl_equal_words(const unsigned char *a, const unsigned char *b, size_t bytes)
{
    if (bytes > RL_FEW_WORDS || bytes < 8)
        return memcmp(a, b, bytes) == 0;
    uint64_t differ = rl_words_differ_(a + bytes - 8, b + bytes - 8);
    for (size_t at = 0; at + 8 <= bytes; at += 8)
        differ |= rl_words_differ_(a + at, b + at);
    return differ == 0;
}

#endif
