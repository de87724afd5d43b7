/* Loggers: names, levels, who inherits from whom, and where each one's records go.
 *
 * A logger is created at first sight and lives for ever, so its pointer may be kept. What changes
 * is guarded by one mutex and published in two forms: the gate word of each logger, which log calls
 * read, and the routes, an immutable snapshot that the writer reads. */
#ifndef RL_LOGGER_LOGGER_H
#define RL_LOGGER_LOGGER_H

#include "base/rcu.h"
#include "record/extra.h"
#include "ringlog/detail/capture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ringlog_handler;

#define RL_MAX_LOGGERS 65535 /* ids travel in 16 bits */

/* A logger's own handlers, or somebody's filters; replaced as a whole. */
struct rl_list {
    struct rl_retired retired;
    unsigned count;
    void *items[];
};

/* The list with an item more or less: 1 and *made, or 0 when it is in it already or not, or
 * -ENOMEM. A list of none is made, too. */
int rl_list_with(const struct rl_list *list, void *item, struct rl_list **made);
int rl_list_without(const struct rl_list *list, const void *item, struct rl_list **made);

/* Frees it after a grace period; NULL is all right. */
void rl_list_retire(struct rl_list *list);

struct rl_logger {
    struct ringlog_logger head; /* what log calls read */
    struct rl_logger *parent;   /* NULL: the root; atomic, as loggers in between may appear */
    struct rl_list *handlers;   /* NULL: none */
    struct rl_list *filters;    /* NULL: none; edge rcu */
    int level;                  /* 0: inherited */
    bool propagate;
    bool disabled;
    uint32_t length;
    const char *name; /* NUL-terminated, as long as the process */
    /* An adapter is another door to a logger: same gate, name and route, and fields of its own
     * (record/extra.h). NULL: a logger. */
    struct rl_logger *base;
    struct rl_bytes extra;
};

/* The logger behind what a caller holds, which may be an adapter. */
static inline struct rl_logger *rl_logger_of(const struct ringlog_logger *logger)
{
    struct rl_logger *of = (struct rl_logger *)(uintptr_t)logger;
    return of->base != NULL ? of->base : of;
}

/* Somebody who hands records of his own to these handlers, at the end of each batch; what he is is
 * his affair (handlers/listener.h). */
struct rl_listener {
    uint32_t count;
    struct ringlog_handler **handlers;
};

/* Where records of one logger go: the handlers of its own list and, while propagation lasts, of its
 * ancestors', in that order. */
struct rl_route {
    uint32_t count;
    /* Of one group: the same handlers. The id of the first logger on the way up that has some, or
     * does not propagate. */
    uint32_t group;
    struct ringlog_handler **handlers;
    const struct rl_list *filters; /* of the logger itself; NULL: none */
};

/* Who takes what finds no handler. */
struct rl_last_resort {
    struct ringlog_handler *handler; /* NULL, and not none: the writer's own */
    bool none;
};

/* All routes; immutable but for loggers that appear, which take the places behind `count`. */
struct rl_routes {
    struct rl_retired retired;
    uint32_t capacity;
    /* Every handler that some logger holds, each once: what the writer flushes. */
    uint32_t handler_count;
    struct ringlog_handler **handlers;
    struct rl_last_resort last_resort;
    const struct rl_list *listeners; /* of struct rl_listener; NULL: none */
    struct rl_route routes[];
};

/* The snapshot in force, for the writer (or inside a read-side section); NULL before any logger
 * had a handler. */
const struct rl_routes *rl_routes(void);

/* The route of a logger; never NULL. */
const struct rl_route *rl_route_of(const struct rl_routes *routes, uint16_t logger);

/* The logger with this id, or the root when there is none (a record from elsewhere). */
const struct rl_logger *rl_logger_by_id(uint16_t id);

uint32_t rl_logger_count(void);
uint64_t rl_loggers_refused(void);

/* Takes every handler from every logger: at shutdown. */
void rl_loggers_clear(void);

/* Set with the writer's first start; NULL: no record has been handled yet. */
extern void (*rl_config_barrier)(void);

/* The barrier: waits until what this thread logged before has been handled. false: there was
 * nothing to wait for, as no writer has run yet. */
bool rl_config_wait(void);

/* How every change of the configuration begins and ends: the barrier, then the mutex. */
void rl_config_begin(void);
void rl_config_end(void);

/* The mutex of all configuration; a fork child finds it free. */
void rl_config_lock(void);
void rl_config_unlock(void);

#endif
