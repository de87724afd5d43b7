/* The signatures that records of scenarios have: a letter for each argument, s a string, d an int,
 * D a long, f a double, c an int for %c. */
#ifndef TESTS_CONFORMANCE_SIGNATURES_H
#define TESTS_CONFORMANCE_SIGNATURES_H

#include <ringlog/ringlog.h>

#include <jansson.h>

/* X(signature, a format for it, its arguments): S, I, L and F take one out of an array. */
#define SIGNATURES(X)                                                                              \
    X(s, "%s", S(0))                                                                               \
    X(ss, "%s=%s", S(0), S(1))                                                                     \
    X(sss, "[%10s|%-10s|%.2s]", S(0), S(1), S(2))                                                  \
    X(sd, "%s %d", S(0), I(1))                                                                     \
    X(sdfcd, "%s %05d %8.3f %c %+d", S(0), I(1), F(2), I(3), I(4))                                 \
    X(d, "%d%%", I(0))                                                                             \
    X(dd, "%*d|", I(0), I(1))                                                                      \
    X(ddd, "%x %X %#x", I(0), I(1), I(2))                                                          \
    X(dddd, "%*d|%-*d|", I(0), I(1), I(2), I(3))                                                   \
    X(ddddd, "%d %o %x %c %i", I(0), I(1), I(2), I(3), I(4))                                       \
    X(ddddddd, "%d %i %5d|%-5d|%05d|%+d|% d", I(0), I(1), I(2), I(3), I(4), I(5), I(6))            \
    X(ddf, "%*.*f", I(0), I(1), F(2))                                                              \
    X(df, "%.*f", I(0), F(1))                                                                      \
    X(D, "%ld", L(0))                                                                              \
    X(DD, "%ld %lx", L(0), L(1))                                                                   \
    X(f, "%.17g", F(0))                                                                            \
    X(ff, "%f %e", F(0), F(1))                                                                     \
    X(fff, "%e %.2e %E", F(0), F(1), F(2))                                                         \
    X(ffff, "%.0f %.0f %.0f %.0f", F(0), F(1), F(2), F(3))                                         \
    X(fffff, "%g %g %g %G %#g", F(0), F(1), F(2), F(3), F(4))                                      \
    X(ffffff, "%f %.2f %8.3f|%-8.1f|%08.2f %+.1f", F(0), F(1), F(2), F(3), F(4), F(5))             \
    X(cccc, "%c%c|%3c|%-3c|", I(0), I(1), I(2), I(3))

#define S(i) ((const char *)(uintptr_t)arguments[i].word)
#define I(i) ((int)arguments[i].word)
#define L(i) ((long)arguments[i].word)
#define F(i) (arguments[i].real)

/* The step's arguments by its signature; returns how many. Any signature will do. */
unsigned arguments_of(const json_t *step, struct ringlog_argument arguments[RINGLOG_MAX_ARGUMENTS]);

/* What printf(3) makes of them, the caller's; for the signatures above. */
char *render(const char *signature, const char *format, const struct ringlog_argument *arguments);

#endif
