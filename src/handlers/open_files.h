/* The log files that this process has open, or has made.
 *
 * One file has one handler that writes it; a second one for the same file joins the first. And a
 * file that this process made began when its clock said so, which under a clock of the
 * application's own is not what the file system says. */
#ifndef RL_HANDLERS_OPEN_FILES_H
#define RL_HANDLERS_OPEN_FILES_H

#include "handlers/log_file.h"

#include <sys/stat.h>

/* The handler that writes this file already, with a reference taken: *first; NULL: there is none,
 * and `file` is from now on. `status` of the file, NULL: it is not open yet. 0 or -ENOMEM. */
int rl_open_files_join(struct rl_log_file *file, const struct stat *status,
                       struct rl_log_file **first);

/* By the handler that writes it: another file is behind the path now, made just now or not. */
void rl_open_files_note(const struct rl_log_file *file, const struct stat *status, bool created);

void rl_open_files_leave(const struct rl_log_file *file);

/* Gives the file its rules of rotation, unless it has others: -EBUSY. `rotation` is the file's from
 * then on, or freed. */
int rl_open_files_rotate(struct rl_log_file *file, struct rl_rotation *rotation);

/* When an interval of the file at the path began, in seconds since the epoch: now, if there is
 * none. */
int64_t rl_open_files_began_s(const char *path);

#endif
