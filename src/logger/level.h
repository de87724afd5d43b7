/* Names of levels, as Python's logging.getLevelName() gives them. */
#ifndef RL_LOGGER_LEVEL_H
#define RL_LOGGER_LEVEL_H

#include <stddef.h>
#include <stdint.h>

/* How many names have been added: what rl_level_name() said may have changed with it. */
uint32_t rl_level_names_added(void);

/* "INFO", or "Level 25" written into `scratch`. Sets *length. Any thread. */
const char *rl_level_name(int level, char scratch[32], size_t *length);

#endif
