#include "measure/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS 100
#define LINE    "%(asctime)s %(levelname)-8s %(name)s: %(message)s"

bool target_failed(const char *what, char why[APART_WHY_BYTES])
{
    snprintf(why, APART_WHY_BYTES, "%s: %s", what, ringlog_last_error());
    return false;
}

static char error[APART_WHY_BYTES];
static bool has_error; /* atomic; set after the text */

void target_note_error(const char *message, void *context)
{
    (void)context;
    if (__atomic_load_n(&has_error, __ATOMIC_RELAXED))
        return;
    snprintf(error, sizeof error, "%s", message);
    __atomic_store_n(&has_error, true, __ATOMIC_RELEASE);
}

bool target_has_error(char why[APART_WHY_BYTES])
{
    if (!__atomic_load_n(&has_error, __ATOMIC_ACQUIRE))
        return false;
    memcpy(why, error, APART_WHY_BYTES);
    return true;
}

bool target_flush(char why[APART_WHY_BYTES])
{
    for (int waited_ms = 0; ringlog_flush(LOOK_MS) < 0; waited_ms += LOOK_MS) {
        if (target_has_error(why))
            return false;
        if (waited_ms >= FLUSH_MS)
            return target_failed("flush", why);
    }
    return true;
}

static bool is_null(const struct target *target)
{
    return target->folder == NULL;
}

/* A name that is nobody's yet. *path is the caller's. */
static bool new_path(const struct target *target, char **path, int *fd, char why[APART_WHY_BYTES])
{
    *fd = -1;
    if (is_null(target)) {
        *path = strdup("/dev/null");
        return *path != NULL;
    }
    if (asprintf(path, "%s/.ringlog-tune.XXXXXX", target->folder) < 0)
        return false;
    *fd = mkostemp(*path, O_CLOEXEC | O_APPEND);
    if (*fd >= 0)
        return true;
    snprintf(why, APART_WHY_BYTES, "%.200s: %s", target->folder, strerror(errno));
    free(*path);
    return false;
}

static bool set_format(ringlog_handler *handler)
{
    ringlog_formatter *formatter;
    const struct ringlog_formatter_options options = {.format = LINE};
    if (ringlog_formatter_new(&formatter, &options) < 0)
        return false;
    const bool set = ringlog_handler_set_formatter(handler, formatter) == 0;
    ringlog_formatter_unref(formatter);
    return set;
}

bool target_open(const struct target *target, ringlog_handler **handler, int *fd,
                 char why[APART_WHY_BYTES])
{
    char *path;
    if (!new_path(target, &path, fd, why))
        return false;
    const struct ringlog_file_options options = {.isolation.isolation = RINGLOG_NOT_ISOLATED};
    const int made = target->binary ? ringlog_binary_file_handler_new(handler, path, &options)
                                    : ringlog_file_handler_new(handler, path, &options);
    if (*fd >= 0)
        unlink(path);
    free(path);
    if (made < 0)
        return target_failed("handler", why);
    if (!target->binary && !set_format(*handler)) {
        ringlog_handler_unref(*handler);
        return target_failed("formatter", why);
    }
    return true;
}

int target_open_plain(const struct target *target, char why[APART_WHY_BYTES])
{
    char *path;
    int fd;
    if (!new_path(target, &path, &fd, why))
        return -1;
    if (fd >= 0)
        unlink(path);
    else if ((fd = open(path, O_WRONLY | O_CLOEXEC)) < 0)
        snprintf(why, APART_WHY_BYTES, "%s: %s", path, strerror(errno));
    free(path);
    return fd;
}
