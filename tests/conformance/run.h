/* One scenario while it runs: the objects that its steps named, and what came out of them. */
#ifndef TESTS_CONFORMANCE_RUN_H
#define TESTS_CONFORMANCE_RUN_H

#include "scenario.h"

#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>

struct mail_server;
struct object;
struct sink;

struct run {
    json_t *results; /* {step, value} of each step that said something */
    size_t step;     /* the one that runs */
    struct object *objects;
    struct sink *sinks;
    struct mail_server *mail_server;
};

/* Runs the scenario's steps in this process, which has to be new, and in the working directory,
 * which has to be empty. Returns what came out in the form of an expectation. *at is the step that
 * runs. */
json_t *run_scenario(const json_t *scenario, volatile size_t *at);

/* ---- steps ----------------------------------------------------------------------------------- */

/* 0, or a negative errno: the step's result is then "error". */
typedef int step_function(struct run *run, const json_t *step);

struct step_kind {
    const char *op;
    step_function *function;
    bool is_record; /* no barrier before it */
};
/* Each ends with an op of NULL. */
extern const struct step_kind world_steps[];
extern const struct step_kind logger_steps[];
extern const struct step_kind handler_steps[];
extern const struct step_kind record_steps[];
extern const struct step_kind queue_steps[];
extern const struct step_kind query_steps[];

/* What a query found: the result of this step. */
void answer(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- the clock that records get their time from ------------------------------------------------
 */

void clock_set(int64_t sec, int64_t nsec);
void clock_advance(int64_t sec);

/* ---- objects by id ----------------------------------------------------------------------------
 */

enum object_kind {
    OBJECT_FORMATTER,
    OBJECT_FILTER,
    OBJECT_HANDLER,
    OBJECT_ADAPTER,
    OBJECT_QUEUE,
    OBJECT_LISTENER
};

/* Keeps the object, and the scenario's reference to it, until the process ends. */
void keep_object(struct run *run, enum object_kind kind, const char *id, void *object);
/* Never NULL. */
void *object_of(const struct run *run, enum object_kind kind, const char *id);

/* The logger that a step names under this key. */
ringlog_logger *logger_of(const json_t *step, const char *key);

/* The handlers in the step's list, the caller's; NULL for none. */
ringlog_handler **handlers_of(const struct run *run, const json_t *step, size_t *count);

/* Lists of keys and values as fields, the caller's; NULL for none. */
struct ringlog_extra *extra_of(const json_t *step, const char *keys, const char *values,
                               size_t *count);

#endif
