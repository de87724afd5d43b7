/* Copying what is mostly a few words: then a library call is most of the cost. */
#ifndef RL_BASE_COPY_H
#define RL_BASE_COPY_H

#include <stddef.h>
#include <string.h>

static inline void rl_copy_words(unsigned char *to, const unsigned char *from, size_t bytes)
{
    if (bytes > 64) {
        memcpy(to, from, bytes);
        return;
    }
    size_t at = 0;
    for (; at + 8 <= bytes; at += 8)
        memcpy(to + at, from + at, 8);
    for (; at < bytes; at++)
        to[at] = from[at];
}

#endif
