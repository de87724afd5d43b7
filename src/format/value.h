/* Values of fields as text, by their type alone. */
#ifndef RL_FORMAT_VALUE_H
#define RL_FORMAT_VALUE_H

#include "base/buffer.h"
#include "record/extra.h"

/* 3, true, 0.1, 0x7f3a, "de ad be ef", text escaped unless `raw`, (null). */
void rl_value_append(struct rl_buffer *out, const struct rl_value *value, bool raw);

/* "key=value", the value in double quotes where a reader would not see its end: where it is empty,
 * or has a blank, a quote, an equals sign or a backslash. */
void rl_value_append_pair(struct rl_buffer *out, const struct rl_extra *extra, bool raw);

#endif
