#include "input/source.h"

#include "output/out.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Threads write one behind the other: so much earlier than a file's first record may others be. */
#define BEFORE_THE_FIRST_NS INT64_C(5000000000)

/* Of --follow, which looks ten times a second. */
#define LOOKS_BEFORE_LEAVING 10

static bool is_standard_input(const struct source *source)
{
    return strcmp(source->path, "-") == 0;
}

const char *source_name(const struct source *source)
{
    return is_standard_input(source) ? "standard input" : source->path;
}

static bool fail(struct source *source)
{
    complain("%s", ringlog_last_error());
    source->unreadable = true;
    return false;
}

static bool is_file(const struct source *source)
{
    struct stat status;
    return !is_standard_input(source) && stat(source->path, &status) == 0 &&
           S_ISREG(status.st_mode);
}

/* Whose end is its end: nobody can open it again. */
static bool is_standard_pipe(const struct source *source)
{
    struct stat status;
    return is_standard_input(source) && fstat(source->fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

static bool open_reader(struct source *source)
{
    source->fd = is_standard_input(source) ? STDIN_FILENO
                                           : open(source->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (source->fd < 0) {
        complain("%s: %s", source->path, strerror(errno));
        source->unreadable = true;
        return false;
    }
    if (ringlog_reader_open_fd(&source->reader, source->fd, source_name(source)) == 0)
        return true;
    close(source->fd);
    return fail(source);
}

bool source_look(struct source *source)
{
    source->time_ns = INT64_MIN;
    if (!is_file(source))
        return true;
    if (!open_reader(source))
        return false;
    int kind;
    do {
        kind = ringlog_reader_next(source->reader, &source->record);
    } while (kind > 0 && kind != RINGLOG_READER_RECORD && kind != RINGLOG_READER_LOSS);
    if (kind > 0 &&
        __builtin_sub_overflow(source->record->time_ns, BEFORE_THE_FIRST_NS, &source->time_ns))
        source->time_ns = INT64_MIN;
    source_close(source);
    source->position = 0;
    return true;
}

bool source_open(struct source *source, const struct setup *setup)
{
    if (!open_reader(source))
        return false;
    source->may_grow = setup->follow && !is_standard_pipe(source);
    if (ringlog_reader_set_format(source->reader, &setup->format) < 0 ||
        ringlog_reader_select(source->reader, &setup->selection) < 0) {
        source_close(source);
        return fail(source);
    }
    return true;
}

bool source_next(struct source *source)
{
    const int kind = ringlog_reader_next(source->reader, &source->record);
    source->ended = kind == RINGLOG_READER_END || (kind == -ENODATA && source->may_grow);
    if (source->ended)
        return false;
    source->closed = kind == RINGLOG_READER_CLOSED;
    if (kind < 0)
        return fail(source);
    /* What has no time goes with what was before it. */
    if (kind == RINGLOG_READER_RECORD || kind == RINGLOG_READER_LOSS)
        source->time_ns = source->record->time_ns;
    return true;
}

void source_close(struct source *source)
{
    if (source->reader == NULL)
        return;
    source->position = source_position(source);
    ringlog_reader_close(source->reader);
    source->reader = NULL;
    if (!is_standard_input(source))
        close(source->fd);
}

bool source_is_replaced(struct source *source)
{
    struct stat ours, theirs;
    if (is_standard_input(source) || fstat(source->fd, &ours) != 0)
        return false;
    /* What was copied away and truncated begins anew. */
    if ((uint64_t)ours.st_size < ringlog_reader_position(source->reader))
        return true;
    if (stat(source->path, &theirs) != 0 ||
        (ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino)) {
        source->replaced_looks = 0;
        return false;
    }
    return source->closed || ++source->replaced_looks > LOOKS_BEFORE_LEAVING;
}

uint64_t source_position(const struct source *source)
{
    return source->reader == NULL ? source->position : ringlog_reader_position(source->reader);
}

uint64_t source_size(const struct source *source)
{
    struct stat status;
    return is_file(source) && stat(source->path, &status) == 0 ? (uint64_t)status.st_size : 0;
}
