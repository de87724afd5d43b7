/* A log call whose format is known at run time only: what the log macros expand to, without the
 * compiler. */
#ifndef TESTS_CONFORMANCE_CAPTURE_H
#define TESTS_CONFORMANCE_CAPTURE_H

#include <ringlog/filters.h>
#include <ringlog/ringlog.h>

/* As ringlog_log(logger, level, place->format, ...) at that place. At most 8 arguments. */
void capture_call(const ringlog_logger *logger, int level, const struct ringlog_place *place,
                  const struct ringlog_argument *arguments, unsigned count);

#endif
