/* Handlers of a scenario by type: what the step says, as the library's options. */
#ifndef TESTS_CONFORMANCE_HANDLERS_H
#define TESTS_CONFORMANCE_HANDLERS_H

#include "run.h"

/* Formatter and level are set by the caller. 0 or a negative errno. */
typedef int handler_maker(struct run *run, const json_t *step, ringlog_handler **handler);

handler_maker make_file, make_rotating, make_timed, make_queue_handler, make_smtp;

/* The handler of this step's type. */
handler_maker make_handler;

int64_t handler_rollover_at(ringlog_handler *handler);

#endif
