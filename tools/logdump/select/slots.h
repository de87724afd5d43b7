/* The operands of an expression, each fetched at most once a record, when it is needed. */
#ifndef LOGDUMP_SELECT_SLOTS_H
#define LOGDUMP_SELECT_SLOTS_H

#include "item.h"
#include "select/operand.h"

#include <stdbool.h>
#include <stddef.h>

struct slot {
    struct operand operand;
    struct ringlog_value value;
    bool fetched, present; /* of the item at hand */
};

struct slots {
    struct slot *list;
    size_t count;
    const struct item *item;
};

/* Where the operand is found from now on; equal ones share. Takes it over. */
size_t slots_add(struct slots *slots, struct operand *operand);
void slots_free(struct slots *slots);

/* Goes on to another item. */
void slots_begin(struct slots *slots, const struct item *item);

/* NULL: the item has none. */
const struct ringlog_value *slots_value(struct slots *slots, size_t slot);

#endif
