/* Extra fields on their way from the caller: from keys and arguments to a packed list
 * (record/extra.h). */
#ifndef RL_CAPTURE_EXTRA_H
#define RL_CAPTURE_EXTRA_H

#include "capture/store.h"
#include "record/extra.h"

/* What is known of a list before it is written. */
struct rl_extra_sizes {
    uint64_t bytes;
    bool cut;
    struct rl_string_size values[RL_EXTRA_MOST];
};

/* Lengths of a list that passed the check; the strings share `cap` bytes. */
void rl_extra_measure(struct rl_extra_sizes *sizes, const struct ringlog_extra *extra, size_t count,
                      uint64_t cap);
unsigned char *rl_extra_store(unsigned char *to, const struct ringlog_extra *extra, size_t count,
                              const struct rl_extra_sizes *sizes);

#endif
