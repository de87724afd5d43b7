/* How the arguments of one call become fields: the format read next to the arguments' types. */
#ifndef RL_CAPTURE_PLAN_H
#define RL_CAPTURE_PLAN_H

#include "ringlog/detail/argument.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One field of the record and where it comes from. */
struct rl_plan_field {
    uint8_t field; /* enum ringlog_field, as stored */
    bool wide;     /* a STRING that comes from a wchar_t string */
    const struct ringlog_argument *argument; /* NULL: RINGLOG_FIELD_ERRNO */
    size_t most;   /* a STRING: bytes that may be read or written, by its precision */
};

struct rl_plan {
    unsigned count;
    /* The inlined capture would store the same bytes. */
    bool plain;
    /* The format is refused: what is wrong with it, a constant string, and where. */
    const char *problem;
    size_t problem_offset;
    struct rl_plan_field fields[RINGLOG_MAX_FIELDS];
};

/* Reads the format. Nothing that an argument points to is touched. `flags` are the site's. Signal-
 * safe. */
void rl_plan_call(struct rl_plan *plan, const char *format,
                  const struct ringlog_argument *arguments, unsigned count, uint16_t flags);

#endif
