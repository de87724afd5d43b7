#include "format/pattern.h"

#include <string.h>

#include "format/copy.h"
#include "format/escape.h"
#include "format/integer.h"
#include "format/pattern_ops.h"

#define NUMBER_ROOM 32 /* bytes of any number that an op writes itself */

/* Where the line is being written: runs ahead of out->length, so that short texts cost no more
 * than their bytes. */
struct tail {
    struct rl_buffer *out;
    char *to;
    char *limit; /* end of the buffer's room */
};

/* Takes up the buffer again after something has been appended to it. */
static inline void resume(struct tail *tail)
{
    tail->to = tail->out->data + tail->out->length;
    tail->limit = tail->out->data + tail->out->capacity;
}

static inline void settle(struct tail *tail)
{
    tail->out->length = (size_t)(tail->to - tail->out->data);
}

/* Makes sure of room for `bytes` more. False: no memory (and the buffer says so). */
static inline bool ensure(struct tail *tail, size_t bytes)
{
    if (__builtin_expect((size_t)(tail->limit - tail->to) >= bytes, 1))
        return true;
    settle(tail);
    if (rl_buffer_grow(tail->out, bytes) == NULL)
        return false;
    resume(tail);
    return true;
}

/* ---- message ---- */

void rl_line_append_raw_message(const struct rl_line *line, struct rl_buffer *out)
{
    if (line->program != NULL)
        rl_program_render(line->program, line->args, line->args_bytes, true, out);
    else
        rl_buffer_append(out, line->message.bytes, line->message.length);
}

void rl_line_append_message(const struct rl_line *line, struct rl_buffer *out)
{
    if (line->raw || (line->program == NULL && line->message_escaped))
        rl_line_append_raw_message(line, out);
    else if (line->program != NULL)
        rl_program_render(line->program, line->args, line->args_bytes, false, out);
    else
        rl_escape_append(out, line->message.bytes, line->message.length);
}

/* A name that is clean ASCII is copied and padded in place. False if it is not, or memory fails:
 * the general way has to be taken. */
static inline bool write_name(struct tail *tail, const struct rl_pattern_op *op,
                              const struct rl_span *name)
{
    size_t length = name->length;
    size_t blanks = op->spec.width > 0 ? rl_padding_needed(&op->spec, length) : 0;
    if (!ensure(tail, length + blanks) ||
        rl_escape_copy_clean(tail->to, name->bytes, length) != length)
        return false;
    tail->to += length;
    if (blanks > 0)
        tail->to = (char *)memset(tail->to, ' ', blanks) + blanks;
    return true;
}

static inline bool write_asctime(struct tail *tail, struct rl_time_text *time_text, int64_t wall_ns)
{
    const struct rl_buffer *text = rl_time_text_at(time_text, wall_ns);
    if (!ensure(tail, text->length + RL_LITERAL_BLOCK))
        return false;
    _Static_assert(RL_TIME_TEXT_SLACK >= RL_LITERAL_BLOCK, "the text is copied in blocks");
    tail->to = rl_copy_literal(tail->to, text->data, text->length);
    return true;
}

/* %0Nd of what fits N digits; false if it does not. */
static inline bool write_zeros(struct tail *tail, const struct rl_pattern_op *op, int64_t value)
{
    unsigned width = (unsigned)op->spec.width;
    if (value < 0 || rl_decimal_digits((uint64_t)value) > width)
        return false;
    tail->to = rl_write_padded(tail->to, (uint64_t)value, width);
    return true;
}

/* The common ops; false: this one takes the general way. */
static inline bool write_simple(struct tail *tail, const struct rl_pattern_op *op,
                                struct rl_time_text *time_text, const struct rl_line *line)
{
    switch (op->code) {
    case RL_PATTERN_NAME:
        return write_name(tail, op, rl_pattern_name(op, line));
    case RL_PATTERN_DECIMAL:
        tail->to = rl_write_signed(tail->to, rl_pattern_integer(op, line));
        return true;
    case RL_PATTERN_ZEROS:
        return write_zeros(tail, op, rl_pattern_integer(op, line));
    case RL_PATTERN_ASCTIME:
        return write_asctime(tail, time_text, line->wall_ns);
    case RL_PATTERN_MESSAGE:
        settle(tail);
        rl_line_append_message(line, tail->out);
        resume(tail);
        return true;
    default:
        return false;
    }
}

bool rl_pattern_render(const struct rl_pattern *pattern, struct rl_time_text *time_text,
                       const struct rl_line *line, struct rl_buffer *out, struct rl_span *field)
{
    if (rl_buffer_reserve(out, 1) == NULL)
        return true;
    struct tail tail = {.out = out};
    resume(&tail);
    for (const struct rl_pattern_op *op = pattern->ops;; op++) {
        if (!ensure(&tail, op->literal_length + RL_LITERAL_BLOCK + NUMBER_ROOM))
            return true;
        tail.to = rl_copy_literal(tail.to, pattern->text + op->literal_offset, op->literal_length);
        if (op->code == RL_PATTERN_END)
            break;
        if (write_simple(&tail, op, time_text, line))
            continue;
        settle(&tail);
        if (!rl_pattern_append_general(pattern, op, time_text, line, out)) {
            if (field != NULL)
                *field = (struct rl_span){pattern->text + op->name_offset, op->member};
            return false;
        }
        resume(&tail);
    }
    settle(&tail);
    return true;
}

void rl_line_split_path(struct rl_line *line)
{
    const char *path = line->pathname.bytes;
    size_t end = line->pathname.length, start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    line->filename = (struct rl_span){path + start, end - start};

    /* os.path.splitext: the last dot, unless there are only dots before it. */
    size_t first = start;
    while (first < end && path[first] == '.')
        first++;
    size_t dot = end;
    while (dot > first && path[dot - 1] != '.')
        dot--;
    line->module = (struct rl_span){path + start, (dot > first ? dot - 1 : end) - start};
}
