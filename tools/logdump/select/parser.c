/* By recursive descent. Every node is made by a word of the text, and of those there is a most; how
 * deep conditions are nested is bounded too. */
#include "select/terms.h"

#include "output/out.h"

#include <stdlib.h>
#include <string.h>

#define MOST_BYTES (64 * 1024)
#define MOST_NODES 4000
#define MOST_DEPTH 64

/* ---- words ----------------------------------------------------------------------------------- */

static bool advance(struct parser *parser)
{
    parser->before = parser->token;
    return lexer_next(parser->text, parser->token.at + parser->token.length, &parser->token,
                      parser->error);
}

/* "expected a name after "and", not ")"" */
static uint16_t expected(struct parser *parser, const char *what)
{
    char after[64] = "", not [64] = "";
    const struct token *token = &parser->token;
    if (parser->before.length != 0)
        parser_quote(parser, &parser->before, " after ", after, sizeof after);
    if (token->length != 0)
        parser_quote(parser, token, ", not ", not, sizeof not );
    expression_fail(parser->error, token->at, "expected %s%s%s", what, after, not );
    return 0;
}

static bool take(struct parser *parser, enum token_kind kind, const char *what)
{
    if (parser->token.kind != kind)
        return expected(parser, what);
    return advance(parser);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static struct node *node_at(const struct parser *parser, uint16_t at)
{
    return &parser->expression->nodes[at];
}

static uint16_t add_node(struct parser *parser, const struct node *node)
{
    struct expression *expression = parser->expression;
    if (expression->count == MOST_NODES)
        return expression_fail(parser->error, parser->token.at, "more than %d conditions",
                               MOST_NODES);
    if ((expression->count & (expression->count - 1)) == 0)
        expression->nodes = must_have(
            reallocarray(expression->nodes, expression->count * 2, sizeof *expression->nodes));
    expression->nodes[expression->count] = *node;
    return (uint16_t)expression->count++;
}

/* ---- comparisons ----------------------------------------------------------------------------- */

static unsigned orders_of(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_EQUAL:
        return EQUAL;
    case TOKEN_UNEQUAL:
        return LESS | GREATER | UNORDERED;
    case TOKEN_LESS:
        return LESS;
    case TOKEN_LESS_EQUAL:
        return LESS | EQUAL;
    case TOKEN_GREATER:
        return GREATER;
    case TOKEN_GREATER_EQUAL:
        return GREATER | EQUAL;
    default:
        return 0;
    }
}

/* Constants go to the right. */
static void put_in_order(struct node *node)
{
    const struct term left = node->left;
    if (!left.is_constant || node->right.is_constant)
        return;
    node->left = node->right;
    node->right = left;
    const unsigned wanted = node->wanted;
    node->wanted = (wanted & (EQUAL | UNORDERED)) | (wanted & LESS ? GREATER : 0U) |
                   (wanted & GREATER ? LESS : 0U);
}

static uint16_t parse_comparison(struct parser *parser, const struct token *left)
{
    struct node node = {.kind = NODE_COMPARE, .wanted = orders_of(parser->token.kind)};
    if (!advance(parser))
        return 0;
    const struct token right = parser->token;
    if (!term_begins(&right))
        return expected(parser, "a name or a value");
    if (!term_parse(parser, left, &right, false, &node.left) ||
        !term_parse(parser, &right, left, true, &node.right) || !advance(parser))
        return 0;
    put_in_order(&node);
    return add_node(parser, &node);
}

static uint16_t parse_match(struct parser *parser, const struct token *left)
{
    struct node node = {.kind = NODE_MATCH, .negated = parser->token.kind == TOKEN_MATCHES_NOT};
    if (!advance(parser))
        return 0;
    if (parser->token.kind != TOKEN_STRING)
        return expected(parser, "a regular expression in quotes");
    if (!term_parse(parser, left, NULL, false, &node.left) || !term_is_text(parser, left))
        return 0;
    const uint16_t at = add_node(parser, &node);
    if (at == 0 || (node_at(parser, at)->regex = term_parse_regex(parser)) == NULL)
        return 0;
    return advance(parser) ? at : 0;
}

/* x in (1, 2) is x == 1 or x == 2; x not in (1, 2) is x != 1 and x != 2. */
static uint16_t parse_list(struct parser *parser, const struct token *left, bool negated)
{
    const struct node list = {.kind = negated ? NODE_AND : NODE_OR};
    struct node node = {.kind = NODE_COMPARE,
                        .wanted = orders_of(negated ? TOKEN_UNEQUAL : TOKEN_EQUAL)};
    const uint16_t at = add_node(parser, &list);
    if (at == 0 || !take(parser, TOKEN_IN, "\"in\"") || !take(parser, TOKEN_OPEN, "\"(\"") ||
        !term_parse(parser, left, NULL, false, &node.left))
        return 0;
    for (uint16_t last = 0;;) {
        if (!term_begins(&parser->token))
            return expected(parser, "a value");
        if (!term_parse(parser, &parser->token, left, true, &node.right))
            return 0;
        if (!node.right.is_constant)
            return expected(parser, "a value");
        const uint16_t one = add_node(parser, &node);
        if (one == 0 || !advance(parser))
            return 0;
        *(last == 0 ? &node_at(parser, at)->child : &node_at(parser, last)->next) = one;
        last = one;
        if (parser->token.kind != TOKEN_COMMA)
            return take(parser, TOKEN_CLOSE, "\",\" or \")\"") ? at : 0;
        if (!advance(parser))
            return 0;
    }
}

