/* What is attached to loggers: handlers, propagation, last resort. Each change makes new routes. */
#include "base/error.h"
#include "logger/tree.h"
#include "ringlog/handlers.h"

#include <errno.h>
#include <stdlib.h>

struct rl_last_resort rl_last_resort;
struct rl_list *rl_listeners;

/* Puts a new list in place, or leaves the old one. Filters are read there by threads that log. */
static int replace_list(struct rl_list **place, struct rl_list *list)
{
    struct rl_list *old = *place;
    rl_rcu_assign(*place, list);
    const int result = rl_routes_publish();
    if (result < 0)
        rl_rcu_assign(*place, old);
    rl_list_retire(result < 0 ? list : old);
    return result;
}

int rl_list_change(struct rl_list **place, void *item, bool add)
{
    struct rl_list *list;
    const int result =
        add ? rl_list_with(*place, item, &list) : rl_list_without(*place, item, &list);
    if (result <= 0)
        return result;
    const int replaced = replace_list(place, list);
    return replaced < 0 ? replaced : 1;
}

int ringlog_logger_add_handler(ringlog_logger *logger, ringlog_handler *handler)
{
    if (handler == NULL)
        return rl_error(-EINVAL, "ringlog_logger_add_handler: handler is NULL");
    rl_config_begin();
    const int result = rl_list_change(&rl_logger_of(logger)->handlers, handler, true);
    if (result == 1)
        ringlog_handler_ref(handler);
    rl_config_end();
    return result < 0 ? rl_error(result, "ringlog_logger_add_handler: out of memory") : 0;
}

int ringlog_logger_remove_handler(ringlog_logger *logger, ringlog_handler *handler)
{
    rl_config_begin();
    const int result = rl_list_change(&rl_logger_of(logger)->handlers, handler, false);
    rl_config_end();
    if (result < 0)
        return rl_error(result, "ringlog_logger_remove_handler: out of memory");
    if (result == 1)
        ringlog_handler_unref(handler);
    return 0;
}

int ringlog_logger_set_propagate(ringlog_logger *logger, bool propagate)
{
    rl_config_begin();
    rl_logger_of(logger)->propagate = propagate;
    const int result = rl_routes_publish();
    rl_config_end();
    return result < 0 ? rl_error(result, "ringlog_logger_set_propagate: out of memory") : 0;
}

unsigned ringlog_logger_handler_count(const ringlog_logger *logger)
{
    rl_config_lock();
    const struct rl_list *list = rl_logger_of(logger)->handlers;
    const unsigned count = list == NULL ? 0 : list->count;
    rl_config_unlock();
    return count;
}

bool ringlog_logger_has_handlers(const ringlog_logger *logger)
{
    rl_config_lock();
    const bool has = rl_tree_count_handlers(rl_logger_of(logger)) != 0;
    rl_config_unlock();
    return has;
}

static int set_last_resort(struct ringlog_handler *handler, bool none)
{
    rl_config_begin();
    struct ringlog_handler *old = rl_last_resort.handler;
    rl_last_resort.handler = handler == NULL ? NULL : ringlog_handler_ref(handler);
    rl_last_resort.none = none;
    const int result = rl_routes_publish();
    rl_config_end();
    ringlog_handler_unref(old);
    return result < 0 ? rl_error(result, "last resort: out of memory") : 0;
}

int ringlog_set_last_resort(ringlog_handler *handler)
{
    return set_last_resort(handler, handler == NULL);
}

int ringlog_reset_last_resort(void)
{
    return set_last_resort(NULL, false);
}

/* ---- the end ---- */

/* Gives up the references of a list, with the list. */
static void release_list(struct rl_retired *retired)
{
    struct rl_list *list = (struct rl_list *)(void *)retired;
    for (unsigned i = 0; i < list->count; i++)
        ringlog_handler_unref(list->items[i]);
    free(list);
}

void rl_loggers_clear(void)
{
    struct rl_retired *gone = NULL;
    rl_config_lock();
    struct ringlog_handler *resort = rl_last_resort.handler;
    rl_last_resort.handler = NULL;
    struct rl_list *listeners = rl_listeners;
    rl_listeners = NULL;
    for (uint32_t id = 0; id < rl_logger_count(); id++) {
        struct rl_logger *logger = rl_tree_logger(id);
        struct rl_list *list = logger->handlers;
        logger->handlers = NULL;
        if (list == NULL)
            continue;
        list->retired.next = gone;
        gone = &list->retired;
    }
    /* The snapshot that names the handlers goes first: who holds the lock may still take
     * references by it. */
    const bool published = rl_routes_publish() == 0;
    rl_config_unlock();
    ringlog_handler_unref(resort);
    rl_list_retire(listeners);
    while (published && gone != NULL) {
        struct rl_retired *next = gone->next;
        release_list(gone);
        gone = next;
    }
}
