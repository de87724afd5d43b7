/* Values of fields, as the public headers have them. */
#ifndef RL_RECORD_PUBLIC_VALUE_H
#define RL_RECORD_PUBLIC_VALUE_H

#include "record/fields.h"
#include "ringlog/record.h"

/* Texts stay where they are. */
struct ringlog_value rl_public_value(const struct rl_value *value);

#endif
