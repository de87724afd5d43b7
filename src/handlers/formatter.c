/* Formatters: a line format that may serve many handlers. */
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
    rl_line_format_destroy(&formatter->format);
    free(formatter);
}

int ringlog_formatter_new_sized_(ringlog_formatter **formatter,
                                 const struct ringlog_formatter_options *given, size_t bytes)
{
    static const char caller[] = "ringlog_formatter_new";
    struct ringlog_formatter_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *formatter = NULL;

    struct ringlog_formatter *made = calloc(1, sizeof *made);
    if (made == NULL)
        return rl_error(-ENOMEM, "%s: out of memory", caller);
    made->references = 1;
    const int result = rl_line_format_init(&made->format, &options, "%(message)s", caller);
    if (result < 0) {
        free(made);
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
    if (formatter != NULL)
        rl_ref_take(&formatter->references);
    rl_config_begin();
    struct ringlog_formatter *old = handler->formatter;
    rl_rcu_assign(handler->formatter, formatter);
    rl_config_end();
    ringlog_formatter_unref(old);
    return 0;
}
