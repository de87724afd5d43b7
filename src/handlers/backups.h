/* Rotated files: what they are called, which files in a directory they are, and how they go.
 *
 * Numbered ones are PATH.1 (the youngest) to PATH.N, dated ones PATH.SUFFIX or PATH.SUFFIX.N. Where
 * rotated files are compressed, those with .gz or .zst behind that belong to them too. A file with
 * any other name is not ours, and never touched. */
#ifndef RL_HANDLERS_BACKUPS_H
#define RL_HANDLERS_BACKUPS_H

#include "handlers/rotation.h"

#include <limits.h>

#define RL_PATH_BYTES PATH_MAX

/* Puts the file away, and says where. -EAGAIN: not just now. */
int rl_backups_put_numbered(const struct rl_rotation_rules *rules, const char *path,
                            char to[RL_PATH_BYTES]);
int rl_backups_put_dated(const struct rl_rotation_rules *rules, const char *path,
                         const char *suffix, char to[RL_PATH_BYTES]);

/* Removes rotated files that are too old, too many together, and, if `count`, too many. */
void rl_backups_trim(const struct rl_rotation_rules *rules, const char *path, bool count);

/* What an earlier process did not get to: hands files to the compressor, removes its torn ones. */
void rl_backups_resume(const struct rl_rotation_rules *rules, const char *path);

#endif
