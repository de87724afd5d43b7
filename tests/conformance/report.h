/* What the process of a scenario tells the driver: text in a file that both have open, since the
 * scenario's standard output and error belong to the scenario. */
#ifndef TESTS_CONFORMANCE_REPORT_H
#define TESTS_CONFORMANCE_REPORT_H

#include <stddef.h>

void report_begin(int fd, const char *scenario_id);

/* The scenario cannot be run (a mistake in it, or something that this driver does not know): says
 * so and ends the process. Before report_begin() it goes to stderr. */
_Noreturn void trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Starts a difference: what it is about. */
void report_what(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Its two sides; `side` is "expected" or "found". The text is shown as one line, in quotes. */
void report_side(const char *side, const char *text, size_t length);
/* A side without quotes. */
void report_words(const char *side, const char *words);

/* Differences reported so far. */
unsigned report_count(void);
void report_end(void);

#endif
