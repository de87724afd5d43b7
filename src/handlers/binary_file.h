/* The binary file, also one that rotates. */
#ifndef RL_HANDLERS_BINARY_FILE_H
#define RL_HANDLERS_BINARY_FILE_H

#include "handlers/log_file.h"

/* Takes `rotation` over; NULL: the file does not rotate. */
int rl_binary_file_new(ringlog_handler **handler, const char *path,
                       const struct ringlog_file_options *options, struct rl_rotation *rotation);

#endif
