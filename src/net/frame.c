#include "net/frame.h"

#include <string.h>

static const char *key_of(const struct rl_frame *frame, size_t *bytes)
{
    *bytes = frame->key_bytes == 0 ? frame->line_bytes : frame->key_bytes;
    return frame->key_bytes == 0 ? rl_frame_line(frame) : rl_frame_line(frame) + frame->line_bytes;
}

int rl_frame_compare(const struct rl_frame *a, const struct rl_frame *b)
{
    size_t a_bytes, b_bytes;
    const char *a_key = key_of(a, &a_bytes), *b_key = key_of(b, &b_bytes);
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    if (a_bytes != b_bytes)
        return a_bytes < b_bytes ? -1 : 1;
    return memcmp(a_key, b_key, a_bytes);
}

static struct rl_frame *frame_at(char *bytes, size_t offset)
{
    return (struct rl_frame *)(void *)(bytes + offset);
}

void rl_frame_begin(struct rl_buffer *out)
{
    if (rl_buffer_reserve(out, sizeof(struct rl_frame)) != NULL)
        out->length += sizeof(struct rl_frame);
}

void rl_frame_end(struct rl_buffer *out, size_t start, size_t *last, struct rl_frame frame,
                  bool fold)
{
    static const char zeros[8];
    const size_t odd = (out->length - start) % 8;
    rl_buffer_append(out, zeros, odd == 0 ? 0 : 8 - odd);
    if (out->failed) { /* told by who owns the buffer */
        out->length = start;
        return;
    }
    frame.bytes = out->length - start;
    memcpy(out->data + start, &frame, sizeof frame);
    struct rl_frame *before = frame_at(out->data, *last);
    const bool is_before = *last < start && *last + before->bytes == start;
    if (fold && is_before && rl_frame_compare(before, frame_at(out->data, start)) == 0) {
        before->count += frame.count;
        before->last_ns = frame.last_ns;
        out->length = start;
        return;
    }
    *last = start;
}

uint32_t rl_frames_count(const char *bytes, size_t length)
{
    uint32_t records = 0;
    struct rl_frame frame;
    for (size_t done = 0; done < length; done += frame.bytes) {
        memcpy(&frame, bytes + done, sizeof frame);
        records += frame.count;
    }
    return records;
}
