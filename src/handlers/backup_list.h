/* The rotated files of a log file, found by their names. */
#ifndef RL_HANDLERS_BACKUP_LIST_H
#define RL_HANDLERS_BACKUP_LIST_H

#include "handlers/backups.h"

struct rl_backup {
    char *path;
    char suffix[RL_SUFFIX_BYTES]; /* dated ones; a numbered one's is "" */
    unsigned number;              /* 0: none */
    enum ringlog_compress compressed;
    bool torn; /* the compressor's, not finished */
    int64_t modified_s;
    uint64_t bytes;
};

struct rl_backup_list {
    struct rl_backup *items; /* the oldest first */
    size_t count;
};

/* By their names alone or, with `look`, with times and sizes, and regular files only. 0 or a
 * negative errno; nothing to free then. */
int rl_backup_list_read(struct rl_backup_list *list, const struct rl_rotation_rules *rules,
                        const char *path, bool look);
void rl_backup_list_free(struct rl_backup_list *list);

/* Two files of which one is the other, compressed. */
bool rl_backup_is_twin(const struct rl_backup *a, const struct rl_backup *b);

/* PATH.SUFFIX.NUMBER by the namer, without what is empty or 0. 0 or a negative errno. */
int rl_backup_path(const struct rl_rotation_rules *rules, const char *path, const char *suffix,
                   unsigned number, char to[RL_PATH_BYTES]);

/* "", ".gz" or ".zst" */
const char *rl_backup_extension(enum ringlog_compress compress);

#define RL_BACKUP_TORN ".tmp" /* behind the extension */

#endif
