#include "insight/report/target.h"

#include "output/out.h"

#include <errno.h>
#include <fcntl.h>
#include <ringlog/reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(struct target *target)
{
    const int error = errno;
    complain("--report: %s: %s", target->path, strerror(error));
    if (target->fd >= 0)
        close(target->fd);
    if (target->temporary != NULL)
        unlink(target->temporary);
    free(target->temporary);
    free(target->final);
    return false;
}

/* What is there and is no file is not to be replaced by one: /dev/null, a pipe. */
static bool is_replaceable(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
}

/* `--report app.rlog` may have been meant as a report of it. */
static bool is_log(const char *path)
{
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    if (ringlog_reader_open(&reader, path) < 0)
        return false;
    const bool is = ringlog_reader_next(reader, &record) > 0;
    ringlog_reader_close(reader);
    return is;
}

/* With the permissions that a file gets. */
static bool open_temporary(struct target *target)
{
    struct stat status;
    if (asprintf(&target->temporary, "%s.XXXXXX", target->final) < 0)
        target->temporary = NULL;
    must_have(target->temporary);
    target->fd = mkostemp(target->temporary, O_CLOEXEC);
    if (target->fd < 0) {
        free(target->temporary);
        target->temporary = NULL;
        return false;
    }
    const mode_t mask = umask(0);
    umask(mask);
    const bool exists = stat(target->final, &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return false;
    }
    return fchmod(target->fd, exists ? status.st_mode & 07777 : 0666 & ~mask) == 0;
}

bool target_begin(struct target *target, const char *path)
{
    *target = (struct target){.path = path, .fd = -1};
    if (strcmp(path, "-") == 0)
        return true;
    target->final = realpath(path, NULL);
    if (target->final == NULL)
        target->final = must_have(strdup(path));
    if (is_replaceable(target->final) && is_log(target->final)) {
        complain("--report: %s: is a log, and stays one: give the name of the page to write", path);
        free(target->final);
        return false;
    }
    if (is_replaceable(target->final))
        return open_temporary(target) || fail(target);
    target->fd = open(target->final, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return target->fd >= 0 || fail(target);
}

bool target_write(struct target *target, const void *data, size_t length)
{
    if (target->final == NULL) {
        out_text(data, length);
        return true;
    }
    for (const char *at = data; length != 0;) {
        const ssize_t written = write(target->fd, at, length);
        if (written < 0 && errno != EINTR)
            return fail(target);
        if (written > 0) {
            at += written;
            length -= (size_t)written;
        }
    }
    return true;
}

bool target_end(struct target *target)
{
    if (target->final == NULL)
        return true;
    /* Else the name may be on the disk before what it stands for is. */
    if (target->temporary != NULL && fsync(target->fd) != 0)
        return fail(target);
    const int fd = target->fd;
    target->fd = -1;
    if (close(fd) != 0 ||
        (target->temporary != NULL && rename(target->temporary, target->final) != 0))
        return fail(target);
    free(target->temporary);
    free(target->final);
    return true;
}

bool target_try(const char *path)
{
    struct target target;
    if (!target_begin(&target, path))
        return false;
    if (target.fd >= 0)
        close(target.fd);
    if (target.temporary != NULL)
        unlink(target.temporary);
    free(target.temporary);
    free(target.final);
    return true;
}
