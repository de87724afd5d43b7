/* From when to when a file reaches and how many records it has, without reading them. */
#ifndef RL_LOGFILE_EXTENT_H
#define RL_LOGFILE_EXTENT_H

#include <stdbool.h>
#include <stdint.h>

struct rl_extent {
    bool any;                  /* records or told losses: else the times say nothing */
    int64_t first_ns, last_ns; /* least and greatest */
    uint64_t records;
};

struct rl_index;

/* By an index that was read already. False: it does not reach back to the beginning. */
bool rl_extent_of_index(const struct rl_index *index, struct rl_extent *extent);

/* By the heads of blocks alone; otherwise as rl_extent_of(). */
int rl_extent_of_heads(int fd, struct rl_extent *extent);

/* By the index, or, where it does not reach back to the beginning, by the heads of blocks. The
 * descriptor stays where it is. 0; -ESPIPE for what is no regular file; -ENOMEM, or what open(2)
 * and read(2) say. */
int rl_extent_of(int fd, struct rl_extent *extent);

#endif
