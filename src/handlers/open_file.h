/* Opening a log file safely. */
#ifndef RL_HANDLERS_OPEN_FILE_H
#define RL_HANDLERS_OPEN_FILE_H

#include "ringlog/files.h"

#include <sys/stat.h>

/* Opens (or creates, with `mode` unless the options have one) the file for appending. Refused: a
 * directory that others may write to without the sticky bit; a symbolic link as the last component,
 * unless options.follow; what is neither a regular file, a FIFO, nor a device. The descriptor, or a
 * negative errno with its error told. Sets *created. */
int rl_open_file(const char *path, const struct ringlog_file_options *options, mode_t mode,
                 bool *created);

/* As much of that as can be said before: the directories are there (made, if options.mkdir) and
 * safe. 0 or a negative errno. */
int rl_open_file_check(const char *path, const struct ringlog_file_options *options);

/* The path from the root, without links as far as it exists: the working directory may change. The
 * directory must exist. NULL without memory, or where it does not. */
char *rl_open_file_path(const char *path, const struct ringlog_file_options *options);

#endif
