/* Events as lines of text. */
#ifndef RL_HANDLERS_LINES_H
#define RL_HANDLERS_LINES_H

#include "handlers/handler.h"

/* The line of the handler's formatter, exception and stack texts, and a newline, into `out`. false:
 * the record lacks a field that the formatter names; counted, and nothing appended. */
RL_SHARED bool rl_handler_append_line(struct ringlog_handler *handler, const struct rl_event *event,
                                      struct rl_buffer *out);

/* The same for the first of these records (struct rl_handler_ops.append_run), as many as go by what
 * the formatter keeps for their call site. Returns how many; `marks`, unless NULL, gets one of
 * each.
 */
unsigned rl_handler_append_lines(struct ringlog_handler *handler, struct rl_event *event,
                                 const struct rl_batch_row *rows, unsigned count,
                                 struct rl_buffer *out, struct rl_marks *marks);

#endif
