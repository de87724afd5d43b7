/* Names of levels, as Python's logging.getLevelName() gives them. */
#ifndef RL_LOGGER_LEVEL_H
#define RL_LOGGER_LEVEL_H

#include <stddef.h>

/* "INFO", or "Level 25" written into `scratch`. Sets *length. */
const char *rl_level_name(int level, char scratch[32], size_t *length);

#endif
