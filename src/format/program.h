/* A printf format compiled for one list of stored fields, to be rendered many times.
 *
 * Formats and records may come from a file that somebody else wrote: compiling refuses what is
 * not printf, and rendering believes nothing a record says of its own size. A record that is too
 * short shows RL_PROGRAM_CUT where its bytes end, and the rest of the message is left out; a
 * directive for which the call site has no field shows RL_PROGRAM_MISSING. */
#ifndef RL_FORMAT_PROGRAM_H
#define RL_FORMAT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define RL_PROGRAM_CUT     "<truncated>"
#define RL_PROGRAM_MISSING "<missing>"

struct rl_program;

/* `fields` are enum ringlog_field codes, in order; fields past those the format takes are not
 * looked at. Format and fields are copied. Immutable afterwards: any thread may render.
 * -EINVAL     the format (rl_printf_next tells where) or a field code makes no sense;
 * -ENOTSUP, -EOVERFLOW  as rl_printf_next;
 * -E2BIG      more than RINGLOG_MAX_FIELDS fields, or a format past a mebibyte;
 * -ENOMEM. */
int rl_program_new(struct rl_program **program, const char *format, size_t format_length,
                   const uint8_t *fields, unsigned field_count);

/* The same for what a call site says of itself: a run-time level is not the format's, with keys the
 * format is text, and RL_SITE_RAW escapes nothing. */
int rl_program_new_of_site(struct rl_program **program, uint16_t flags, const char *format,
                           size_t format_length, const uint8_t *fields, unsigned field_count);

/* Appends the message. Converted characters and strings are escaped (escape.h) unless `raw`; the
 * format's own text never is. Not async-signal-safe. */
void rl_program_render(const struct rl_program *program, const unsigned char *args,
                       size_t args_bytes, bool raw, struct rl_buffer *out);

/* NULL is all right. */
void rl_program_free(struct rl_program *program);

#endif
