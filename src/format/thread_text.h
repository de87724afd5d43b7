/* The numbers of a few threads as text, by the number's last bits. */
#ifndef RL_FORMAT_THREAD_TEXT_H
#define RL_FORMAT_THREAD_TEXT_H

#include <stdint.h>

#define RL_THREAD_TEXTS      8
#define RL_THREAD_TEXT_BYTES 24

struct rl_thread_text {
    int64_t id;
    uint64_t length; /* 0: not filled in */
    char text[RL_THREAD_TEXT_BYTES];
};

#endif
