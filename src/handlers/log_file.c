#include "handlers/log_file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes the directories above `path` that are missing. The copy is cut and mended on the way. */
static int make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const int result = mkdir(path, 0755);
        const int error = errno;
        *slash = '/';
        if (result != 0 && error != EEXIST)
            return -error;
    }
    return 0;
}

/* The directory that holds the file, held open, so that what is checked is what is used. */
static int open_parent(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL)
        return -ENOMEM;
    char *slash = strrchr(copy, '/');
    const char *parent = ".";
    if (slash == copy)
        parent = "/";
    else if (slash != NULL)
        parent = copy;
    if (slash != NULL && slash != copy)
        *slash = '\0';
    const int fd = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    const int result = fd < 0 ? -errno : fd;
    free(copy);
    return result;
}

static int check_parent(int parent, const char *path)
{
    struct stat status;
    if (fstat(parent, &status) != 0)
        return rl_error_errno(-errno, "open %s: its directory", path);
    if ((status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0)
        return rl_error(-EPERM, "open %s: its directory is writable by others and not sticky", path);
    return 0;
}

static int check_file(int fd, const char *path)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return rl_error_errno(-errno, "open %s", path);
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode))
        return rl_error(-EINVAL, "open %s: neither a file nor a pipe nor a device", path);
    return 0;
}

static int open_in(int parent, const char *path, const struct ringlog_file_options *options,
                   mode_t mode)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY;
    flags |= options->follow ? 0 : O_NOFOLLOW;
    flags |= options->truncate ? O_TRUNC : 0;
    const int fd = openat(parent, name, flags, mode);
    if (fd < 0 && errno == ELOOP)
        return rl_error(-ELOOP, "open %s: a symbolic link (.follow allows it)", path);
    return fd < 0 ? rl_error_errno(-errno, "open %s", path) : fd;
}

static int open_log_file(const char *path, const struct ringlog_file_options *options,
                         mode_t default_mode)
{
    if (path == NULL || *path == '\0')
        return rl_error(-EINVAL, "log file: no path");
    if (options->mkdir) {
        char *copy = strdup(path);
        const int made = copy == NULL ? -ENOMEM : make_parents(copy);
        free(copy);
        if (made < 0)
            return rl_error_errno(made, "make the directories of %s", path);
    }
    const int parent = open_parent(path);
    if (parent < 0)
        return rl_error_errno(parent, "open %s: its directory", path);
    int fd = check_parent(parent, path);
    if (fd == 0)
        fd = open_in(parent, path, options, options->mode == 0 ? default_mode : options->mode);
    close(parent);
    if (fd < 0)
        return fd;
    const int checked = check_file(fd, path);
    if (checked < 0) {
        close(fd);
        return checked;
    }
    return fd;
}

static bool is_slow(int fd)
{
    struct stat status;
    return fstat(fd, &status) != 0 || !S_ISREG(status.st_mode);
}

/* ---- whose descriptor ---- */

static bool is_ours(const struct rl_log_file *file)
{
    struct stat status;
    return fstat(file->fd, &status) == 0 && status.st_dev == file->device &&
           status.st_ino == file->inode;
}

static void remember(struct rl_log_file *file, int fd)
{
    struct stat status = {0};
    fstat(fd, &status);
    file->fd = fd;
    file->device = status.st_dev;
    file->inode = status.st_ino;
}

static int open_again(struct rl_log_file *file)
{
    struct ringlog_file_options options = file->options;
    options.truncate = false;
    const dev_t device = file->device;
    const ino_t inode = file->inode;
    const int fd = open_log_file(file->path, &options, file->mode);
    if (fd < 0)
        return fd;
    remember(file, fd);
    if (file->device != device || file->inode != inode)
        __atomic_store_n(&file->moved, true, __ATOMIC_RELAXED);
    return 0;
}

ssize_t rl_log_file_write(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    struct rl_log_file *file = rl_log_file_of(handler);
    const int opened = is_ours(file) ? 0 : open_again(file);
    if (opened < 0)
        return opened;
    const ssize_t wrote = write(file->fd, bytes, length);
    return wrote < 0 ? -errno : wrote;
}

int rl_log_file_sync(struct ringlog_handler *handler)
{
    const struct rl_log_file *file = rl_log_file_of(handler);
    /* EINVAL: a pipe or a device, which have no disk. */
    return !is_ours(file) || fdatasync(file->fd) == 0 || errno == EINVAL ? 0 : -errno;
}

void rl_log_file_close(struct ringlog_handler *handler)
{
    struct rl_log_file *file = rl_log_file_of(handler);
    if (is_ours(file))
        close(file->fd);
    free(file->path);
}

/* ---- construction ---- */

static int set_up(struct rl_log_file *file, const struct rl_handler_ops *ops, const char *path,
                  mode_t default_mode)
{
    const int fd = open_log_file(path, &file->options, default_mode);
    if (fd < 0)
        return fd;
    remember(file, fd);
    file->mode = default_mode;
    file->path = realpath(path, NULL); /* the working directory may change */
    if (file->path == NULL)
        file->path = strdup(path);
    int result = file->path == NULL ? rl_error(-ENOMEM, "%s handler: out of memory", ops->kind)
                                    : rl_handler_init(&file->base, ops, &file->options.isolation,
                                                      is_slow(fd));
    if (result < 0) {
        close(fd);
        free(file->path);
    }
    return result;
}

int rl_log_file_new(ringlog_handler **handler, size_t bytes, const struct rl_handler_ops *ops,
                    const char *path, const struct ringlog_file_options *given,
                    size_t given_bytes, mode_t default_mode)
{
    *handler = NULL;
    struct rl_log_file *file = calloc(1, bytes);
    if (file == NULL)
        return rl_error(-ENOMEM, "%s handler: out of memory", ops->kind);
    if (given != NULL)
        memcpy(&file->options, given,
               given_bytes < sizeof file->options ? given_bytes : sizeof file->options);
    const int result = set_up(file, ops, path, default_mode);
    if (result < 0) {
        free(file);
        return result;
    }
    *handler = &file->base;
    return 0;
}
