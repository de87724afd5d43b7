/* Routes: which handlers each logger's records reach, folded into one array per logger. */
#include "logger/tree.h"

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

unsigned rl_tree_count_handlers(const struct rl_logger *logger)
{
    unsigned count = 0;
    for (; logger != NULL; logger = logger->propagate ? logger->parent : NULL)
        count += logger->handlers == NULL ? 0 : logger->handlers->count;
    return count;
}

static const struct rl_logger *group_of(const struct rl_logger *logger)
{
    while ((logger->handlers == NULL || logger->handlers->count == 0) && logger->propagate &&
           logger->parent != NULL)
        logger = logger->parent;
    return logger;
}

static bool fill_route(struct rl_route *route, const struct rl_logger *logger)
{
    if (logger->base != NULL)
        logger = logger->base;
    route->filters = logger->filters;
    route->group = group_of(logger)->head.id;
    const unsigned count = rl_tree_count_handlers(logger);
    struct ringlog_handler **handlers = NULL;
    if (count != 0 && (handlers = malloc(count * sizeof *handlers)) == NULL)
        return false;
    route->handlers = handlers;
    route->count = count;
    for (; logger != NULL; logger = logger->propagate ? logger->parent : NULL) {
        if (logger->handlers == NULL || logger->handlers->count == 0)
            continue;
        memcpy(handlers, logger->handlers->items, logger->handlers->count * sizeof *handlers);
        handlers += logger->handlers->count;
    }
    return true;
}

static void add_handler(struct rl_routes *routes, struct ringlog_handler *handler)
{
    for (uint32_t i = 0; i < routes->handler_count; i++)
        if (routes->handlers[i] == handler)
            return;
    routes->handlers[routes->handler_count++] = handler;
}

static void add_handlers_of(struct rl_routes *routes, const struct rl_listener *listener)
{
    for (uint32_t i = 0; i < listener->count; i++)
        add_handler(routes, listener->handlers[i]);
}

static bool fill_handlers(struct rl_routes *routes)
{
    unsigned most = 0;
    for (uint32_t id = 0; id < rl_logger_count(); id++) {
        const struct rl_list *list = rl_tree_logger(id)->handlers;
        most += list == NULL ? 0 : list->count;
    }
    for (unsigned i = 0; rl_listeners != NULL && i < rl_listeners->count; i++)
        most += ((const struct rl_listener *)rl_listeners->items[i])->count;
    if (most == 0 && rl_last_resort.handler == NULL)
        return true;
    routes->handlers = malloc((most + 1) * sizeof *routes->handlers);
    if (routes->handlers == NULL)
        return false;
    for (uint32_t id = 0; id < rl_logger_count(); id++) {
        const struct rl_list *list = rl_tree_logger(id)->handlers;
        for (unsigned i = 0; list != NULL && i < list->count; i++)
            add_handler(routes, list->items[i]);
    }
    for (unsigned i = 0; rl_listeners != NULL && i < rl_listeners->count; i++)
        add_handlers_of(routes, rl_listeners->items[i]);
    if (rl_last_resort.handler != NULL)
        add_handler(routes, rl_last_resort.handler);
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
    routes->last_resort = rl_last_resort;
    routes->listeners = rl_listeners;
    bool complete = fill_handlers(routes);
    for (uint32_t id = 0; complete && id < rl_logger_count(); id++)
        complete = fill_route(&routes->routes[id], rl_tree_logger(id));
    if (!complete) {
        free_routes(&routes->retired);
        return NULL;
    }
    return routes;
}

int rl_routes_publish(void)
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
        rl_routes_publish(); /* without memory: the new logger has no route until the next change */
    else
        fill_route(&routes->routes[logger->head.id], logger);
}
