/* Handlers that write files. */
#include "handlers.h"
#include "report.h"

#include <ringlog/files.h>

#include <string.h>

static struct ringlog_file_options file_options(const json_t *step)
{
    const char *mode = text_or(step, "mode", "a");
    if (strcmp(mode, "a") != 0 && strcmp(mode, "w") != 0)
        trouble("a file's mode is \"%s\"", mode);
    return (struct ringlog_file_options){.truncate = *mode == 'w'};
}

int make_file(struct run *run, const json_t *step, ringlog_handler **handler)
{
    (void)run;
    const struct ringlog_file_options options = file_options(step);
    if (number_of(step, "delay") != 0)
        trouble("not built: delay");
    return ringlog_file_handler_new(handler, text_of(step, "path"), &options);
}

int make_rotating(struct run *run, const json_t *step, ringlog_handler **handler)
{
    (void)run;
    (void)step;
    (void)handler;
    trouble("not built: rotating");
}

int make_timed(struct run *run, const json_t *step, ringlog_handler **handler)
{
    (void)run;
    (void)step;
    (void)handler;
    trouble("not built: timed");
}

int64_t handler_rollover_at(ringlog_handler *handler)
{
    (void)handler;
    trouble("not built: timed");
}
