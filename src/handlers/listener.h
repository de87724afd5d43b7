/* What the writer does with listeners: they run at the end of each batch. */
#ifndef RL_HANDLERS_LISTENER_H
#define RL_HANDLERS_LISTENER_H

#include "logger/logger.h"

/* Hands what is in the listener's queue to its handlers. The writer's thread. */
void rl_listener_run(struct rl_listener *listener);

#endif
