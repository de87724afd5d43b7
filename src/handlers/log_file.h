/* What handlers that append to a file share: opening it safely, writing, syncing. */
#ifndef RL_HANDLERS_LOG_FILE_H
#define RL_HANDLERS_LOG_FILE_H

#include "handlers/handler.h"

/* The first member of such a handler. */
struct rl_log_file {
    struct ringlog_handler base;
    int fd;
    /* The file behind it: an application that closes all descriptors (daemon(3) does) may have given
     * the number to another file, and not one byte of ours belongs there. */
    dev_t device;
    ino_t inode;
    /* For opening it again then. */
    char *path;
    struct ringlog_file_options options;
    mode_t mode;
    bool moved; /* it was another file at the path; atomic, relaxed */
};

static inline struct rl_log_file *rl_log_file_of(struct ringlog_handler *handler)
{
    return (struct rl_log_file *)(void *)handler;
}

/* Allocates `bytes` of zeroed handler, opens (or creates) the file, and sets up the common parts.
 * Refused: a directory that others may write to without the sticky bit; a symbolic link as the last
 * component, unless options.follow; what is neither a regular file, a FIFO, nor a device. `given`
 * may be NULL and shorter than the struct is today. 0, or a negative errno with its error told. */
int rl_log_file_new(ringlog_handler **handler, size_t bytes, const struct rl_handler_ops *ops,
                    const char *path, const struct ringlog_file_options *given,
                    size_t given_bytes, mode_t default_mode);

/* For struct rl_handler_ops. Before each write the descriptor is looked at; where it is not ours any
 * more, the file is opened again. */
ssize_t rl_log_file_write(struct ringlog_handler *handler, const char *bytes, size_t length);
int rl_log_file_sync(struct ringlog_handler *handler);
void rl_log_file_close(struct ringlog_handler *handler);

#endif
