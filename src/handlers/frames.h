/* Messages in a handler's queue, and what of them goes on the wire.
 *
 * A line ends with its newline. Any other message lies there as
 *
 *     LENGTH SP MESSAGE NUL
 *
 * with a decimal length, as octet counting (RFC 6587) has it, and a NUL, as the readers of Unix
 * streams have it: so each transport finds its form of the message in place. */
#ifndef RL_HANDLERS_FRAMES_H
#define RL_HANDLERS_FRAMES_H

#include "handlers/handler.h"

#include <stddef.h>

struct rl_frame {
    const char *wire; /* what is sent */
    size_t wire_bytes;
    size_t bytes; /* that the message takes in the queue */
};

/* The message at the front of the queue; there is one, and it is whole. */
typedef struct rl_frame rl_framing(const char *queue, size_t length);

rl_framing rl_frame_line;       /* with its newline */
rl_framing rl_frame_counted;    /* LENGTH SP MESSAGE */
rl_framing rl_frame_bare;       /* MESSAGE */
rl_framing rl_frame_terminated; /* MESSAGE NUL */

/* Appends a message that is not a line, made in a buffer of the handler's own. What was not made
 * whole there, for want of memory, is lost and counted. */
void rl_frame_append(struct ringlog_handler *handler, struct rl_buffer *message);

/* The same for a line, within which newlines become "\n". */
void rl_frame_append_line(struct ringlog_handler *handler, struct rl_buffer *line);

#endif
