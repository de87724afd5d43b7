#include "select/compare.h"
#include "select/tree.h"

static const struct ringlog_value *value_of(struct expression *expression, const struct term *term)
{
    return term->is_constant ? &term->constant : slots_value(&expression->slots, term->slot);
}

static bool compares(struct expression *expression, const struct node *node)
{
    const struct ringlog_value *left = value_of(expression, &node->left);
    const struct ringlog_value *right = left == NULL ? NULL : value_of(expression, &node->right);
    return right != NULL && (node->wanted & 1U << compare_values(left, right)) != 0;
}

static bool matches(struct expression *expression, const struct node *node)
{
    const struct ringlog_value *value = value_of(expression, &node->left);
    return value != NULL && (value_is_text(value) && regex_matches(node->regex, value->text,
                                                                   value->length)) != node->negated;
}

/* The parser has bounded the depth. */
static bool holds(struct expression *expression, uint16_t at)
{
    const struct node *node = &expression->nodes[at];
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR:
        for (at = node->child; at != 0; at = expression->nodes[at].next)
            if (holds(expression, at) == (node->kind == NODE_OR))
                return node->kind == NODE_OR;
        return node->kind == NODE_AND;
    case NODE_NOT:
        return !holds(expression, node->child);
    case NODE_EXISTS:
        return value_of(expression, &node->left) != NULL;
    case NODE_COMPARE:
        return compares(expression, node);
    case NODE_MATCH:
        return matches(expression, node);
    }
    return false;
}

bool expression_holds(struct expression *expression, const struct item *item)
{
    slots_begin(&expression->slots, item);
    return holds(expression, expression->root);
}
