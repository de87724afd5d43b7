/* The text file that ringlog is measured with: date and time to the microsecond, level, thread,
 * file:line and the message. */
#ifndef BENCH_TEXT_HANDLER_H
#define BENCH_TEXT_HANDLER_H

#include <ringlog/handlers.h>

/* Not isolated either where it is /dev/null: one thread writes, as with files. */
extern const struct ringlog_file_options bench_file_options;

/* 0 or a negative errno (ringlog_last_error()). */
int bench_text_handler_new(ringlog_handler **handler, const char *path);

#endif
