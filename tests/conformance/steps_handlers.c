/* Steps about formatters, filters and handlers. */
#include "handlers.h"
#include "report.h"
#include "run.h"

#include <stdlib.h>
#include <string.h>

/* ---- formatters ---- */

static int make_formatter(struct run *run, const json_t *step)
{
    size_t count;
    struct ringlog_extra *defaults = extra_of(step, "default_keys", "default_vals", &count);
    const struct ringlog_formatter_options options = {
        .format = text_or(step, "fmt", NULL),
        .datefmt = text_or(step, "datefmt", NULL),
        .utc = number_of(step, "utc") != 0,
        .defaults = defaults,
        .default_count = count,
    };
    ringlog_formatter *formatter;
    const int result = ringlog_formatter_new(&formatter, &options);
    free(defaults);
    if (result == 0)
        keep_object(run, OBJECT_FORMATTER, text_of(step, "id"), formatter);
    return result;
}

/* The formatter that the step names; NULL for "". */
static ringlog_formatter *formatter_of(const struct run *run, const json_t *step)
{
    const char *id = text_of(step, "formatter");
    return *id == '\0' ? NULL : object_of(run, OBJECT_FORMATTER, id);
}

/* ---- filters ---- */

static bool contains(const struct ringlog_record *record, void *context)
{
    const char *value = text_of(context, "value");
    return memmem(record->message, record->message_length, value, strlen(value)) != NULL;
}

static bool set_extra(const struct ringlog_record *record, void *context)
{
    const struct ringlog_extra field =
        RINGLOG_EXTRA(text_of(context, "key"), text_of(context, "value"));
    ringlog_record_set(record, &field);
    return true;
}

static void set_most(struct ringlog_filter_options *options, int level)
{
    options->greatest_level = level;
    if (level <= 0) /* 0 would be no bound; and no record has a level below 1 */
        options->least_level = options->greatest_level = -1;
}

static struct ringlog_filter_options filter_options(const json_t *step)
{
    const char *kind = text_of(step, "kind");
    struct ringlog_filter_options options = {.context = (void *)(uintptr_t)step};
    if (strcmp(kind, "name") == 0)
        options.name = text_of(step, "value");
    else if (strcmp(kind, "max_level") == 0)
        set_most(&options, level_of(step));
    else if (strcmp(kind, "contains") == 0)
        options.callback = contains;
    else if (strcmp(kind, "set_extra") == 0)
        options.callback = set_extra;
    else
        trouble("no filter's kind is \"%s\"", kind);
    return options;
}

static int make_filter(struct run *run, const json_t *step)
{
    const struct ringlog_filter_options options = filter_options(step);
    ringlog_filter *filter;
    const int result = ringlog_filter_new(&filter, &options);
    if (result == 0)
        keep_object(run, OBJECT_FILTER, text_of(step, "id"), filter);
    return result;
}

static bool is_for_logger(const json_t *step)
{
    const char *target = text_of(step, "target");
    if (strcmp(target, "logger") == 0)
        return true;
    if (strcmp(target, "handler") == 0)
        return false;
    trouble("a filter's target is \"%s\"", target);
}

static int add_filter(struct run *run, const json_t *step)
{
    ringlog_filter *filter = object_of(run, OBJECT_FILTER, text_of(step, "filter"));
    if (is_for_logger(step))
        return ringlog_logger_add_filter(logger_of(step, "name"), filter);
    return ringlog_handler_add_filter(object_of(run, OBJECT_HANDLER, text_of(step, "name")),
                                      filter);
}

static int remove_filter(struct run *run, const json_t *step)
{
    ringlog_filter *filter = object_of(run, OBJECT_FILTER, text_of(step, "filter"));
    if (is_for_logger(step))
        return ringlog_logger_remove_filter(logger_of(step, "name"), filter);
    return ringlog_handler_remove_filter(object_of(run, OBJECT_HANDLER, text_of(step, "name")),
                                         filter);
}

/* ---- handlers ---- */

static ringlog_handler *handler_of(const struct run *run, const json_t *step)
{
    return object_of(run, OBJECT_HANDLER, text_of(step, "handler"));
}

static int new_handler(struct run *run, const json_t *step)
{
    ringlog_formatter *formatter = formatter_of(run, step);
    ringlog_handler *handler;
    int result = make_handler(run, step, &handler);
    if (result < 0)
        return result;
    keep_object(run, OBJECT_HANDLER, text_of(step, "id"), handler);
    if (formatter != NULL)
        result = ringlog_handler_set_formatter(handler, formatter);
    if (result == 0 && has_key(step, "level"))
        result = ringlog_handler_set_level(handler, level_of(step));
    return result;
}

static int set_handler_level(struct run *run, const json_t *step)
{
    return ringlog_handler_set_level(handler_of(run, step), level_of(step));
}

static int set_formatter(struct run *run, const json_t *step)
{
    return ringlog_handler_set_formatter(handler_of(run, step), formatter_of(run, step));
}

static int add_handler(struct run *run, const json_t *step)
{
    return ringlog_logger_add_handler(logger_of(step, "logger"), handler_of(run, step));
}

static int remove_handler(struct run *run, const json_t *step)
{
    return ringlog_logger_remove_handler(logger_of(step, "logger"), handler_of(run, step));
}

static int close_handler(struct run *run, const json_t *step)
{
    return ringlog_handler_close(handler_of(run, step));
}

const struct step_kind handler_steps[] = {
    {"formatter", make_formatter, false},
    {"filter", make_filter, false},
    {"add_filter", add_filter, false},
    {"remove_filter", remove_filter, false},
    {"handler", new_handler, false},
    {"set_handler_level", set_handler_level, false},
    {"set_formatter", set_formatter, false},
    {"add_handler", add_handler, false},
    {"remove_handler", remove_handler, false},
    {"close_handler", close_handler, false},
    {0},
};
