#include "handlers/log_file.h"

#include "base/error.h"
#include "base/os.h"
#include "base/thread.h"
#include "handlers/isolation.h"
#include "handlers/lines.h"
#include "handlers/open_file.h"
#include "handlers/open_files.h"
#include "handlers/rotation.h"
#include "logfile/zstd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long after a failure to reach the file at the path it is looked for again. */
#define RETRY_NS 1000000000

/* Around a change of the descriptor, for who syncs meanwhile. */
static pthread_mutex_t *changing;

/* ---- which file ---- */

static bool is_ours(const struct rl_log_file *file)
{
    return rl_file_id_is_open(file->id, file->fd);
}

bool rl_log_file_is_at_path(const struct rl_log_file *file)
{
    return rl_file_id_is_at(file->id, file->path);
}

static void remember(struct rl_log_file *file, int fd, const struct stat *status)
{
    file->fd = fd;
    file->id = rl_file_id_of(status);
}

int rl_log_file_open(struct rl_log_file *file)
{
    struct ringlog_file_options options = file->options;
    options.truncate &= file->id.inode == 0; /* opened for the first time */
    bool created;
    struct stat status;
    const int fd = rl_open_file(file->path, &options, file->mode, &created);
    if (fd < 0)
        return fd;
    if (fstat(fd, &status) != 0)
        return close(fd), -errno;
    pthread_mutex_lock(rl_fork_proof_mutex(&changing));
    if (is_ours(file)) {
        close(file->fd);
        __atomic_store_n(&file->left_unsynced, true, __ATOMIC_RELAXED);
    }
    remember(file, fd, &status);
    pthread_mutex_unlock(rl_fork_proof_mutex(&changing));
    rl_open_files_note(file, &status, created);
    return 0;
}

/* The same, which is news to who appends. */
static int open_again(struct rl_log_file *file)
{
    const struct rl_file_id before = file->id;
    const int opened = rl_log_file_open(file);
    if (opened == 0 && before.inode != 0 && !rl_file_id_equal(before, file->id))
        __atomic_store_n(&file->moved, true, __ATOMIC_RELAXED);
    return opened;
}

/* Somebody else renames the file, or our parent process rotates it. */
static bool follows_path(const struct rl_log_file *file)
{
    return file->watch || (rl_rcu_dereference(file->rotation) != NULL && file->opener != getpid());
}

/* Failing, the bytes go to the file that there is. */
static void go_to_path(struct rl_log_file *file)
{
    if (file->retry_ns != 0 && rl_monotonic_ns() < file->retry_ns)
        return;
    file->retry_ns = 0;
    const int opened = rl_log_file_is_at_path(file) ? 0 : open_again(file);
    if (opened == 0)
        return;
    rl_handler_error(&file->base, -opened, "open the file anew");
    file->retry_ns = rl_monotonic_ns() + RETRY_NS;
}

/* ---- the contract ---- */

void rl_log_file_append_line(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct ringlog_handler *sink = rl_handler_sink(handler);
    const size_t before = sink->out.length;
    rl_handler_append_line(handler, event, &sink->out);
    if (rl_rcu_dereference(rl_log_file_of(sink)->rotation) == NULL)
        return;
    rl_marks_add(&sink->marks, (struct rl_mark){.time_ns = event->record->time_ns,
                                                .bytes = (uint32_t)(sink->out.length - before)});
}

unsigned rl_log_file_append_run(struct ringlog_handler *handler, struct rl_event *event,
                                const struct rl_batch_row *rows, unsigned count)
{
    struct ringlog_handler *sink = rl_handler_sink(handler);
    const bool rotates = rl_rcu_dereference(rl_log_file_of(sink)->rotation) != NULL;
    return rl_handler_append_lines(handler, event, rows, count, &sink->out,
                                   rotates ? &sink->marks : NULL);
}

ssize_t rl_log_file_write(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    struct rl_log_file *file = rl_log_file_of(handler);
    const int opened = is_ours(file) ? 0 : open_again(file);
    if (opened < 0)
        return opened;
    if (follows_path(file))
        go_to_path(file);
    if (rl_rcu_dereference(file->rotation) != NULL && file->opener == getpid())
        length = rl_rotation_advance(file, length);
    const ssize_t wrote = write(file->fd, bytes, length);
    return wrote < 0 ? -errno : wrote;
}

/* A descriptor of one's own of the file there is; -1: there is none, nor anything to sync. */
static int borrow(const struct rl_log_file *file)
{
    pthread_mutex_lock(rl_fork_proof_mutex(&changing));
    const int fd = is_ours(file) ? fcntl(file->fd, F_DUPFD_CLOEXEC, 0) : -1;
    pthread_mutex_unlock(rl_fork_proof_mutex(&changing));
    return fd;
}

/* Files that were put away meanwhile may not be on the disk either, wherever they are by now. */
static int sync_all(struct rl_log_file *file, int fd)
{
    if (!__atomic_exchange_n(&file->left_unsynced, false, __ATOMIC_RELAXED))
        return fdatasync(fd);
    const int result = syncfs(fd);
    if (result != 0)
        __atomic_store_n(&file->left_unsynced, true, __ATOMIC_RELAXED);
    return result;
}

