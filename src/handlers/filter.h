/* Filters of loggers and handlers. */
#ifndef RL_HANDLERS_FILTER_H
#define RL_HANDLERS_FILTER_H

#include "handlers/handler.h"
#include "ringlog/filters.h"

/* Whether the event passes all of them (NULL: none), in their order; they may add fields to its
 * record. The writer's thread. */
bool rl_filters_pass(const struct rl_list *filters, const struct rl_event *event);

/* Gives up the references of a list that nobody reads any more, and retires it. */
void rl_filters_release(struct rl_list *filters);

/* Whether the logger's filters of the caller's kind let the call through. The thread that logs. */
bool rl_filters_admit(const struct ringlog_logger *logger, int level,
                      const struct ringlog_site *site);

#endif
