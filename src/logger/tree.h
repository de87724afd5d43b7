/* What the two halves of the logger floor share: the tree and the routes made from it. */
#ifndef RL_LOGGER_TREE_H
#define RL_LOGGER_TREE_H

#include "logger/logger.h"

/* The logger with this id; NULL: none. */
struct rl_logger *rl_tree_logger(uint32_t id);

/* Folds levels into every logger's gate. Under the mutex. */
void rl_tree_set_gates(void);

/* Gives a new logger its route. Under the mutex. */
void rl_routes_add(struct rl_logger *logger);

#endif
