/* Copying the short constant texts between directives.
 *
 * Most are shorter than a block, and a block of constant size compiles to plain loads and stores
 * instead of a call of memcpy. What is copied beyond the literal is overwritten by what follows,
 * or lies behind the end. */
#ifndef RL_FORMAT_LITERAL_H
#define RL_FORMAT_LITERAL_H

#include <stddef.h>
#include <string.h>

/* Behind the source, and behind what a literal takes of the target, there is this much more. */
#define RL_LITERAL_BLOCK 16

static inline char *rl_literal_copy(char *to, const char *literal, size_t length)
{
    if (__builtin_expect(length <= RL_LITERAL_BLOCK, 1))
        memcpy(to, literal, RL_LITERAL_BLOCK);
    else
        memcpy(to, literal, length);
    return to + length;
}

#endif