int rl_log_file_sync(struct ringlog_handler *handler)
{
    struct rl_log_file *file = rl_log_file_of(rl_handler_sink(handler));
    const int fd = borrow(file);
    if (fd < 0)
        return 0;
    /* EINVAL: a pipe or a device, which have no disk. */
    const int result = sync_all(file, fd) == 0 || errno == EINVAL ? 0 : -errno;
    close(fd);
    return result;
}

void rl_log_file_close(struct ringlog_handler *handler)
{
    struct rl_log_file *file = rl_log_file_of(handler);
    rl_open_files_leave(file);
    if (is_ours(file))
        close(file->fd);
    rl_rotation_free(file->rotation);
    rl_zstd_writer_free(file->zstd);
    free(file->path);
}

/* ---- construction ---- */

/* Opens the file or, with delay, makes sure that it can be. `*status` of the file; its inode is 0
 * where there is none. */
static int find_file(struct rl_log_file *file, const char *path, struct stat *status)
{
    const int fd = file->options.delay
                       ? rl_open_file_check(path, &file->options)
                       : rl_open_file(path, &file->options, file->mode, &file->created);
    if (fd < 0)
        return fd;
    if (!file->options.delay)
        file->fd = fd;
    if ((file->fd < 0 ? stat(path, status) : fstat(fd, status)) != 0)
        *status = (struct stat){.st_mode = S_IFREG};
    if (file->fd >= 0)
        remember(file, fd, status);
    file->opened_bytes = (uint64_t)status->st_size;
    file->path = rl_open_file_path(path, &file->options);
    return file->path != NULL ? 0 : rl_error_errno(-errno, "open %s", path);
}

/* What the handler writes goes to the one that has the file open. */
static int follow(struct rl_log_file *file, struct rl_log_file *first)
{
    file->base.sink = &first->base;
    rl_isolation_free(file->base.isolation);
    file->base.isolation = NULL;
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
    rl_zstd_writer_free(file->zstd);
    file->zstd = NULL;
    struct rl_rotation *rotation = file->rotation;
    file->rotation = NULL;
    if (first->base.ops->append != file->base.ops->append)
        return rl_rotation_free(rotation),
               rl_error(-EBUSY, "%s: is open as another kind of file", file->path);
    return rotation == NULL ? 0 : rl_open_files_rotate(first, rotation);
}

/* Now, so that want of memory is an error of the constructor. */
static int set_up_zstd(struct rl_log_file *file, bool binary)
{
    const int level = file->options.zstd_level;
    if (level == 0)
        return 0;
    if (!binary)
        return rl_error(-EINVAL, "zstd_level %d: of binary files only", level);
    if (level < rl_zstd_level_least() || level > RL_ZSTD_LEVEL_MOST)
        return rl_error(-EINVAL, "zstd_level %d: not between %d and %d", level,
                        rl_zstd_level_least(), RL_ZSTD_LEVEL_MOST);
    file->zstd = rl_zstd_writer_new(level);
    return file->zstd != NULL ? 0 : rl_error(-ENOMEM, "zstd_level %d: out of memory", level);
}

static int set_up(struct rl_log_file *file, const struct rl_log_file_plan *plan, const char *path)
{
    struct stat status;
    int result = set_up_zstd(file, plan->binary);
    if (result == 0)
        result = find_file(file, path, &status);
    if (result == 0)
        result = rl_handler_init(&file->base, plan->ops, &file->options.isolation,
                                 !S_ISREG(status.st_mode));
    if (result == 0 && file->rotation != NULL)
        rl_rotation_begin(file->rotation, file->created ? rl_wall_ns() / 1000000000
                                                        : rl_open_files_began_s(file->path));
    struct rl_log_file *first = NULL;
    if (result == 0)
        result = rl_open_files_join(file, status.st_ino == 0 ? NULL : &status, &first);
    if (result == 0 && first != NULL)
        result = follow(file, first);
    else if (result == 0 && file->rotation != NULL)
        rl_rotation_clean(file);
    return result;
}

static void discard(struct rl_log_file *file)
{
    rl_handler_forget(&file->base);
    ringlog_handler_unref(file->base.sink);
    rl_isolation_free(file->base.isolation);
    rl_rotation_free(file->rotation);
    rl_zstd_writer_free(file->zstd);
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    free(file);
}

int rl_log_file_new(ringlog_handler **handler, const struct rl_log_file_plan *plan,
                    const char *path, const struct ringlog_file_options *options)
{
    *handler = NULL;
    struct rl_log_file *file = calloc(1, plan->bytes);
    if (file == NULL) {
        rl_rotation_free(plan->rotation);
        return rl_error(-ENOMEM, "%s handler: out of memory", plan->ops->kind);
    }
    file->fd = -1;
    file->opener = getpid();
    file->options = *options;
    file->mode = plan->mode;
    file->watch = plan->watch;
    file->rotation = plan->rotation;
    const int result = set_up(file, plan, path);
    if (result < 0) {
        discard(file);
        return result;
    }
    *handler = &file->base;
    return 0;
}
