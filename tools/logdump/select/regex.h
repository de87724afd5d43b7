/* Regular expressions of PCRE2 over texts that may come from anybody: bytes that are no UTF-8 match
 * nothing but do no harm, and what takes too long is given up. */
#ifndef LOGDUMP_SELECT_REGEX_H
#define LOGDUMP_SELECT_REGEX_H

#include <stdbool.h>
#include <stddef.h>

struct regex;

/* Why a pattern is none, and at which of its bytes. */
struct regex_error {
    size_t at;
    char text[160];
};

/* NULL: the pattern is none. `option` is what it was given with, for messages. */
struct regex *regex_new(const char *option, const char *pattern, size_t length, bool ignore_case,
                        struct regex_error *error);
void regex_free(struct regex *regex);

/* Whether some part of the text matches. A search that reaches the limits is said once a regex, and
 * counts as no match. */
bool regex_matches(struct regex *regex, const char *text, size_t length);

#endif
