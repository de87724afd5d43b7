/* Records on their way from the writer to the handler's thread, in the handler's buffer and queue.
 * Consecutive repeats can be folded there already, so that a storm of one error fits the queue. */
#ifndef RL_NET_FRAME_H
#define RL_NET_FRAME_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A record, or several of the same. Followed by its line, and by its key where that is not the
 * line: the message without what differs from time to time. */
struct rl_frame {
    size_t bytes;    /* of all, a multiple of 8 */
    int64_t last_ns; /* since the epoch */
    uint32_t count;
    uint32_t line_bytes; /* with its newline */
    uint32_t key_bytes;  /* 0: the line is the key */
    int32_t level;
};

static inline const char *rl_frame_line(const struct rl_frame *frame)
{
    return (const char *)(frame + 1);
}

/* An order of frames by what they say; 0: the same. */
int rl_frame_compare(const struct rl_frame *a, const struct rl_frame *b);

/* Leaves room for a frame; then its line is appended, and its key. */
void rl_frame_begin(struct rl_buffer *out);

/* Makes what was appended from `start` a frame; or counts it in the frame before, at `*last`, if
 * `fold` and it is the same. */
void rl_frame_end(struct rl_buffer *out, size_t start, size_t *last, struct rl_frame frame,
                  bool fold);

/* How many records these frames are. */
uint32_t rl_frames_count(const char *bytes, size_t length);

#endif
