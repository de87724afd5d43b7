/* Runs what was compiled: the program of a message, or of a whole line, in which that of its
 * message is laid out. */
#ifndef RL_FORMAT_RUN_H
#define RL_FORMAT_RUN_H

#include "format/line_format.h"
#include "format/program_ops.h"

/* Appends the line, whose arguments and changing parts are put into what the template has. Where
 * that does not go (the record's bytes end before its fields do, or it lacks a field that the
 * pattern names), it is rendered without. false: as rl_line_format_render(). */
bool rl_run_line(const struct rl_program *program, const struct rl_line *line,
                 struct rl_line_format *format, struct rl_buffer *out, struct rl_span *field);

#endif
