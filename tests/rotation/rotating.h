/* For tests of files that rotate: a clock of one's own, and a directory that must hold just so
 * much. */
#ifndef TESTS_ROTATION_ROTATING_H
#define TESTS_ROTATION_ROTATING_H

#include "end_to_end/support.h"

#include <string.h>

/* Starts the library on a clock that shows this second and half a millisecond. Attach handlers
 * afterwards, or before when they need no clock. */
void start_at(int64_t second);
void set_clock(int64_t second);

/* Attaches the handler to the root and gives the reference back. */
ringlog_handler *attached(ringlog_handler *handler);

/* Logs the text now, or with a time of its own. */
void say(const char *text);
void say_at(int64_t second, const char *text);

/* Waits until all is written. */
void settle(void);

/* Settles; the directory then holds exactly these files: path, text, path, text, ..., NULL. */
void require_files(const char *const *expected);
#define REQUIRE_FILES(...) require_files((const char *const[]){__VA_ARGS__, NULL})

/* A file of somebody else's, last written then. */
void put_file(const char *path, const char *text, int64_t modified_s);

struct ringlog_handler_counts counts_of(ringlog_handler *handler);

/* For on_error: keeps the last report, counts all. */
extern unsigned long reports; /* atomic */
extern char last_report[512];
void note_report(const char *message, void *context);

#endif
