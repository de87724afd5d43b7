/* Files that rotate, by size, by time, or both: their options, checked and made rules. What the
 * rules do is in rotation.c. */
#include "base/error.h"
#include "handlers/binary_file.h"
#include "handlers/log_file.h"
#include "handlers/rotation.h"

#include <errno.h>

static const struct rl_handler_ops ops = {
    .kind = "rotating file",
    .lines = true,
    .append = rl_log_file_append_line,
    .append_run = rl_log_file_append_run,
    .write = rl_log_file_write,
    .sync = rl_log_file_sync,
    .close = rl_log_file_close,
};

static int check(const struct rl_rotation_rules *rules)
{
    if ((unsigned)rules->compress > RINGLOG_COMPRESS_ZSTD)
        return rl_error(-EINVAL, "compress %d: no such way", (int)rules->compress);
    if (rules->compress != RINGLOG_COMPRESS_NONE && rules->rotator != NULL)
        return rl_error(-EINVAL, "compress and a rotator: one or the other");
    return 0;
}

/* Whether the file is ever put away: what is in it at the start is then kept (as in Python). */
static bool rotates(const struct rl_rotation_rules *rules)
{
    return rules->timed || rules->max_bytes != 0;
}

static int create(ringlog_handler **handler, const char *path,
                  const struct rl_rotation_rules *rules, bool binary,
                  struct ringlog_file_options file)
{
    *handler = NULL;
    const int checked = check(rules);
    if (checked < 0)
        return checked;
    struct rl_rotation *rotation = rl_rotation_new(rules);
    if (rotation == NULL)
        return rl_error(-ENOMEM, "%s handler: out of memory", ops.kind);
    file.truncate &= !rotates(rules);
    if (binary)
        return rl_binary_file_new(handler, path, &file, rotation);
    const struct rl_log_file_plan plan = {
        .ops = &ops, .bytes = sizeof(struct rl_log_file), .mode = 0640, .rotation = rotation};
    return rl_log_file_new(handler, &plan, path, &file);
}

int ringlog_rotating_file_handler_new_sized_(ringlog_handler **handler, const char *path,
                                             const struct ringlog_rotating_file_options *given,
                                             size_t bytes)
{
    struct ringlog_rotating_file_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    const struct rl_rotation_rules rules = {
        .max_bytes = options.max_bytes,
        .backup_count = options.backup_count,
        .max_age_s = options.max_age_s,
        .max_total_bytes = options.max_total_bytes,
        .compress = options.compress,
        .namer = options.namer,
        .rotator = options.rotator,
        .context = options.context,
    };
    return create(handler, path, &rules, options.binary, options.file);
}

/* ---- by time ---- */

static int check_timed(const struct ringlog_timed_rotating_file_options *options)
{
    if ((unsigned)options->when > RINGLOG_WHEN_W6)
        return rl_error(-EINVAL, "when %d: no such interval", (int)options->when);
    if (options->interval < 0 || options->interval > 1000000)
        return rl_error(-EINVAL, "interval %d: not between 1 and 1000000", options->interval);
    if (options->at_time < RINGLOG_AT_MIDNIGHT || options->at_time >= 86400)
        return rl_error(-EINVAL, "at_time %d: neither a second of the day nor RINGLOG_AT_MIDNIGHT",
                        options->at_time);
    return 0;
}

static struct rl_schedule schedule_of(const struct ringlog_timed_rotating_file_options *options)
{
    struct rl_schedule schedule = {.when = options->when,
                                   .interval = options->interval == 0 ? 1 : options->interval,
                                   .utc = options->utc,
                                   .at_s = options->at_time};
    if (options->at_time == 0)
        schedule.at_s = -1;
    else if (options->at_time == RINGLOG_AT_MIDNIGHT)
        schedule.at_s = 0;
    return schedule;
}

int ringlog_timed_rotating_file_handler_new_sized_(
    ringlog_handler **handler, const char *path,
    const struct ringlog_timed_rotating_file_options *given, size_t bytes)
{
    struct ringlog_timed_rotating_file_options options = {0};
    *handler = NULL;
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    const int checked = check_timed(&options);
    if (checked < 0)
        return checked;
    const struct rl_rotation_rules rules = {
        .timed = true,
        .schedule = schedule_of(&options),
        .max_bytes = options.max_bytes,
        .backup_count = options.backup_count,
        .max_age_s = options.max_age_s,
        .max_total_bytes = options.max_total_bytes,
        .compress = options.compress,
        .namer = options.namer,
        .rotator = options.rotator,
        .context = options.context,
    };
    return create(handler, path, &rules, options.binary, options.file);
}

int64_t ringlog_timed_rollover_at(ringlog_handler *handler)
{
    struct ringlog_handler *sink = rl_handler_sink(handler);
    const struct rl_rotation *rotation = sink->ops->sync != rl_log_file_sync
                                             ? NULL
                                             : rl_rcu_dereference(rl_log_file_of(sink)->rotation);
    if (rotation == NULL || !rotation->rules.timed)
        return rl_error(-EINVAL, "rollover_at: the handler does not rotate by time");
    return __atomic_load_n(&rotation->rollover_at_s, __ATOMIC_RELAXED);
}
