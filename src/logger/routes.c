/* Routes: which handlers each logger's records reach, folded into one array per logger. */
#include "base/error.h"
#include "logger/tree.h"
#include "ringlog/handlers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct rl_routes *the_routes; /* atomic */
static const struct rl_route no_route;

const struct rl_routes *rl_routes(void)
{
    return rl_rcu_dereference(the_routes);
}

const struct rl_route *rl_route_of(const struct rl_routes *routes, uint16_t logger)
{
    return routes == NULL || logger >= routes->capacity ? &no_route : &routes->routes[logger];
}

/* ---- building ---- */

static unsigned count_handlers(const struct rl_logger *logger)
{
    unsigned count = 0;
    for (; logger != NULL; logger = logger->propagate ? logger->parent : NULL)
        count += logger->handlers == NULL ? 0 : logger->handlers->count;
    return count;
}

/* A logger without handlers of its own that propagates shares its parent's route. */
static bool fill_route(struct rl_route *route, const struct rl_logger *logger)
{
    const unsigned count = count_handlers(logger);
    struct ringlog_handler **handlers = NULL;
    if (count != 0 && (handlers = malloc(count * sizeof *handlers)) == NULL)
        return false;
    route->handlers = handlers;
    route->count = count;
    for (; logger != NULL; logger = logger->propagate ? logger->parent : NULL) {
        if (logger->handlers == NULL || logger->handlers->count == 0)
            continue;
        memcpy(handlers, logger->handlers->handlers, logger->handlers->count * sizeof *handlers);
        handlers += logger->handlers->count;
    }
    return true;
}

static bool holds(struct ringlog_handler *const *handlers, unsigned count,
                  const struct ringlog_handler *handler)
{
    for (unsigned i = 0; i < count; i++)
        if (handlers[i] == handler)
            return true;
    return false;
}

static bool fill_handlers(struct rl_routes *routes)
{
    unsigned most = 0;
    for (uint32_t id = 0; id < rl_logger_count(); id++) {
        const struct rl_handler_list *list = rl_tree_logger(id)->handlers;
        most += list == NULL ? 0 : list->count;
    }
    if (most == 0)
        return true;
    routes->handlers = malloc(most * sizeof *routes->handlers);
    if (routes->handlers == NULL)
        return false;
    for (uint32_t id = 0; id < rl_logger_count(); id++) {
        const struct rl_handler_list *list = rl_tree_logger(id)->handlers;
        for (unsigned i = 0; list != NULL && i < list->count; i++)
            if (!holds(routes->handlers, routes->handler_count, list->handlers[i]))
                routes->handlers[routes->handler_count++] = list->handlers[i];
    }
    return true;
}

static void free_routes(struct rl_retired *retired)
{
    struct rl_routes *routes = (struct rl_routes *)(void *)retired;
    for (uint32_t id = 0; id < routes->capacity; id++)
        free(routes->routes[id].handlers);
    free(routes->handlers);
    free(routes);
}

static struct rl_routes *build(void)
{
    /* Room for as many loggers again, so that new ones seldom need a new snapshot. */
    const uint32_t capacity = rl_logger_count() * 2 + 62;
    struct rl_routes *routes = calloc(1, sizeof *routes + capacity * sizeof routes->routes[0]);
    if (routes == NULL)
        return NULL;
    routes->capacity = capacity;
    bool complete = fill_handlers(routes);
    for (uint32_t id = 0; complete && id < rl_logger_count(); id++)
        complete = fill_route(&routes->routes[id], rl_tree_logger(id));
    if (!complete) {
        free_routes(&routes->retired);
        return NULL;
    }
    return routes;
}

static int publish(void)
{
    struct rl_routes *routes = build();
    if (routes == NULL)
        return -ENOMEM;
    struct rl_routes *old = the_routes;
    rl_rcu_assign(the_routes, routes);
    if (old != NULL)
        rl_rcu_retire(&old->retired, free_routes);
    return 0;
}

void rl_routes_add(struct rl_logger *logger)
{
    struct rl_routes *routes = the_routes;
    if (routes == NULL)
        return; /* nobody has a handler yet */
    if (logger->head.id >= routes->capacity)
        publish(); /* without memory: the new logger has no route until the next change */
    else
        fill_route(&routes->routes[logger->head.id], logger);
}

/* ---- changes ---- */

