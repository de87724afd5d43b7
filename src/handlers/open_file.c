#include "handlers/open_file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
        return rl_error(-EPERM, "open %s: its directory is writable by others and not sticky",
                        path);
    return 0;
}

static int check_kind(const struct stat *status, const char *path)
{
    if (!S_ISREG(status->st_mode) && !S_ISFIFO(status->st_mode) && !S_ISCHR(status->st_mode))
        return rl_error(-EINVAL, "open %s: neither a file nor a pipe nor a device", path);
    return 0;
}

static int check_file(int fd, const char *path)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return rl_error_errno(-errno, "open %s", path);
    return check_kind(&status, path);
}

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static int open_in(int parent, const char *path, const struct ringlog_file_options *options,
                   mode_t mode, bool *created)
{
    struct stat status;
    *created =
        fstatat(parent, name_in(path), &status, options->follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0;
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY;
    flags |= options->follow ? 0 : O_NOFOLLOW;
    flags |= options->truncate ? O_TRUNC : 0;
    const int fd = openat(parent, name_in(path), flags, options->mode == 0 ? mode : options->mode);
    if (fd < 0 && errno == ELOOP)
        return rl_error(-ELOOP, "open %s: a symbolic link (.follow allows it)", path);
    return fd < 0 ? rl_error_errno(-errno, "open %s", path) : fd;
}

/* The checked directory, or a negative errno. */
static int reach_parent(const char *path, const struct ringlog_file_options *options)
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
    const int checked = check_parent(parent, path);
    if (checked == 0)
        return parent;
    close(parent);
    return checked;
}

int rl_open_file_check(const char *path, const struct ringlog_file_options *options)
{
    const int parent = reach_parent(path, options);
    if (parent < 0)
        return parent;
    struct stat status;
    const bool is_there = fstatat(parent, name_in(path), &status, 0) == 0;
    close(parent);
    return is_there ? check_kind(&status, path) : 0;
}

int rl_open_file(const char *path, const struct ringlog_file_options *options, mode_t mode,
                 bool *created)
{
    const int parent = reach_parent(path, options);
    if (parent < 0)
        return parent;
    const int fd = open_in(parent, path, options, mode, created);
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

static char *path_in_directory(const char *path)
{
    const size_t length = (size_t)(name_in(path) - path);
    char *directory = length == 0 ? strdup(".") : strndup(path, length);
    char *real = directory == NULL ? NULL : realpath(directory, NULL);
    free(directory);
    char *joined = NULL;
    if (real != NULL && asprintf(&joined, "%s/%s", real[1] == '\0' ? "" : real, name_in(path)) < 0)
        joined = NULL;
    free(real);
    return joined;
}

char *rl_open_file_path(const char *path, const struct ringlog_file_options *options)
{
    char *real = options->follow ? realpath(path, NULL) : NULL;
    return real != NULL ? real : path_in_directory(path);
}
