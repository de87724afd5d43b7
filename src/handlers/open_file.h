/* Opening a log file: safely, to append. */
#ifndef RL_HANDLERS_OPEN_FILE_H
#define RL_HANDLERS_OPEN_FILE_H

#include "ringlog/handlers.h"

/* Opens (or creates) the file and returns a descriptor, or a negative errno with its error told.
 * Refused: a directory that others may write to without the sticky bit; a symbolic link as the last
 * component, unless options->follow; what is neither a regular file, a FIFO, nor a device. */
int rl_open_log_file(const char *path, const struct ringlog_file_options *options,
                     mode_t default_mode);

/* write(2), or a negative errno. */
ssize_t rl_write_fd(int fd, const char *bytes, size_t length);

/* Whether writing there may take its time: anything but a regular file. */
bool rl_is_slow_fd(int fd);

#endif
