/* Steps about loggers and levels, and about how the process logs as a whole. */
#include "run.h"
#include "sinks.h"

#include <stdlib.h>

static int get_logger(struct run *run, const json_t *step)
{
    (void)run;
    logger_of(step, "logger");
    return 0;
}

static int name_level(struct run *run, const json_t *step)
{
    (void)run;
    return ringlog_add_level_name(level_of(step), text_of(step, "name"));
}

static int set_level(struct run *run, const json_t *step)
{
    (void)run;
    if (has_key(step, "level_name"))
        return ringlog_logger_set_level_name(logger_of(step, "logger"),
                                             text_of(step, "level_name"));
    return ringlog_logger_set_level(logger_of(step, "logger"), level_of(step));
}

static int set_propagate(struct run *run, const json_t *step)
{
    (void)run;
    return ringlog_logger_set_propagate(logger_of(step, "logger"),
                                        number_or(step, "value", 1) != 0);
}

static int set_disabled(struct run *run, const json_t *step)
{
    (void)run;
    return ringlog_logger_set_disabled(logger_of(step, "logger"), number_of(step, "value") != 0);
}

static int disable(struct run *run, const json_t *step)
{
    (void)run;
    ringlog_disable(level_of(step));
    return 0;
}

static int set_last_resort(struct run *run, const json_t *step)
{
    (void)run;
    return number_of(step, "value") != 0 ? ringlog_reset_last_resort()
                                         : ringlog_set_last_resort(NULL);
}

static int set_raise_errors(struct run *run, const json_t *step)
{
    (void)run;
    ringlog_set_raise_errors(number_of(step, "value") != 0);
    return 0;
}

static int make_adapter(struct run *run, const json_t *step)
{
    size_t count;
    struct ringlog_extra *extra = extra_of(step, "extra_keys", "extra_vals", &count);
    ringlog_logger *adapter = ringlog_get_adapter(logger_of(step, "logger"), extra, count);
    free(extra);
    if (adapter == NULL)
        return -1;
    keep_object(run, OBJECT_ADAPTER, text_of(step, "id"), adapter);
    return 0;
}

static int configure(struct run *run, const json_t *step)
{
    struct ringlog_basic_config_options config = {
        .filename = text_or(step, "filename", NULL),
        .filemode = text_or(step, "filemode", NULL),
        .format = text_or(step, "format", NULL),
        .datefmt = text_or(step, "datefmt", NULL),
        .level_name = text_or(step, "level_name", NULL),
        .level = level_of(step),
        .force = number_of(step, "force") != 0,
    };
    if (has_key(step, "level") && config.level == RINGLOG_NOTSET) /* 0 alone leaves the level */
        config.level_name = "NOTSET";
    if (has_key(step, "sink"))
        config.fd = sink_fd(run, text_of(step, "sink"));
    config.handlers = handlers_of(run, step, &config.handler_count);
    const int result = ringlog_basic_config(&config);
    free(config.handlers);
    return result;
}

const struct step_kind logger_steps[] = {
    {"get_logger", get_logger, false},
    {"level_name", name_level, false},
    {"set_level", set_level, false},
    {"set_propagate", set_propagate, false},
    {"set_disabled", set_disabled, false},
    {"disable", disable, false},
    {"last_resort", set_last_resort, false},
    {"raise_errors", set_raise_errors, false},
    {"adapter", make_adapter, false},
    {"basic_config", configure, false},
    {0},
};
