/* Handlers without a file or a server: streams, nothing, one's own. */
#include "handlers.h"
#include "report.h"
#include "sinks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int make_stream(struct run *run, const json_t *step, ringlog_handler **handler)
{
    const struct ringlog_console_options options = {
        .fd = sink_fd(run, text_or(step, "sink", "stderr")),
        .colour = RINGLOG_COLOUR_NEVER,
        .isolation.isolation = RINGLOG_NOT_ISOLATED,
    };
    return ringlog_console_handler_new(handler, &options);
}

static int make_null(struct run *run, const json_t *step, ringlog_handler **handler)
{
    (void)run;
    (void)step;
    return ringlog_null_handler_new(handler);
}

/* ---- a handler of one's own ---- */

struct custom {
    const char *id;
    int fd;
    bool fails;
};

static int custom_emit(void *context, const struct ringlog_record *record, const char *text,
                       size_t length)
{
    const struct custom *custom = context;
    (void)record;
    if (custom->fails)
        return -EIO;
    return dprintf(custom->fd, "emit %s %.*s\n", custom->id, (int)length, text) < 0;
}

static void custom_close(void *context)
{
    const struct custom *custom = context;
    dprintf(custom->fd, "close %s\n", custom->id);
}

static int make_custom(struct run *run, const json_t *step, ringlog_handler **handler)
{
    struct custom *custom = malloc(sizeof *custom);
    if (custom == NULL)
        trouble("no memory");
    *custom = (struct custom){.id = text_of(step, "id"),
                              .fd = sink_fd(run, text_of(step, "sink")),
                              .fails = number_of(step, "fail") != 0};
    const struct ringlog_custom_options options = {
        .ops = {.emit = custom_emit, .close = custom_close},
        .context = custom,
    };
    return ringlog_custom_handler_new(handler, &options);
}

/* ---- by type ---- */

static const struct {
    const char *type;
    handler_maker *make;
} types[] = {
    {"stream", make_stream}, {"file", make_file},     {"rotating", make_rotating},
    {"timed", make_timed},   {"null", make_null},     {"queue", make_queue_handler},
    {"smtp", make_smtp},     {"custom", make_custom},
};

int make_handler(struct run *run, const json_t *step, ringlog_handler **handler)
{
    const char *type = text_of(step, "type");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].type, type) == 0)
            return types[i].make(run, step, handler);
    trouble("step %zu: no handler's type is \"%s\"", run->step, type);
}
