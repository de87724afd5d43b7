/* What the parts of the logger floor share: the tree, adapters and the routes made from it. */
#ifndef RL_LOGGER_TREE_H
#define RL_LOGGER_TREE_H

#include "logger/logger.h"

/* The logger with this id; NULL: none. */
struct rl_logger *rl_tree_logger(uint32_t id);

/* A logger without a name yet, with room for `bytes` behind it; NULL: no memory, or too many. Under
 * the mutex. */
struct rl_logger *rl_tree_allocate(size_t bytes);

/* From here on the writer may meet it. Under the mutex. */
void rl_tree_enlist(struct rl_logger *logger);

/* One was asked for and could not be made: what stands in for it logs. */
void rl_tree_count_refused(void);

/* Folds what is set into a logger's gate. Under the mutex. */
void rl_gate_set(struct rl_logger *logger);

/* Under the mutex; what routes are made of. */
extern struct rl_last_resort rl_last_resort;
extern struct rl_list *rl_listeners; /* that run; NULL: none */

/* Makes new routes. 0 or -ENOMEM: the old ones stay. Under the mutex. */
int rl_routes_publish(void);

/* One item more or less in a logger's list, and new routes: 1; 0 when so it was; -ENOMEM. Under the
 * mutex. */
int rl_list_change(struct rl_list **place, void *item, bool add);

/* Handlers that a logger's records reach. Under the mutex. */
unsigned rl_tree_count_handlers(const struct rl_logger *logger);

/* Whether calls through this logger are asked about (its filters) before they are captured. Under
 * the mutex. */
void rl_logger_set_filtered(struct rl_logger *logger, bool filtered);

/* Gives a new logger its route. Under the mutex. */
void rl_routes_add(struct rl_logger *logger);

#endif
