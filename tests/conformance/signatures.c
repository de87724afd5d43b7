#include "signatures.h"
#include "report.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ringlog_argument argument_of(char letter, const char *value)
{
    switch (letter) {
    case 's':
        return ringlog_word_argument_(RINGLOG_FIELD_STRING, (uintptr_t)value);
    case 'd':
    case 'c':
        return ringlog_word_argument_(RINGLOG_FIELD_I32, (uint64_t)strtol(value, NULL, 10));
    case 'D':
        return ringlog_word_argument_(RINGLOG_FIELD_I64, (uint64_t)strtol(value, NULL, 10));
    case 'f':
        return ringlog_real_argument_(strtod(value, NULL));
    default:
        trouble("no argument's letter is '%c'", letter);
    }
}

unsigned arguments_of(const json_t *step, struct ringlog_argument arguments[RINGLOG_MAX_ARGUMENTS])
{
    const char *signature = text_of(step, "sig");
    const size_t count = strlen(signature);
    if (count != list_length(step, "args") || count > RINGLOG_MAX_ARGUMENTS)
        trouble("signature \"%s\" is for %zu arguments, not for %zu", signature, count,
                list_length(step, "args"));
    for (size_t i = 0; i < count; i++)
        arguments[i] = argument_of(signature[i], list_text(step, "args", i));
    return (unsigned)count;
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* Argument types of printf cannot be put together at run time: a function for each signature. */
#define RENDER(signature, literal, ...)                                                            \
    static int render_##signature(char **text, const char *format,                                 \
                                  const struct ringlog_argument *arguments)                        \
    {                                                                                              \
        return asprintf(text, format, __VA_ARGS__);                                                \
    }
SIGNATURES(RENDER)

static const struct {
    const char *signature;
    int (*render)(char **text, const char *format, const struct ringlog_argument *arguments);
} renderers[] = {
#define ROW(signature, literal, ...) {#signature, render_##signature},
    SIGNATURES(ROW)};

char *render(const char *signature, const char *format, const struct ringlog_argument *arguments)
{
    char *text;
    for (size_t i = 0; i < sizeof renderers / sizeof *renderers; i++)
        if (strcmp(renderers[i].signature, signature) == 0) {
            if (renderers[i].render(&text, format, arguments) < 0)
                trouble("no memory");
            return text;
        }
    trouble("no such signature together with texts or fields: \"%s\"", signature);
}
