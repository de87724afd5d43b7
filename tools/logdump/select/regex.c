#include "select/regex.h"

#include "output/out.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* PCRE2 limits how often it tries from one start of a match. A try may look at all of the text
 * again, so there are fewer for long ones: of 100 KB still as many as it takes to go back through
 * all of it once. And fewer, down to a sixteenth, for what has been given up before. */
#define MOST_TRIES        1000000
#define TRIES_TIMES_BYTES UINT64_C(10000000000)
#define MOST_HALVINGS     4
#define MOST_HEAP_KIB     (64 * 1024)
#define JIT_STACK_LEAST   (32 * 1024)
#define JIT_STACK_MOST    (8 * 1024 * 1024)
/* A long text has many starts: after so many of them it looks at the clock. */
#define STARTS_AT_ONCE 32
#define MOST_TIME_NS   INT64_C(1000000000)

struct regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    const char *option;
    char *pattern;
    unsigned given_up; /* so often, up to MOST_HALVINGS */
};

/* ---- making one ------------------------------------------------------------------------------ */

static pcre2_code *compile(const char *pattern, size_t length, bool ignore_case,
                           struct regex_error *error)
{
    /* \C would take a byte out of a character. */
    const uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
                             PCRE2_USE_OFFSET_LIMIT | (ignore_case ? PCRE2_CASELESS : 0);
    int reason;
    PCRE2_SIZE at;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, length, options, &reason, &at, NULL);
    if (code == NULL) {
        error->at = at < length ? at : length;
        pcre2_get_error_message(reason, (PCRE2_UCHAR *)error->text, sizeof error->text);
    }
    return code;
}

/* Nothing matches while something else does. */
static pcre2_jit_stack *shared_stack(void)
{
    static pcre2_jit_stack *stack;
    if (stack == NULL)
        stack = must_have(pcre2_jit_stack_create(JIT_STACK_LEAST, JIT_STACK_MOST, NULL));
    return stack;
}

static void prepare(struct regex *regex)
{
    regex->data = must_have(pcre2_match_data_create(1, NULL));
    regex->context = must_have(pcre2_match_context_create(NULL));
    pcre2_set_heap_limit(regex->context, MOST_HEAP_KIB);
    /* Where no memory may be executed, it is interpreted. */
    if (pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) != 0)
        return;
    pcre2_jit_stack_assign(regex->context, NULL, shared_stack());
}

struct regex *regex_new(const char *option, const char *pattern, size_t length, bool ignore_case,
                        struct regex_error *error)
{
    pcre2_code *code = compile(pattern, length, ignore_case, error);
    if (code == NULL)
        return NULL;
    struct regex *regex = must_have(calloc(1, sizeof *regex));
    *regex = (struct regex){
        .code = code, .option = option, .pattern = must_have(strndup(pattern, length))};
    prepare(regex);
    return regex;
}

void regex_free(struct regex *regex)
{
    if (regex == NULL)
        return;
    pcre2_match_context_free(regex->context);
    pcre2_match_data_free(regex->data);
    pcre2_code_free(regex->code);
    free(regex->pattern);
    free(regex);
}

/* ---- matching -------------------------------------------------------------------------------- */

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static uint32_t tries_for(const struct regex *regex, size_t length)
{
    const uint64_t tries = TRIES_TIMES_BYTES / (length + 1);
    return (uint32_t)(tries < MOST_TRIES ? tries : MOST_TRIES) >> regex->given_up;
}

/* Looks for a match that starts in [start, start + STARTS_AT_ONCE). */
static int search(struct regex *regex, const char *text, size_t length, size_t start)
{
    pcre2_set_offset_limit(regex->context, start + STARTS_AT_ONCE - 1);
    return pcre2_match(regex->code, (PCRE2_SPTR)text, length, start, 0, regex->data,
                       regex->context);
}

static void give_up(struct regex *regex)
{
    if (regex->given_up == 0)
        complain("%s: \"%s\" takes too long on some texts, which count as not matching",
                 regex->option, regex->pattern);
    if (regex->given_up < MOST_HALVINGS)
        regex->given_up++;
}

bool regex_matches(struct regex *regex, const char *text, size_t length)
{
    int64_t until_ns = 0;
    pcre2_set_match_limit(regex->context, tries_for(regex, length));
    for (size_t start = 0;; start += STARTS_AT_ONCE) {
        const int result = search(regex, length == 0 ? "" : text, length, start);
        if (result >= 0)
            return true;
        if (result != PCRE2_ERROR_NOMATCH)
            break;
        if (length - start < STARTS_AT_ONCE)
            return false;
        if (until_ns == 0)
            until_ns = now_ns() + MOST_TIME_NS;
        else if (now_ns() > until_ns)
            break;
    }
    give_up(regex);
    return false;
}