static void free_list(struct rl_retired *retired)
{
    struct rl_handler_list *list = (struct rl_handler_list *)(void *)retired;
    free(list);
}

static struct rl_handler_list *new_list(unsigned count)
{
    struct rl_handler_list *list = calloc(1, sizeof *list + count * sizeof list->handlers[0]);
    if (list != NULL)
        list->count = count;
    return list;
}

static void before_change(void)
{
    if (rl_config_barrier != NULL)
        rl_config_barrier();
    rl_config_lock();
}

/* Puts a logger's new list in place, or the old one back. */
static int replace_list(struct rl_logger *logger, struct rl_handler_list *list)
{
    struct rl_handler_list *old = logger->handlers;
    logger->handlers = list;
    const int result = publish();
    struct rl_handler_list *gone = result < 0 ? list : old;
    if (result < 0)
        logger->handlers = old;
    if (gone != NULL)
        rl_rcu_retire(&gone->retired, free_list);
    return result;
}

static int add(struct rl_logger *logger, ringlog_handler *handler)
{
    const struct rl_handler_list *old = logger->handlers;
    const unsigned count = old == NULL ? 0 : old->count;
    if (old != NULL && holds(old->handlers, count, handler))
        return 0;
    struct rl_handler_list *list = new_list(count + 1);
    if (list == NULL)
        return -ENOMEM;
    if (count != 0)
        memcpy(list->handlers, old->handlers, count * sizeof list->handlers[0]);
    list->handlers[count] = handler;
    const int result = replace_list(logger, list);
    if (result == 0)
        ringlog_handler_ref(handler);
    return result;
}

int ringlog_logger_add_handler(ringlog_logger *logger, ringlog_handler *handler)
{
    if (handler == NULL)
        return rl_error(-EINVAL, "ringlog_logger_add_handler: handler is NULL");
    before_change();
    const int result = add((struct rl_logger *)(void *)logger, handler);
    rl_config_unlock();
    return result < 0 ? rl_error(result, "ringlog_logger_add_handler: out of memory") : 0;
}

static int remove_handler(struct rl_logger *logger, const ringlog_handler *handler)
{
    const struct rl_handler_list *old = logger->handlers;
    if (old == NULL || !holds(old->handlers, old->count, handler))
        return 0;
    struct rl_handler_list *list = new_list(old->count - 1);
    if (list == NULL)
        return -ENOMEM;
    unsigned kept = 0;
    for (unsigned i = 0; i < old->count; i++)
        if (old->handlers[i] != handler)
            list->handlers[kept++] = old->handlers[i];
    const int result = replace_list(logger, list);
    return result < 0 ? result : 1;
}

int ringlog_logger_remove_handler(ringlog_logger *logger, ringlog_handler *handler)
{
    before_change();
    const int result = remove_handler((struct rl_logger *)(void *)logger, handler);
    rl_config_unlock();
    if (result < 0)
        return rl_error(result, "ringlog_logger_remove_handler: out of memory");
    if (result == 1)
        ringlog_handler_unref(handler);
    return 0;
}

int ringlog_logger_set_propagate(ringlog_logger *logger, bool propagate)
{
    struct rl_logger *of = (struct rl_logger *)(void *)logger;
    before_change();
    of->propagate = propagate;
    const int result = publish();
    rl_config_unlock();
    return result < 0 ? rl_error(result, "ringlog_logger_set_propagate: out of memory") : 0;
}

/* Gives up the references of a list, with the list. */
static void release_list(struct rl_retired *retired)
{
    struct rl_handler_list *list = (struct rl_handler_list *)(void *)retired;
    for (unsigned i = 0; i < list->count; i++)
        ringlog_handler_unref(list->handlers[i]);
    free(list);
}

void rl_loggers_clear(void)
{
    struct rl_retired *gone = NULL;
    rl_config_lock();
    for (uint32_t id = 0; id < rl_logger_count(); id++) {
        struct rl_logger *logger = rl_tree_logger(id);
        struct rl_handler_list *list = logger->handlers;
        logger->handlers = NULL;
        if (list == NULL)
            continue;
        list->retired.next = gone;
        gone = &list->retired;
    }
    /* The snapshot that names the handlers goes first: who holds the lock may still take
     * references by it. */
    const bool published = publish() == 0;
    rl_config_unlock();
    while (published && gone != NULL) {
        struct rl_retired *next = gone->next;
        release_list(gone);
        gone = next;
    }
}
