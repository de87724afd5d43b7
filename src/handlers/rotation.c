#include "handlers/rotation.h"

#include "base/os.h"
#include "handlers/backups.h"
#include "handlers/compressor.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* How long after a failed rollover the next is tried; and after one that was only held up. */
#define RETRY_NS 1000000000
#define BUSY_NS  10000000

struct rl_rotation *rl_rotation_new(const struct rl_rotation_rules *rules)
{
    struct rl_rotation *rotation = calloc(1, sizeof *rotation);
    if (rotation != NULL)
        rotation->rules = *rules;
    return rotation;
}

void rl_rotation_free(struct rl_rotation *rotation)
{
    free(rotation);
}

static bool same_schedule(const struct rl_schedule *a, const struct rl_schedule *b)
{
    return a->when == b->when && a->interval == b->interval && a->utc == b->utc &&
           a->at_s == b->at_s;
}

bool rl_rotation_same_rules(const struct rl_rotation *a, const struct rl_rotation *b)
{
    const struct rl_rotation_rules *x = &a->rules, *y = &b->rules;
    return x->timed == y->timed && same_schedule(&x->schedule, &y->schedule) &&
           x->max_bytes == y->max_bytes && x->backup_count == y->backup_count &&
           x->max_age_s == y->max_age_s && x->max_total_bytes == y->max_total_bytes &&
           x->compress == y->compress && x->namer == y->namer && x->rotator == y->rotator &&
           x->context == y->context;
}

void rl_rotation_begin(struct rl_rotation *rotation, int64_t began_s)
{
    if (!rotation->rules.timed)
        return;
    rl_schedule_next(&rotation->rules.schedule, began_s, &rotation->interval);
    __atomic_store_n(&rotation->rollover_at_s, rotation->interval.end_s, __ATOMIC_RELAXED);
}

void rl_rotation_clean(const struct rl_log_file *file)
{
    const struct rl_rotation_rules *rules = &file->rotation->rules;
    if (rules->compress != RINGLOG_COMPRESS_NONE)
        rl_backups_resume(rules, file->path);
    rl_backups_trim(rules, file->path, false);
}

/* ---- decisions ---- */

bool rl_rotation_is_due(const struct rl_rotation_rules *rules, int64_t end_s, uint64_t size,
                        uint64_t pending, int64_t time_ns)
{
    if (rules->timed && rl_rotation_second(time_ns) >= end_s)
        return true;
    return rules->max_bytes != 0 && (rules->timed || rules->backup_count != 0) && size != 0 &&
           size + pending >= rules->max_bytes;
}

static bool wants_new_file(const struct rl_rotation *rotation, const struct rl_mark *mark,
                           uint64_t size)
{
    if (rotation->by_marks)
        return mark->new_file;
    return rl_rotation_is_due(&rotation->rules, rotation->interval.end_s, size, mark->bytes,
                              mark->time_ns);
}

static bool may_try(struct rl_rotation *rotation)
{
    if (rotation->retry_ns != 0 && rl_monotonic_ns() < rotation->retry_ns)
        return false;
    rotation->retry_ns = 0;
    return true;
}

/* ---- the rollover ---- */

static int put_away(const struct rl_log_file *file, char to[RL_PATH_BYTES])
{
    const struct rl_rotation *rotation = file->rotation;
    if (rotation->rules.timed)
        return rl_backups_put_dated(&rotation->rules, file->path, rotation->interval.suffix, to);
    return rl_backups_put_numbered(&rotation->rules, file->path, to);
}

static void fail(struct rl_log_file *file, int error)
{
    const bool busy = error == EAGAIN;
    file->rotation->retry_ns = rl_monotonic_ns() + (busy ? BUSY_NS : RETRY_NS);
    __atomic_store_n(&file->rotation->owed_ns, file->rotation->retry_ns, __ATOMIC_RELAXED);
    if (!busy)
        rl_handler_error(&file->base, error, "rotate");
}

/* Whatever fails, the file that is open stays open. */
static void roll_over(struct rl_log_file *file, int64_t time_ns)
{
    struct rl_rotation *rotation = file->rotation;
    const struct rl_rotation_rules *rules = &rotation->rules;
    char away[RL_PATH_BYTES] = "";
    /* Else somebody else has rotated. */
    int result = rl_log_file_is_at_path(file) ? put_away(file, away) : 0;
    if (result == 0)
        result = rl_log_file_open(file);
    if (result < 0) {
        fail(file, -result);
        return;
    }
    __atomic_store_n(&rotation->owed_ns, 0, __ATOMIC_RELAXED);
    if (rules->timed && rl_rotation_second(time_ns) >= rotation->interval.end_s)
        rl_rotation_begin(rotation, rl_rotation_second(time_ns));
    if (away[0] == '\0')
        return;
    if (rules->compress != RINGLOG_COMPRESS_NONE)
        rl_compressor_add(away, rules->compress);
    rl_backups_trim(rules, file->path, true);
}

size_t rl_rotation_advance(struct rl_log_file *file, size_t length)
{
    struct rl_rotation *rotation = file->rotation;
    const struct rl_marks *marks = file->base.writing;
    struct stat status;
    if (marks == NULL || rl_marks_count(marks) == 0 || !may_try(rotation) ||
        fstat(file->fd, &status) != 0 || !S_ISREG(status.st_mode))
        return length;
    const struct rl_mark *mark = rl_marks_front(marks), *end = mark + rl_marks_count(marks);
    uint64_t size = (uint64_t)status.st_size;
    size_t run = rl_marks_unmarked(marks, length);
    if (run == 0) {
        if (!mark->begun && wants_new_file(rotation, mark, size)) {
            roll_over(file, mark->time_ns);
            size = fstat(file->fd, &status) == 0 ? (uint64_t)status.st_size : 0;
        }
        run = mark++->bytes;
    }
    while (mark < end && !wants_new_file(rotation, mark, size + run))
        run += mark++->bytes;
    return run;
}
