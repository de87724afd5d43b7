/* Steps that ask. */
#include "handlers.h"
#include "run.h"
#include "sinks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static int ask_effective_level(struct run *run, const json_t *step)
{
    answer(run, "%d", ringlog_logger_effective_level(logger_of(step, "logger")));
    return 0;
}

static int ask_enabled(struct run *run, const json_t *step)
{
    answer(run, "%d", ringlog_enabled(logger_of(step, "logger"), level_of(step)));
    return 0;
}

static int ask_has_handlers(struct run *run, const json_t *step)
{
    answer(run, "%d", ringlog_logger_has_handlers(logger_of(step, "logger")));
    return 0;
}

static int ask_handler_count(struct run *run, const json_t *step)
{
    answer(run, "%u", ringlog_logger_handler_count(logger_of(step, "logger")));
    return 0;
}

static int ask_logger_name(struct run *run, const json_t *step)
{
    answer(run, "%s", ringlog_logger_name(logger_of(step, "logger")));
    return 0;
}

static int ask_parent(struct run *run, const json_t *step)
{
    const ringlog_logger *parent = ringlog_logger_parent(logger_of(step, "logger"));
    answer(run, "%s", parent == NULL ? "" : ringlog_logger_name(parent));
    return 0;
}

static int ask_same_logger(struct run *run, const json_t *step)
{
    answer(run, "%d", logger_of(step, "logger") == logger_of(step, "other"));
    return 0;
}

static int ask_level_name(struct run *run, const json_t *step)
{
    char scratch[32];
    answer(run, "%s", ringlog_level_name(level_of(step), scratch));
    return 0;
}

static int ask_level_number(struct run *run, const json_t *step)
{
    int level;
    const int result = ringlog_level_number(text_of(step, "name"), &level);
    if (result == 0)
        answer(run, "%d", level);
    return result;
}

static int ask_rollover(struct run *run, const json_t *step)
{
    const int64_t sec =
        handler_rollover_at(object_of(run, OBJECT_HANDLER, text_of(step, "handler")));
    if (sec < 0)
        return (int)sec;
    answer(run, "%" PRId64, sec);
    return 0;
}

static int ask_sink_empty(struct run *run, const json_t *step)
{
    size_t length;
    free(sink_text(run, text_of(step, "sink"), &length));
    answer(run, "%d", length == 0);
    return 0;
}

static int ask_sink_lines(struct run *run, const json_t *step)
{
    size_t length, lines = 0;
    char *text = sink_text(run, text_of(step, "sink"), &length);
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    free(text);
    answer(run, "%zu", lines);
    return 0;
}

const struct step_kind query_steps[] = {
    {"q_effective_level", ask_effective_level, false},
    {"q_enabled", ask_enabled, false},
    {"q_has_handlers", ask_has_handlers, false},
    {"q_handler_count", ask_handler_count, false},
    {"q_logger_name", ask_logger_name, false},
    {"q_parent", ask_parent, false},
    {"q_same_logger", ask_same_logger, false},
    {"q_level_name", ask_level_name, false},
    {"q_level_number", ask_level_number, false},
    {"q_rollover_at", ask_rollover, false},
    {"q_sink_empty", ask_sink_empty, false},
    {"q_sink_lines", ask_sink_lines, false},
    {0},
};
