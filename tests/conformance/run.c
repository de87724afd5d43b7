#include "run.h"
#include "collect.h"
#include "report.h"
#include "sinks.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- clock and errors ---- */

static int64_t now_ns;    /* atomic */
static unsigned reported; /* atomic: calls of on_error */

static int64_t clock_now(void *context)
{
    (void)context;
    return __atomic_load_n(&now_ns, __ATOMIC_SEQ_CST);
}

void clock_set(int64_t sec, int64_t nsec)
{
    __atomic_store_n(&now_ns, sec * 1000000000 + nsec, __ATOMIC_SEQ_CST);
}

void clock_advance(int64_t sec)
{
    __atomic_add_fetch(&now_ns, sec * 1000000000, __ATOMIC_SEQ_CST);
}

static void count_report(const char *message, void *context)
{
    (void)message;
    (void)context;
    __atomic_add_fetch(&reported, 1, __ATOMIC_SEQ_CST);
}

/* ---- objects ---- */

struct object {
    enum object_kind kind;
    const char *id;
    void *pointer;
    struct object *next;
};

void keep_object(struct run *run, enum object_kind kind, const char *id, void *pointer)
{
    struct object *object = malloc(sizeof *object);
    if (object == NULL)
        trouble("no memory");
    *object = (struct object){kind, id, pointer, run->objects};
    run->objects = object;
}

void *object_of(const struct run *run, enum object_kind kind, const char *id)
{
    for (struct object *object = run->objects; object != NULL; object = object->next)
        if (object->kind == kind && strcmp(object->id, id) == 0)
            return object->pointer;
    trouble("step %zu: nothing is called \"%s\"", run->step, id);
}

ringlog_logger *logger_of(const json_t *step, const char *key)
{
    return ringlog_get_logger(text_of(step, key));
}

ringlog_handler **handlers_of(const struct run *run, const json_t *step, size_t *count)
{
    *count = list_length(step, "handlers");
    if (*count == 0)
        return NULL;
    ringlog_handler **handlers = calloc(*count, sizeof *handlers);
    for (size_t i = 0; handlers != NULL && i < *count; i++)
        handlers[i] = object_of(run, OBJECT_HANDLER, list_text(step, "handlers", i));
    return handlers;
}

struct ringlog_extra *extra_of(const json_t *step, const char *keys, const char *values,
                               size_t *count)
{
    *count = list_length(step, keys);
    if (*count == 0)
        return NULL;
    struct ringlog_extra *extra = calloc(*count, sizeof *extra);
    for (size_t i = 0; extra != NULL && i < *count; i++)
        extra[i] = RINGLOG_EXTRA(list_text(step, keys, i), list_text(step, values, i));
    return extra;
}

/* ---- results ---- */

static void keep_result(struct run *run, const char *value, const char *why)
{
    json_array_append_new(run->results,
                          json_pack("{s:I, s:o, s:o}", "step", (json_int_t)run->step, "value",
                                    json_string_nocheck(value), "why", json_string_nocheck(why)));
}

void answer(struct run *run, const char *format, ...)
{
    char value[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    keep_result(run, value, "");
}

/* ---- the run ---- */

static const struct step_kind *const tables[] = {world_steps,  logger_steps, handler_steps,
                                                 record_steps, queue_steps,  query_steps};

static const struct step_kind *kind_of(const char *op)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct step_kind *kind = tables[i]; kind->op != NULL; kind++)
            if (strcmp(kind->op, op) == 0)
                return kind;
    trouble("no step is called \"%s\"", op);
}

/* Everything logged so far has been handled. */
static void barrier(void)
{
    const int result = ringlog_flush(-1);
    if (result < 0 && result != -EAGAIN) /* -EAGAIN: shut down */
        trouble("ringlog_flush: %s", ringlog_last_error());
}

static void run_step(struct run *run, const json_t *step)
{
    const struct step_kind *kind = kind_of(text_of(step, "op"));
    if (!kind->is_record)
        barrier();
    if (kind->function(run, step) < 0)
        keep_result(run, "error", ringlog_last_error());
}

static void start(const json_t *scenario)
{
    setenv("TZ", text_of(scenario, "tz"), 1);
    tzset();
    clock_set(number_of(scenario, "t0_sec"), 500000);
    const struct ringlog_options options = {.now = clock_now, .on_error = count_report};
    if (ringlog_init(&options) < 0)
        trouble("ringlog_init: %s", ringlog_last_error());
}

static void collect_errors(json_t *found)
{
    struct ringlog_counts counts;
    if (ringlog_stats(&counts) < 0)
        trouble("ringlog_stats: %s", ringlog_last_error());
    json_object_set_new(found, "errors", json_integer((json_int_t)counts.handler_errors));
    json_object_set_new(found, "errors_reported",
                        json_integer(__atomic_load_n(&reported, __ATOMIC_SEQ_CST)));
}

json_t *run_scenario(const json_t *scenario, volatile size_t *at)
{
    struct run run = {.results = json_array()};
    sinks_take_standard(&run);
    start(scenario);
    const json_t *steps = json_object_get(scenario, "steps");
    for (*at = 0; *at < json_array_size(steps); ++*at) {
        run.step = *at;
        run_step(&run, json_array_get(steps, *at));
    }
    barrier();
    json_t *found = collect(&run);
    collect_errors(found);
    return found;
}
