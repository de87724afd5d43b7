#include "select/regex.h"

#include "output/out.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* PCRE2 limits what it tries from one start of a match: some milliseconds. Compiled code counts
 * only where it comes to a group or a repetition again, which may each time walk through the whole
 * text: of long texts it is allowed less often. */
#define MOST_TRIES        1000000
#define LEAST_TRIES       10000
#define TRIES_TIMES_BYTES UINT64_C(1000000000)
#define MOST_HEAP_KIB     (64 * 1024)
#define JIT_STACK_LEAST   (32 * 1024)
#define JIT_STACK_MOST    (1024 * 1024)
/* A long text has many starts: after so many of them it looks at the clock. */
#define STARTS_AT_ONCE 256
#define MOST_TIME_NS   INT64_C(1000000000)

struct regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    const char *option;
    char *pattern;
    bool is_jit, has_complained;
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

static void prepare(struct regex *regex)
{
    regex->data = must_have(pcre2_match_data_create(1, NULL));
    regex->context = must_have(pcre2_match_context_create(NULL));
    pcre2_set_heap_limit(regex->context, MOST_HEAP_KIB);
    /* Where no memory may be executed, it is interpreted. */
    regex->is_jit = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0;
    if (!regex->is_jit)
        return;
    regex->stack = must_have(pcre2_jit_stack_create(JIT_STACK_LEAST, JIT_STACK_MOST, NULL));
    pcre2_jit_stack_assign(regex->context, NULL, regex->stack);
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
    pcre2_jit_stack_free(regex->stack);
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
    /* Interpreted code counts each step back: many for what is simple. */
    if (!regex->is_jit)
        return length < UINT32_MAX / 32 ? MOST_TRIES + 16 * (uint32_t)length : UINT32_MAX;
    const uint64_t tries = TRIES_TIMES_BYTES / (length + 1);
    return tries > MOST_TRIES ? MOST_TRIES : tries < LEAST_TRIES ? LEAST_TRIES : (uint32_t)tries;
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
    if (!regex->has_complained)
        complain("%s: \"%s\" takes too long on some texts, which count as not matching",
                 regex->option, regex->pattern);
    regex->has_complained = true;
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
