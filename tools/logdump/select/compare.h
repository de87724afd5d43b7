/* How values stand to each other. */
#ifndef LOGDUMP_SELECT_COMPARE_H
#define LOGDUMP_SELECT_COMPARE_H

#include <ringlog/record.h>
#include <stdbool.h>

enum order {
    ORDER_LESS,
    ORDER_EQUAL,
    ORDER_GREATER,
    ORDER_NONE, /* a number and a text, a NaN, a null pointer: unequal, and that is all */
};

/* Numbers by what they are worth, whatever their types, without rounding: bools are 0 and 1. Texts
 * and bytes by their bytes. */
enum order compare_values(const struct ringlog_value *a, const struct ringlog_value *b);

/* Whether it is text that a regular expression can be held against. */
bool value_is_text(const struct ringlog_value *value);

#endif
