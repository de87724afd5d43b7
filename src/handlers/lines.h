/* Events as lines of text. */
#ifndef RL_HANDLERS_LINES_H
#define RL_HANDLERS_LINES_H

#include "handlers/handler.h"

/* The line of the handler's formatter, exception and stack texts, and a newline, into `out`. false:
 * the record lacks a field that the formatter names; counted, and nothing appended. */
RL_SHARED bool rl_handler_append_line(struct ringlog_handler *handler, const struct rl_event *event,
                                      struct rl_buffer *out);

#endif
