/* What of an expression the reader can select by itself, so that whole blocks are passed over. The
 * expression is held against the records all the same: this may leave some in, and none out. */
#include "select/tree.h"

#include <limits.h>
#include <string.h>

/* As an integer that the selection can hold; what a reader takes for "all" is no bound. */
static bool bound_of(const struct term *term, int64_t *bound)
{
    const struct ringlog_value *value = &term->constant;
    if (value->type == RINGLOG_VALUE_INTEGER)
        *bound = value->integer;
    else if (value->type == RINGLOG_VALUE_UNSIGNED && value->natural <= INT64_MAX)
        *bound = (int64_t)value->natural;
    else
        return false;
    return *bound > 0;
}

static bool has_least(unsigned wanted)
{
    return (wanted & (LESS | UNORDERED)) == 0;
}

static bool has_most(unsigned wanted)
{
    return (wanted & (GREATER | UNORDERED)) == 0;
}

static void narrow_level(const struct node *node, struct ringlog_reader_selection *selection)
{
    int64_t bound;
    if (has_least(node->wanted) && bound_of(&node->right, &bound) && bound <= INT_MAX &&
        bound > selection->level)
        selection->level = (int)bound;
}

static void narrow_time(const struct node *node, struct ringlog_reader_selection *selection)
{
    int64_t bound;
    if (!bound_of(&node->right, &bound))
        return;
    if (has_least(node->wanted) && bound > selection->since_ns)
        selection->since_ns = bound;
    if (has_most(node->wanted) && (selection->until_ns == 0 || bound < selection->until_ns))
        selection->until_ns = bound;
}

static void narrow_logger(const struct node *node, const char **logger)
{
    const struct ringlog_value *name = &node->right.constant;
    if (*logger == NULL && node->wanted == EQUAL && name->type == RINGLOG_VALUE_TEXT &&
        strlen(name->text) == name->length && strpbrk(name->text, "*?[") == NULL)
        *logger = name->text;
}

static void narrow_comparison(const struct expression *expression, const struct node *node,
                              struct ringlog_reader_selection *selection, const char **logger)
{
    if (node->left.is_constant || !node->right.is_constant)
        return;
    switch (expression->slots.list[node->left.slot].operand.kind) {
    case OPERAND_LEVEL:
        narrow_level(node, selection);
        break;
    case OPERAND_TIME:
        narrow_time(node, selection);
        break;
    case OPERAND_LOGGER:
        narrow_logger(node, logger);
        break;
    default:
        break;
    }
}

static void narrow(const struct expression *expression, uint16_t at,
                   struct ringlog_reader_selection *selection, const char **logger)
{
    const struct node *node = &expression->nodes[at];
    if (node->kind == NODE_COMPARE)
        narrow_comparison(expression, node, selection, logger);
    if (node->kind == NODE_AND)
        for (at = node->child; at != 0; at = expression->nodes[at].next)
            narrow(expression, at, selection, logger);
}

void expression_narrow(const struct expression *expression,
                       struct ringlog_reader_selection *selection, const char **logger)
{
    narrow(expression, expression->root, selection, logger);
}
