/* Which file it is, whatever number or name leads to it. */
#ifndef RL_BASE_FILE_ID_H
#define RL_BASE_FILE_ID_H

#include <stdbool.h>
#include <sys/stat.h>

struct rl_file_id {
    dev_t device;
    ino_t inode; /* 0: no file */
};

static inline struct rl_file_id rl_file_id_of(const struct stat *status)
{
    return (struct rl_file_id){status->st_dev, status->st_ino};
}

static inline bool rl_file_id_equal(struct rl_file_id a, struct rl_file_id b)
{
    return a.device == b.device && a.inode == b.inode;
}

/* Whether the descriptor leads to it; < 0: to no file. */
static inline bool rl_file_id_is_open(struct rl_file_id id, int fd)
{
    struct stat status;
    return fd >= 0 && fstat(fd, &status) == 0 && rl_file_id_equal(id, rl_file_id_of(&status));
}

/* Whether the path leads to it, symbolic links followed. */
static inline bool rl_file_id_is_at(struct rl_file_id id, const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && rl_file_id_equal(id, rl_file_id_of(&status));
}

#endif
