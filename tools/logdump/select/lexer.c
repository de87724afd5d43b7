#include "select/lexer.h"

#include "select/number.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool expression_fail(struct expression_error *error, size_t at, const char *format, ...)
{
    va_list arguments;
    error->at = at;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- names ----------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters of all languages: what is not ASCII is taken for one. */
static bool begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

/* Keys as people have them: http.status, request-id. */
static bool continues_name(char c)
{
    return begins_name(c) || is_digit(c) || c == '.' || c == '-';
}

static size_t name_length(const char *text)
{
    size_t length = 0;
    while (continues_name(text[length]))
        length++;
    return length;
}

static enum token_kind kind_of_name(const char *text, size_t length)
{
    static const struct {
        const char *word;
        enum token_kind kind;
    } words[] = {{"and", TOKEN_AND},      {"or", TOKEN_OR},     {"not", TOKEN_NOT},
                 {"in", TOKEN_IN},        {"true", TOKEN_TRUE}, {"false", TOKEN_FALSE},
                 {"exists", TOKEN_EXISTS}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].word) == length && memcmp(words[i].word, text, length) == 0)
            return words[i].kind;
    return TOKEN_NAME;
}

/* ---- strings --------------------------------------------------------------------------------- */

/* Up to the same quote that no backslash stands in front of. 0: there is none. */
static size_t string_length(const char *text)
{
    for (size_t i = 1; text[i] != '\0'; i++) {
        if (text[i] == *text)
            return i + 1;
        if (text[i] == '\\' && text[i + 1] != '\0')
            i++;
    }
    return 0;
}

static int hexadecimal(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *digit = c == '\0' ? NULL : strchr(digits, c | 0x20);
    return digit == NULL || (c < '0') ? -1 : (int)(digit - digits);
}

/* The byte that an escape behind a backslash means; *length is how many characters it has. -1: it
 * is none. */
static int escaped(const char *text, size_t *length)
{
    static const char letters[] = "\"'\\ntr", meant[] = "\"'\\\n\t\r";
    *length = 1;
    const char *letter = strchr(letters, *text);
    if (*text != '\0' && letter != NULL)
        return meant[letter - letters];
    if (*text != 'x' || hexadecimal(text[1]) < 0 || hexadecimal(text[2]) < 0)
        return -1;
    *length = 3;
    return hexadecimal(text[1]) * 16 + hexadecimal(text[2]);
}

bool lexer_unquote(const char *expression, size_t at, size_t *length, char *to,
                   struct expression_error *error)
{
    const char *end = expression + at + *length - 1;
    *length = 0;
    for (const char *from = expression + at + 1; from < end; from++) {
        int byte = *from;
        if (byte == '\\') {
            size_t more;
            byte = escaped(from + 1, &more);
            if (byte < 0)
                return expression_fail(error, (size_t)(from - expression),
                                       "no such escape: there are \\\" \\' \\\\ \\n \\t \\r \\xHH");
            from += more;
        }
        to[(*length)++] = (char)byte;
    }
    return true;
}

static bool take_string(const char *expression, struct token *token, struct expression_error *error)
{
    token->kind = TOKEN_STRING;
    token->length = string_length(expression + token->at);
    return token->length != 0 ||
           expression_fail(error, token->at, "this text has no end: %c", expression[token->at]);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static bool take_number(const char *expression, struct token *token, struct expression_error *error)
{
    const char *why = number_parse(expression + token->at, &token->length, &token->value);
    token->kind = TOKEN_NUMBER;
    return why == NULL || expression_fail(error, token->at, "%s", why);
}

/* .name, ."any key", $1 */
static bool take_marked(const char *expression, struct token *token, struct expression_error *error)
{
    const char *text = expression + token->at + 1;
    token->kind = TOKEN_NAME;
    if (text[-1] == '.' && (*text == '"' || *text == '\'')) {
        struct token key = {.at = token->at + 1};
        if (!take_string(expression, &key, error))
            return false;
        token->length = key.length + 1;
        return key.length > 2 || expression_fail(error, token->at, "a key is not empty");
    }
    token->length = 1 + name_length(text);
    if (token->length > 1)
        return true;
    return expression_fail(error, token->at, "%s",
                           text[-1] == '.' ? "a name or a text follows the dot of a field: .user"
                                           : "a number follows the $ of an argument: $1");
}

static bool take_sign(const char *text, struct token *token)
{
    static const struct {
        char text[3];
        enum token_kind kind;
    } signs[] = {{"==", TOKEN_EQUAL},         {"!=", TOKEN_UNEQUAL},     {"<=", TOKEN_LESS_EQUAL},
                 {">=", TOKEN_GREATER_EQUAL}, {"!~", TOKEN_MATCHES_NOT}, {"=", TOKEN_EQUAL},
                 {"<", TOKEN_LESS},           {">", TOKEN_GREATER},      {"~", TOKEN_MATCHES},
                 {"(", TOKEN_OPEN},           {")", TOKEN_CLOSE},        {",", TOKEN_COMMA}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(text, signs[i].text, strlen(signs[i].text)) == 0) {
            token->kind = signs[i].kind;
            token->length = strlen(signs[i].text);
            return true;
        }
    return false;
}

static bool fail_at_character(const char *text, size_t at, struct expression_error *error)
{
    if (*text == '&' || *text == '|' || *text == '!')
        return expression_fail(error, at, "conditions are joined by words: and, or, not");
    if ((unsigned char)*text < 0x20 || *text == 0x7f)
        return expression_fail(error, at, "a control character");
    return expression_fail(error, at, "\"%c\" means nothing here", *text);
}

bool lexer_next(const char *expression, size_t at, struct token *token,
                struct expression_error *error)
{
    at += strspn(expression + at, " \t\r\n");
    const char *text = expression + at;
    *token = (struct token){.kind = TOKEN_END, .at = at};
    if (*text == '\0')
        return true;
    if (is_digit(*text) || (*text == '-' && is_digit(text[1])))
        return take_number(expression, token, error);
    if (begins_name(*text)) {
        token->length = name_length(text);
        token->kind = kind_of_name(text, token->length);
        return true;
    }
    if (*text == '"' || *text == '\'')
        return take_string(expression, token, error);
    if (*text == '.' || *text == '$')
        return take_marked(expression, token, error);
    return take_sign(text, token) || fail_at_character(text, at, error);
}
