#include "select/terms.h"

#include "select/when.h"

#include <stdio.h>
#include <string.h>

void parser_quote(const struct parser *parser, const struct token *token, const char *words,
                  char *to, size_t size)
{
    const char *text = parser->text + token->at;
    const int most = 40, length = token->length > (size_t)most ? most : (int)token->length;
    /* Texts have their own. */
    const char *quote = token->kind == TOKEN_STRING ? "" : "\"";
    snprintf(to, size, "%s%s%.*s%s%s", words, quote, length, text,
             (size_t)length < token->length ? "..." : "", quote);
}

bool term_begins(const struct token *token)
{
    return token->kind == TOKEN_NAME || token->kind == TOKEN_NUMBER ||
           token->kind == TOKEN_STRING || token->kind == TOKEN_TRUE || token->kind == TOKEN_FALSE;
}

/* ---- names ----------------------------------------------------------------------------------- */

static bool parse_quoted_key(struct parser *parser, const struct token *token,
                             struct operand *operand)
{
    char *key = parser->expression->texts + parser->expression->texts_length;
    size_t length = token->length - 1;
    if (!lexer_unquote(parser->text, token->at + 1, &length, key, parser->error))
        return false;
    operand_parse_key(operand, key, length);
    return true;
}

static bool parse_name(struct parser *parser, const struct token *token, struct operand *operand)
{
    const char *text = parser->text + token->at;
    if (*text == '.' && (text[1] == '"' || text[1] == '\''))
        return parse_quoted_key(parser, token, operand);
    if (operand_parse(operand, text, token->length))
        return true;
    return expression_fail(parser->error, token->at,
                           "\"%.*s\" is no argument: they are $1, $2, and so on",
                           token->length > 40 ? 40 : (int)token->length, text);
}

/* Whether the word names this, and not a field. */
static bool is_named(const struct parser *parser, const struct token *token, const char *name)
{
    return token != NULL && token->kind == TOKEN_NAME && token->length == strlen(name) &&
           memcmp(parser->text + token->at, name, token->length) == 0;
}

/* A field without its dot. */
static bool is_bare_field(const struct parser *parser, const struct token *token,
                          const struct operand *operand)
{
    return operand->kind == OPERAND_FIELD && parser->text[token->at] != '.';
}

bool term_is_text(struct parser *parser, const struct token *token)
{
    static const char *const numbers[] = {"time", "level", "tid", "pid", "line", "sequence"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (is_named(parser, token, numbers[i]))
            return expression_fail(parser->error, token->at,
                                   "a regular expression is for texts, and \"%s\" is a number%s",
                                   numbers[i], i == 1 ? ": take levelname" : "");
    return true;
}

/* ---- constants ------------------------------------------------------------------------------- */

/* The text is kept, with a NUL behind it, from here on. */
static char *keep(struct parser *parser, size_t length)
{
    char *text = parser->expression->texts + parser->expression->texts_length;
    text[length] = '\0';
    parser->expression->texts_length += length + 1;
    return text;
}

static bool give_integer(struct term *term, int64_t integer)
{
    *term = (struct term){.is_constant = true,
                          .constant = {.type = RINGLOG_VALUE_INTEGER, .integer = integer}};
    return true;
}

static bool give_level(struct parser *parser, const struct token *token, const char *name,
                       size_t length, struct term *term)
{
    int level;
    if (strlen(name) == length && ringlog_reader_parse_level(name, &level) == 0)
        return give_integer(term, level);
    return expression_fail(parser->error, token->at,
                           "unknown level \"%.40s\": a number, or one of DEBUG, INFO, WARNING, "
                           "ERROR, CRITICAL",
                           name);
}

static bool give_time(struct parser *parser, const struct token *token, const char *text,
                      size_t length, struct term *term)
{
    int64_t time_ns;
    if (strlen(text) == length && when_parse(text, parser->now_ns, &time_ns))
        return give_integer(term, time_ns);
    return expression_fail(parser->error, token->at,
                           "\"%.40s\" is no time: give 2026-01-02T03:04:05.678, 2026-01-02, 03:04, "
                           "-15min, now or @1767323045.678",
                           text);
}

static bool parse_text(struct parser *parser, const struct token *token, const struct token *other,
                       struct term *term)
{
    size_t length = token->length;
    if (!lexer_unquote(parser->text, token->at, &length,
                       parser->expression->texts + parser->expression->texts_length, parser->error))
        return false;
    const char *text = keep(parser, length);
    if (is_named(parser, other, "level"))
        return give_level(parser, token, text, length, term);
    if (is_named(parser, other, "time"))
        return give_time(parser, token, text, length, term);
    *term = (struct term){.is_constant = true,
                          .constant = {.type = RINGLOG_VALUE_TEXT, .text = text, .length = length}};
    return true;
}

/* ---- terms ----------------------------------------------------------------------------------- */

static bool parse_bare_level(struct parser *parser, const struct token *token, struct term *term)
{
    char *name = parser->expression->texts + parser->expression->texts_length;
    memcpy(name, parser->text + token->at, token->length);
    return give_level(parser, token, keep(parser, token->length), token->length, term);
}

static bool parse_named(struct parser *parser, const struct token *token, const struct token *other,
                        bool is_right, struct term *term)
{
    struct operand operand = {0};
    if (!parse_name(parser, token, &operand))
        return false;
    const bool is_bare = is_bare_field(parser, token, &operand);
    if (is_bare && is_named(parser, other, "level")) {
        operand_free(&operand);
        return parse_bare_level(parser, token, term);
    }
    /* Most who write user == bob mean "bob". */
    if (is_bare && is_right && other->kind == TOKEN_NAME) {
        char after[64];
        const int length = token->length > 40 ? 40 : (int)token->length;
        const char *name = parser->text + token->at;
        operand_free(&operand);
        parser_quote(parser, &parser->before, " after ", after, sizeof after);
        return expression_fail(parser->error, token->at,
                               "unknown name%s: the text is written \"%.*s\", a field .%.*s", after,
                               length, name, length, name);
    }
    *term = (struct term){.slot = slots_add(&parser->expression->slots, &operand)};
    return true;
}

bool term_parse(struct parser *parser, const struct token *token, const struct token *other,
                bool is_right, struct term *term)
{
    switch (token->kind) {
    case TOKEN_NAME:
        return parse_named(parser, token, other, is_right, term);
    case TOKEN_STRING:
        return parse_text(parser, token, other, term);
    case TOKEN_NUMBER:
        *term = (struct term){.is_constant = true, .constant = token->value};
        return true;
    default:
        *term = (struct term){
            .is_constant = true,
            .constant = {.type = RINGLOG_VALUE_BOOL, .natural = token->kind == TOKEN_TRUE}};
        return true;
    }
}

struct regex *term_parse_regex(struct parser *parser)
{
    const struct token *token = &parser->token;
    struct regex_error error;
    /* As it is: backslashes are the regular expression's. */
    struct regex *regex =
        regex_new(parser->option, parser->text + token->at + 1, token->length - 2, false, &error);
    if (regex == NULL)
        expression_fail(parser->error, token->at + 1 + error.at, "%s", error.text);
    return regex;
}