/* What begins with an operand. */
static uint16_t parse_operand(struct parser *parser)
{
    const struct token left = parser->token;
    if (!term_begins(&left))
        return expected(parser, "a name, a value, \"not\", \"exists\" or \"(\"");
    if (!advance(parser))
        return 0;
    switch (parser->token.kind) {
    case TOKEN_MATCHES:
    case TOKEN_MATCHES_NOT:
        return parse_match(parser, &left);
    case TOKEN_NOT:
        return advance(parser) ? parse_list(parser, &left, true) : 0;
    case TOKEN_IN:
        return parse_list(parser, &left, false);
    default:
        if (orders_of(parser->token.kind) == 0)
            return expected(parser, "a comparison such as == or ~");
        return parse_comparison(parser, &left);
    }
}

/* ---- conditions ------------------------------------------------------------------------------ */

static uint16_t parse_any(struct parser *parser);
static uint16_t parse_one(struct parser *parser);

static uint16_t parse_exists(struct parser *parser)
{
    struct node node = {.kind = NODE_EXISTS};
    if (!advance(parser))
        return 0;
    if (parser->token.kind != TOKEN_NAME)
        return expected(parser, "a name");
    if (!term_parse(parser, &parser->token, NULL, false, &node.left) || !advance(parser))
        return 0;
    return add_node(parser, &node);
}

static uint16_t parse_not(struct parser *parser)
{
    struct node node = {.kind = NODE_NOT};
    if (!advance(parser) || (node.child = parse_one(parser)) == 0)
        return 0;
    return add_node(parser, &node);
}

static uint16_t parse_group(struct parser *parser)
{
    if (!advance(parser))
        return 0;
    const uint16_t at = parse_any(parser);
    return at != 0 && take(parser, TOKEN_CLOSE, "\"and\", \"or\" or \")\"") ? at : 0;
}

static uint16_t parse_one(struct parser *parser)
{
    uint16_t at;
    if (parser->depth == MOST_DEPTH)
        return expression_fail(parser->error, parser->token.at, "nested more than %d deep",
                               MOST_DEPTH);
    parser->depth++;
    switch (parser->token.kind) {
    case TOKEN_NOT:
        at = parse_not(parser);
        break;
    case TOKEN_OPEN:
        at = parse_group(parser);
        break;
    case TOKEN_EXISTS:
        at = parse_exists(parser);
        break;
    default:
        at = parse_operand(parser);
        break;
    }
    parser->depth--;
    return at;
}

/* One part, or several with a joint between them. */
static uint16_t parse_chain(struct parser *parser, enum token_kind joint, enum node_kind kind,
                            uint16_t (*parse_part)(struct parser *parser))
{
    struct node chain = {.kind = kind, .child = parse_part(parser)};
    if (chain.child == 0 || parser->token.kind != joint)
        return chain.child;
    for (uint16_t last = chain.child; parser->token.kind == joint;) {
        const uint16_t next = advance(parser) ? parse_part(parser) : 0;
        if (next == 0)
            return 0;
        node_at(parser, last)->next = next;
        last = next;
    }
    return add_node(parser, &chain);
}

static uint16_t parse_all(struct parser *parser)
{
    return parse_chain(parser, TOKEN_AND, NODE_AND, parse_one);
}

static uint16_t parse_any(struct parser *parser)
{
    return parse_chain(parser, TOKEN_OR, NODE_OR, parse_all);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool parse_whole(struct parser *parser)
{
    if (strlen(parser->text) > MOST_BYTES)
        return expression_fail(parser->error, 0, "longer than %d bytes", MOST_BYTES);
    if (!advance(parser))
        return false;
    parser->expression->root = parse_any(parser);
    if (parser->expression->root == 0)
        return false;
    return parser->token.kind == TOKEN_END || expected(parser, "\"and\", \"or\" or the end");
}

struct expression *expression_parse(const char *option, const char *text, int64_t now_ns,
                                    struct expression_error *error)
{
    struct expression *expression = must_have(calloc(1, sizeof *expression));
    struct parser parser = {
        .option = option, .text = text, .now_ns = now_ns, .expression = expression, .error = error};
    /* Each word may become a constant, with a NUL behind it. */
    expression->texts = must_have(malloc(2 * strlen(text) + 2));
    /* The first one is none. */
    expression->nodes = must_have(calloc(1, sizeof *expression->nodes));
    expression->count = 1;
    if (parse_whole(&parser))
        return expression;
    expression_free(expression);
    return NULL;
}

void expression_free(struct expression *expression)
{
    for (size_t i = 0; i < expression->count; i++)
        regex_free(expression->nodes[i].regex);
    free(expression->nodes);
    slots_free(&expression->slots);
    free(expression->texts);
    free(expression);
}
