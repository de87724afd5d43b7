#include "handlers/filter.h"

#include "base/error.h"
#include "base/references.h"
#include "handlers/view.h"
#include "logger/logger.h"
#include "logger/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ringlog_filter {
    struct rl_retired retired;
    uint32_t references; /* atomic */
    struct ringlog_filter_options options;
    char *name; /* owned */
    size_t name_length;

    /* The writer's. */
    pid_t process; /* whose writer it was: a fork child's may find them torn */
    struct rl_buffer message;
};

/* ---- life ---- */

static void free_filter(struct rl_retired *retired)
{
    struct ringlog_filter *filter = (struct ringlog_filter *)(void *)retired;
    rl_buffer_free(&filter->message);
    free(filter->name);
    free(filter);
}

int ringlog_filter_new_sized_(ringlog_filter **filter, const struct ringlog_filter_options *given,
                              size_t bytes)
{
    struct ringlog_filter_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *filter = NULL;
    if (options.caller != NULL && options.callback != NULL)
        return rl_error(-EINVAL, "ringlog_filter_new: callback and caller: one of them");
    if (options.greatest_level != 0 && options.greatest_level < options.least_level)
        return rl_error(-EINVAL, "ringlog_filter_new: levels from %d to %d: nothing passes",
                        options.least_level, options.greatest_level);
    struct ringlog_filter *made = calloc(1, sizeof *made);
    char *name = strdup(options.name == NULL ? "" : options.name);
    if (made == NULL || name == NULL) {
        free(made);
        free(name);
        return rl_error(-ENOMEM, "ringlog_filter_new: out of memory");
    }
    made->references = 1;
    made->options = options;
    made->name = name;
    made->name_length = strlen(name);
    *filter = made;
    return 0;
}

void ringlog_filter_unref(ringlog_filter *filter)
{
    if (filter != NULL && rl_ref_drop(&filter->references))
        rl_rcu_retire(&filter->retired, free_filter);
}

/* ---- passing ---- */

static bool name_passes(const struct ringlog_filter *filter, const char *name, size_t length)
{
    const size_t wanted = filter->name_length;
    return wanted == 0 || (length >= wanted && memcmp(name, filter->name, wanted) == 0 &&
                           (length == wanted || name[wanted] == '.'));
}

static bool level_passes(const struct ringlog_filter *filter, int level)
{
    const struct ringlog_filter_options *options = &filter->options;
    return (options->least_level == 0 || level >= options->least_level) &&
           (options->greatest_level == 0 || level <= options->greatest_level);
}

/* What a fork took from another process's writer is left behind. */
static void own(struct ringlog_filter *filter)
{
    if (filter->process == getpid())
        return;
    filter->process = getpid();
    filter->message = (struct rl_buffer){0};
}

static bool callback_passes(struct ringlog_filter *filter, const struct rl_event *event)
{
    if (filter->options.callback == NULL)
        return true;
    own(filter);
    struct rl_view view;
    rl_view_event(&view, event, &filter->message);
    view.scraps = event->scraps;
    return filter->options.callback(&view.record, filter->options.context);
}

static bool passes(struct ringlog_filter *filter, const struct rl_event *event)
{
    const struct rl_record *record = event->record;
    return filter->options.caller != NULL ||
           (level_passes(filter, record->level) &&
            name_passes(filter, record->logger_name, record->logger_length) &&
            callback_passes(filter, event));
}

bool rl_filters_pass(const struct rl_list *filters, const struct rl_event *event)
{
    for (unsigned i = 0; filters != NULL && i < filters->count; i++)
        if (!passes(filters->items[i], event))
            return false;
    return true;
}

/* ---- in the thread that logs ---- */

static bool admits(const struct ringlog_filter *filter, const struct ringlog_logger *logger,
                   int level, const struct ringlog_place *place)
{
    if (filter->options.caller == NULL)
        return true;
    const struct rl_logger *of = rl_logger_of(logger);
    return level_passes(filter, level) && name_passes(filter, of->name, of->length) &&
           filter->options.caller(logger, level, place, filter->options.context);
}

bool rl_filters_admit(const struct ringlog_logger *logger, int level,
                      const struct ringlog_site *site)
{
    const struct ringlog_place place = {
        .file = site->file, .function = site->function, .line = site->line, .format = site->format};
    bool admitted = true;
    rl_rcu_read_lock();
    const struct rl_list *filters = rl_rcu_dereference(rl_logger_of(logger)->filters);
    for (unsigned i = 0; admitted && filters != NULL && i < filters->count; i++)
        admitted = admits(filters->items[i], logger, level, &place);
    rl_rcu_read_unlock();
    return admitted;
}

static bool any_in_caller(const struct rl_list *filters)
{
    for (unsigned i = 0; filters != NULL && i < filters->count; i++)
        if (((const struct ringlog_filter *)filters->items[i])->options.caller != NULL)
            return true;
    return false;
}

/* ---- attaching ---- */

static int attach(const char *caller, ringlog_filter *filter, bool add, int result)
{
    if (result < 0)
        return rl_error(result, "%s: out of memory", caller);
    if (result == 1 && add)
        rl_ref_take(&filter->references);
    if (result == 1 && !add)
        ringlog_filter_unref(filter);
    return 0;
}

static int change_logger(const char *caller, ringlog_logger *logger, ringlog_filter *filter,
                         bool add)
{
    if (filter == NULL)
        return rl_error(-EINVAL, "%s: filter is NULL", caller);
    struct rl_logger *of = rl_logger_of(logger);
    rl_config_begin();
    const int result = rl_list_change(&of->filters, filter, add);
    if (result == 1)
        rl_logger_set_filtered(of, any_in_caller(of->filters));
    const int attached = attach(caller, filter, add, result);
    rl_config_end();
    return attached;
}

int ringlog_logger_add_filter(ringlog_logger *logger, ringlog_filter *filter)
{
    return change_logger("ringlog_logger_add_filter", logger, filter, true);
}

int ringlog_logger_remove_filter(ringlog_logger *logger, ringlog_filter *filter)
{
    return change_logger("ringlog_logger_remove_filter", logger, filter, false);
}

static int change_handler(const char *caller, ringlog_handler *handler, ringlog_filter *filter,
                          bool add)
{
    if (filter == NULL)
        return rl_error(-EINVAL, "%s: filter is NULL", caller);
    if (filter->options.caller != NULL)
        return rl_error(-EINVAL, "%s: a filter that runs in the caller is for loggers", caller);
    rl_config_begin();
    struct rl_list *old = handler->filters, *list;
    const int result = add ? rl_list_with(old, filter, &list) : rl_list_without(old, filter, &list);
    if (result == 1) {
        rl_rcu_assign(handler->filters, list);
        rl_list_retire(old);
    }
    const int attached = attach(caller, filter, add, result);
    rl_config_end();
    return attached;
}

int ringlog_handler_add_filter(ringlog_handler *handler, ringlog_filter *filter)
{
    return change_handler("ringlog_handler_add_filter", handler, filter, true);
}

int ringlog_handler_remove_filter(ringlog_handler *handler, ringlog_filter *filter)
{
    return change_handler("ringlog_handler_remove_filter", handler, filter, false);
}

void rl_filters_release(struct rl_list *filters)
{
    for (unsigned i = 0; filters != NULL && i < filters->count; i++)
        ringlog_filter_unref(filters->items[i]);
    rl_list_retire(filters);
}
