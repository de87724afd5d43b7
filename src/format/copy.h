/* Copying short texts: a library call costs more than the few bytes that most of ours have. */
#ifndef RL_FORMAT_COPY_H
#define RL_FORMAT_COPY_H

#include <stddef.h>
#include <string.h>

/* Behind a literal, and behind what it takes of the target, there is this much more. */
#define RL_LITERAL_BLOCK 32

/* A literal between directives, in blocks of constant size, which compile to plain loads and
 * stores. What is copied beyond the literal is overwritten by what follows, or lies behind the
 * end. Returns the end. */
static inline char *rl_copy_literal(char *to, const char *literal, size_t length)
{
    memcpy(to, literal, RL_LITERAL_BLOCK);
    for (size_t at = RL_LITERAL_BLOCK; __builtin_expect(at < length, 0); at += RL_LITERAL_BLOCK) {
        memcpy(to + at, literal + at, RL_LITERAL_BLOCK);
        /* Or the compiler makes this loop a call of memmove. */
        __asm__ volatile("" ::: "memory");
    }
    return to + length;
}

/* Any text, without a byte beyond it: up to 16 bytes are two words that may overlap. Returns the
 * end. */
static inline char *rl_copy_text(char *to, const char *from, size_t length)
{
    if (length > 16) {
        memcpy(to, from, length);
    } else if (length >= 8) {
        char last[8];
        memcpy(last, from + length - 8, 8);
        memcpy(to, from, 8);
        memcpy(to + length - 8, last, 8);
    } else if (length >= 4) {
        char last[4];
        memcpy(last, from + length - 4, 4);
        memcpy(to, from, 4);
        memcpy(to + length - 4, last, 4);
    } else if (length > 0) {
        to[0] = from[0];
        to[length / 2] = from[length / 2];
        to[length - 1] = from[length - 1];
    }
    return to + length;
}

#endif
