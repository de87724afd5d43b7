/* What handlers that append to a file share: the file itself, writing, syncing, and which file it
 * is by now. A second handler for the same file writes through the first (handler.h: sink). */
#ifndef RL_HANDLERS_LOG_FILE_H
#define RL_HANDLERS_LOG_FILE_H

#include "base/file_id.h"
#include "handlers/handler.h"

struct rl_rotation;
struct rl_zstd_writer;

/* The first member of such a handler. */
struct rl_log_file {
    struct ringlog_handler base;
    int fd; /* -1: not open yet, or written by the handler that this one has joined */
    /* The file behind it: an application that closes all descriptors (daemon(3) does) may have
     * given the number to another file, and not one byte of ours belongs there. */
    struct rl_file_id id;
    /* For opening it again. */
    char *path; /* from the root */
    struct ringlog_file_options options;
    mode_t mode;
    pid_t opener;                 /* the process that made the handler: only it rotates */
    bool watch;                   /* goes to the file at the path, whatever that is by now */
    bool created;                 /* by the constructor */
    uint64_t opened_bytes;        /* what the constructor found in it */
    int64_t retry_ns;             /* monotonic: when to look for another file again */
    struct rl_rotation *rotation; /* NULL: does not rotate; then fixed; edge rcu */
    struct rl_zstd_writer *zstd;  /* a binary file's, for its blocks; NULL: does not compress */
    bool left_unsynced;           /* by another file than the one that is open; atomic, relaxed */
    bool moved;                   /* another file is behind it now; atomic, relaxed */
};

static inline struct rl_log_file *rl_log_file_of(struct ringlog_handler *handler)
{
    return (struct rl_log_file *)(void *)handler;
}

/* What a constructor wants. */
struct rl_log_file_plan {
    const struct rl_handler_ops *ops;
    size_t bytes; /* of the handler, which begins with a struct rl_log_file */
    mode_t mode;  /* of a new file, unless the options say */
    bool watch;
    bool binary;
    struct rl_rotation *rotation; /* taken over, also by a failure; may be NULL */
};

/* Allocates a zeroed handler, opens (or creates) the file, and sets up the common parts. 0, or a
 * negative errno with its error told. */
int rl_log_file_new(ringlog_handler **handler, const struct rl_log_file_plan *plan,
                    const char *path, const struct ringlog_file_options *options);

/* ---- for rotation ---- */

/* Whether the path still leads to the file that is open. */
bool rl_log_file_is_at_path(const struct rl_log_file *file);

/* Goes to the file at the path, which is made if there is none. Failing, the old one stays. */
int rl_log_file_open(struct rl_log_file *file);

/* ---- for struct rl_handler_ops ---- */

/* Lines: where the handler, or the one that it has joined, collects them. */
void rl_log_file_append_line(struct ringlog_handler *handler, const struct rl_event *event);

unsigned rl_log_file_append_run(struct ringlog_handler *handler, struct rl_event *event,
                                const struct rl_batch_row *rows, unsigned count);

/* Before each write the descriptor is looked at; where it is not ours any more, the file is opened
 * again. Rotates where the marks of what is written ask for it. */
ssize_t rl_log_file_write(struct ringlog_handler *handler, const char *bytes, size_t length);
int rl_log_file_sync(struct ringlog_handler *handler);
void rl_log_file_close(struct ringlog_handler *handler);

#endif
