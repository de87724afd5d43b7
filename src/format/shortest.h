/* The shortest decimal that reads back as the same double. */
#ifndef RL_FORMAT_SHORTEST_H
#define RL_FORMAT_SHORTEST_H

#include "base/buffer.h"

/* As CPython's repr(), with a point or an exponent in it: 0.1, 2.0, 1e+22, 5e-324, inf, nan. */
void rl_shortest_append(struct rl_buffer *out, double value);

#endif
