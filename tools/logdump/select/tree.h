/* An expression, compiled: what the parser makes and others walk. */
#ifndef LOGDUMP_SELECT_TREE_H
#define LOGDUMP_SELECT_TREE_H

#include "select/expression.h"
#include "select/regex.h"
#include "select/slots.h"

enum node_kind {
    NODE_AND, /* of its children */
    NODE_OR,
    NODE_NOT,
    NODE_EXISTS,  /* left */
    NODE_COMPARE, /* left, right */
    NODE_MATCH,   /* left, regex */
};

/* Which orders (compare.h) a comparison is content with: a bit each. */
enum {
    LESS = 1 << 0,
    EQUAL = 1 << 1,
    GREATER = 1 << 2,
    UNORDERED = 1 << 3,
};

struct term {
    bool is_constant;
    size_t slot;
    struct ringlog_value constant;
};

/* Of a tree in an array: 0, which is no node, ends a list. */
struct node {
    enum node_kind kind;
    uint16_t child, next;
    struct term left, right;
    unsigned wanted;     /* COMPARE: orders */
    bool negated;        /* MATCH: !~ */
    struct regex *regex; /* MATCH */
};

struct expression {
    struct node *nodes;
    size_t count;
    uint16_t root;
    struct slots slots;
    char *texts; /* of constants, each with a NUL behind it */
    size_t texts_length;
};

#endif
