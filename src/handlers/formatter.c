/* Formatters: a compiled pattern and the time text that goes with it. */
#include "base/error.h"
#include "base/references.h"
#include "handlers/handler.h"
#include "logger/logger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void free_formatter(struct rl_retired *retired)
{
    struct ringlog_formatter *formatter = (struct ringlog_formatter *)(void *)retired;
    rl_pattern_free(formatter->pattern);
    rl_time_text_destroy(&formatter->time_text);
    free(formatter);
}

static int set_defaults(struct ringlog_formatter *formatter,
                        const struct ringlog_formatter_options *options)
{
    int result = rl_extra_check(options->defaults, options->default_count, "ringlog_formatter_new");
    if (result < 0)
        return result;
    struct rl_buffer list = {0};
    for (size_t i = 0; i < options->default_count; i++)
        rl_extra_append_given(&list, &options->defaults[i]);
    result = list.failed ? -ENOMEM
                         : rl_pattern_set_defaults(formatter->pattern, rl_extra_list(&list));
    rl_buffer_free(&list);
    return result < 0 ? rl_error(result, "ringlog_formatter_new: out of memory") : 0;
}

int ringlog_formatter_new_sized_(ringlog_formatter **formatter,
                                 const struct ringlog_formatter_options *given, size_t bytes)
{
    struct ringlog_formatter_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *formatter = NULL;

    struct ringlog_formatter *made = calloc(1, sizeof *made);
    if (made == NULL)
        return rl_error(-ENOMEM, "ringlog_formatter_new: out of memory");
    made->references = 1;
    made->raw = options.raw;
    struct rl_pattern_error error;
    int result = rl_pattern_new(&made->pattern, options.format, &error);
    if (result < 0) {
        free(made);
        return result == -EINVAL ? rl_error(result, "format \"%s\": byte %zu: %s", options.format,
                                            error.offset, error.message)
                                 : rl_error(result, "ringlog_formatter_new: out of memory");
    }
    result = rl_time_text_init(&made->time_text, options.datefmt, options.utc);
    if (result < 0) {
        free_formatter(&made->retired);
        return rl_error(result, "ringlog_formatter_new: out of memory");
    }
    result = set_defaults(made, &options);
    if (result < 0) {
        free_formatter(&made->retired);
        return result;
    }
    *formatter = made;
    return 0;
}

void ringlog_formatter_unref(ringlog_formatter *formatter)
{
    if (formatter != NULL && rl_ref_drop(&formatter->references))
        rl_rcu_retire(&formatter->retired, free_formatter);
}

int ringlog_handler_set_formatter(ringlog_handler *handler, ringlog_formatter *formatter)
{
    if (rl_config_barrier != NULL)
        rl_config_barrier();
    if (formatter != NULL)
        rl_ref_take(&formatter->references);
    rl_config_lock();
    struct ringlog_formatter *old = handler->formatter;
    rl_rcu_assign(handler->formatter, formatter);
    rl_config_unlock();
    ringlog_formatter_unref(old);
    return 0;
}
