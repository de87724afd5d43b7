/* Conditions over what a record has: level >= WARNING and ms > 200 and path ~ "^/api".
 *
 *     condition:  condition or condition | condition and condition | not condition | (condition)
 *                 operand ==|=|!=|<|<=|>|>= operand
 *                 operand ~|!~ "regular expression"
 *                 operand in (constant, ...) | operand not in (constant, ...)
 *                 exists name
 *     operand:    name | constant
 *
 * Names are operand.h's; in front of ~ and == anything else is a field's. logdump(1) has the rules;
 * the short of it:
 *
 * - Numbers compare by what they are worth, exactly; bools are the numbers 0 and 1; texts compare
 *   bytewise.
 * - A number and a text are unequal, and neither is less. So are a NaN, or a null pointer, and
 *   anything.
 * - A comparison with what a record does not have is false, whichever it is. */
#ifndef LOGDUMP_SELECT_EXPRESSION_H
#define LOGDUMP_SELECT_EXPRESSION_H

#include "item.h"
#include "select/lexer.h"

#include <stdbool.h>
#include <stdint.h>

struct expression;

/* `option` is where it came from, for messages; times like -15min are relative to `now_ns`. NULL:
 * *error says what is wrong. */
struct expression *expression_parse(const char *option, const char *text, int64_t now_ns,
                                    struct expression_error *error);
void expression_free(struct expression *expression);

/* Of a RECORD or LOSS. */
bool expression_holds(struct expression *expression, const struct item *item);

/* Makes the selection narrower by what each record has to have for the expression to hold; *logger,
 * if it is NULL, becomes one that covers all of them, and is the expression's. */
void expression_narrow(const struct expression *expression,
                       struct ringlog_reader_selection *selection, const char **logger);

#endif
