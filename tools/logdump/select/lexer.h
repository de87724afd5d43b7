/* The words of an expression. */
#ifndef LOGDUMP_SELECT_LEXER_H
#define LOGDUMP_SELECT_LEXER_H

#include <ringlog/record.h>
#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,   /* level, ms, .ms, ."any key", $1 */
    TOKEN_NUMBER, /* in `value` */
    TOKEN_STRING, /* with its quotes */
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_EQUAL,
    TOKEN_UNEQUAL,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_GREATER,
    TOKEN_GREATER_EQUAL,
    TOKEN_MATCHES,
    TOKEN_MATCHES_NOT,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT,
    TOKEN_IN,
    TOKEN_EXISTS,
    TOKEN_TRUE,
    TOKEN_FALSE,
};

struct token {
    enum token_kind kind;
    size_t at, length; /* in the expression */
    struct ringlog_value value;
};

/* What is wrong with an expression, and at which byte. */
struct expression_error {
    size_t at;
    char text[200];
};

/* The word at or behind `at`. False: there is none, and *error says why. */
bool lexer_next(const char *expression, size_t at, struct token *token,
                struct expression_error *error);

/* What stands between the quotes of a string at `at`, with \" \' \\ \n \t \r and \xHH resolved,
 * into `to`, which has room for `length` bytes; *length becomes what it has. */
bool lexer_unquote(const char *expression, size_t at, size_t *length, char *to,
                   struct expression_error *error);

/* Always false. */
bool expression_fail(struct expression_error *error, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
