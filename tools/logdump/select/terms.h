/* What stands on either side of a comparison, while an expression is parsed. */
#ifndef LOGDUMP_SELECT_TERMS_H
#define LOGDUMP_SELECT_TERMS_H

#include "select/tree.h"

struct parser {
    const char *option, *text;
    int64_t now_ns;
    struct expression *expression;
    struct expression_error *error;
    struct token before, token; /* the last word, and the one at hand */
    unsigned depth;
};

/* Whether the word is a name or a value. */
bool term_begins(const struct token *token);

/* Makes a term of the word. What is on the other side (NULL: nothing that matters) says what names
 * and texts mean: levels, times. False: it has said what is wrong. */
bool term_parse(struct parser *parser, const struct token *token, const struct token *other,
                bool is_right, struct term *term);

/* False, and an error: it is always a number. */
bool term_is_text(struct parser *parser, const struct token *token);

/* Of the text at hand. NULL: it has said what is wrong. */
struct regex *term_parse_regex(struct parser *parser);

/* "after "and"", as much as there is room for. */
void parser_quote(const struct parser *parser, const struct token *token, const char *words,
                  char *to, size_t size);

#endif
