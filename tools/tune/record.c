#include "record.h"

#include <string.h>

#define STRING_WORD    4 /* its length */
#define MOST_ARGUMENTS 32

uint64_t record_bytes(uint64_t argument_bytes)
{
    return (RECORD_PREFIX_BYTES + argument_bytes + 7) & ~UINT64_C(7);
}

/* What is left to say of a call while its format is read. */
struct call {
    char *const *examples;
    size_t count, used;
    uint64_t bytes;
    unsigned arguments, guessed;
};

static void add_string(struct call *call)
{
    call->bytes += STRING_WORD;
    if (call->used < call->count)
        call->bytes += strlen(call->examples[call->used++]);
    else {
        call->bytes += RECORD_GUESSED_STRING;
        call->guessed++;
    }
}

/* Width and precision; a star is an int of its own. */
static const char *skip_star_or_digits(struct call *call, const char *at)
{
    if (*at == '*') {
        call->bytes += 4;
        call->arguments++;
        return at + 1;
    }
    return at + strspn(at, "0123456789");
}

static bool is_wide(const char *modifier, size_t length)
{
    return length != 0 && strchr("ljzt", modifier[0]) != NULL;
}

/* One conversion, behind its per cent sign. Returns what follows it; NULL: *why. */
static const char *add_conversion(struct call *call, const char *at, const char **why)
{
    at = skip_star_or_digits(call, at + strspn(at, "-+ #0'"));
    if (*at == '$') {
        *why = "a log call takes no numbered arguments";
        return NULL;
    }
    if (*at == '.')
        at = skip_star_or_digits(call, at + 1);
    const char *modifier = at;
    at += strspn(at, "hlLqjzt");
    const size_t length = (size_t)(at - modifier);
    call->arguments += *at != '%' && *at != 'm';
    if (*at != '\0' && strchr("dioux", *at | 0x20) != NULL)
        call->bytes += is_wide(modifier, length) || (length != 0 && *modifier == 'q') ? 8 : 4;
    else if (*at == 'c')
        call->bytes += 4;
    else if (*at != '\0' && strchr("aefg", *at | 0x20) != NULL)
        call->bytes += length != 0 && *modifier == 'L' ? 16 : 8;
    else if (*at == 'p')
        call->bytes += 8;
    else if (*at == 's')
        add_string(call);
    else if (*at == 'm')
        call->bytes += 4;
    else if (*at != '%') {
        *why = *at == '\0' ? "it ends in the middle of a conversion"
                           : "it has a conversion that a log call does not take";
        return NULL;
    }
    return at + 1;
}

bool record_argument_bytes(const char *format, char *const *examples, size_t count, uint64_t *bytes,
                           unsigned *guessed, const char **why)
{
    struct call call = {.examples = examples, .count = count};
    for (const char *at = strchr(format, '%'); at != NULL; at = strchr(at, '%')) {
        at = add_conversion(&call, at + 1, why);
        if (at == NULL)
            return false;
    }
    if (call.arguments > MOST_ARGUMENTS) {
        *why = "a log call takes at most 32 arguments";
        return false;
    }
    if (call.used < count) {
        *why = "there are more examples than it has %s";
        return false;
    }
    *bytes = call.bytes;
    *guessed = call.guessed;
    return true;
}
