/* Handlers that write files. */
#include "handlers.h"
#include "report.h"

#include <ringlog/files.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct ringlog_file_options file_options(const json_t *step)
{
    const char *mode = text_or(step, "mode", "a");
    if (strcmp(mode, "a") != 0 && strcmp(mode, "w") != 0)
        trouble("a file's mode is \"%s\"", mode);
    return (struct ringlog_file_options){.truncate = *mode == 'w',
                                         .delay = number_of(step, "delay") != 0};
}

int make_file(struct run *run, const json_t *step, ringlog_handler **handler)
{
    (void)run;
    const struct ringlog_file_options options = file_options(step);
    return ringlog_file_handler_new(handler, text_of(step, "path"), &options);
}

/* ---- rotation ---- */

/* A namer that puts a suffix behind the name. */
static int add_suffix(void *context, const char *default_path, char *path, size_t bytes)
{
    const int length = snprintf(path, bytes, "%s%s", default_path, (const char *)context);
    return length < 0 || (size_t)length >= bytes ? -ENAMETOOLONG : 0;
}

static ringlog_namer namer_of(const json_t *step)
{
    return has_key(step, "namer_suffix") ? add_suffix : NULL;
}

static void *suffix_of(const json_t *step)
{
    return (void *)(uintptr_t)text_of(step, "namer_suffix");
}

int make_rotating(struct run *run, const json_t *step, ringlog_handler **handler)
{
    (void)run;
    const struct ringlog_rotating_file_options options = {
        .max_bytes = (uint64_t)number_of(step, "max_bytes"),
        .backup_count = (unsigned)number_of(step, "backup_count"),
        .namer = namer_of(step),
        .context = suffix_of(step),
        .file = file_options(step),
    };
    return ringlog_rotating_file_handler_new(handler, text_of(step, "path"), &options);
}

/* "HH:MM:SS" as the option has it, where 0 is no time of day. */
static int at_time_of(const json_t *step)
{
    unsigned hour, minute, second;
    const char *text = text_or(step, "at_time", NULL);
    if (text == NULL)
        return 0;
    if (sscanf(text, "%2u:%2u:%2u", &hour, &minute, &second) != 3)
        trouble("a time of day is \"%s\"", text);
    const int at = (int)(hour * 3600 + minute * 60 + second);
    return at == 0 ? RINGLOG_AT_MIDNIGHT : at;
}

int make_timed(struct run *run, const json_t *step, ringlog_handler **handler)
{
    (void)run;
    enum ringlog_when when;
    const int result = ringlog_when_parse(text_or(step, "when", "h"), &when);
    if (result < 0)
        return result;
    const struct ringlog_timed_rotating_file_options options = {
        .when = when,
        .interval = (int)number_or(step, "interval", 1),
        .backup_count = (unsigned)number_of(step, "backup_count"),
        .utc = number_of(step, "utc") != 0,
        .at_time = at_time_of(step),
        .namer = namer_of(step),
        .context = suffix_of(step),
        .file = file_options(step),
    };
    return ringlog_timed_rotating_file_handler_new(handler, text_of(step, "path"), &options);
}

int64_t handler_rollover_at(ringlog_handler *handler)
{
    return ringlog_timed_rollover_at(handler);
}
