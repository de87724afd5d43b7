/* What a compiled pattern is made of: shared by pattern.c, which builds it, pattern_render.c, which
 * runs it, and pattern_general.c, which has the ops that are not common. */
#ifndef RL_FORMAT_PATTERN_OPS_H
#define RL_FORMAT_PATTERN_OPS_H

#include "format/pattern.h"
#include "record/printf_spec.h"

#include <string.h>

enum rl_tag_kind {
    RL_TAG_NAME,    /* a struct rl_span of the line */
    RL_TAG_INTEGER, /* an int64_t of the line */
    RL_TAG_ASCTIME,
    RL_TAG_MESSAGE,
    RL_TAG_MSECS,
    RL_TAG_CREATED,
    RL_TAG_RELATIVE,
    RL_TAG_FIELD,  /* an extra field of the record */
    RL_TAG_FIELDS, /* all of them */
};

enum rl_pattern_code {
    RL_PATTERN_END,
    /* Without width and precision, or nearly so. */
    RL_PATTERN_NAME,    /* a width, if any, pads on the right */
    RL_PATTERN_DECIMAL, /* %d, %s */
    RL_PATTERN_ZEROS,   /* %03d and the like */
    RL_PATTERN_ASCTIME,
    RL_PATTERN_MESSAGE,
    /* Everything else, by kind. */
    RL_PATTERN_GENERAL,
};

/* Literal text, then a tag. */
struct rl_pattern_op {
    uint32_t literal_offset; /* in the pattern's text */
    uint32_t literal_length;
    struct rl_printf_spec spec;
    uint8_t code;    /* enum rl_pattern_code */
    uint8_t kind;    /* enum rl_tag_kind */
    uint16_t member; /* of NAME and INTEGER: where in struct rl_line; of FIELD: its name's length */
    uint32_t name_offset; /* of FIELD: in the pattern's text */
};

struct rl_pattern {
    struct rl_bytes defaults; /* of fields; owned */
    const char *text; /* behind the ops, in the same allocation, padded by a literal block */
    struct rl_pattern_op ops[]; /* the last one is RL_PATTERN_END */
};

/* Of an op of kind NAME. */
static inline const struct rl_span *rl_pattern_name(const struct rl_pattern_op *op,
                                                    const struct rl_line *line)
{
    return (const struct rl_span *)(const void *)((const char *)line + op->member);
}

/* Milliseconds within the second, also before 1970. */
static inline int64_t rl_line_msecs(const struct rl_line *line)
{
    const int64_t within = line->wall_ns % INT64_C(1000000000);
    return (within < 0 ? within + INT64_C(1000000000) : within) / 1000000;
}

/* Of an op of kind INTEGER or MSECS. */
static inline int64_t rl_pattern_integer(const struct rl_pattern_op *op, const struct rl_line *line)
{
    int64_t value;
    if (op->kind == RL_TAG_MSECS)
        return rl_line_msecs(line);
    memcpy(&value, (const char *)line + op->member, sizeof value);
    return value;
}

/* Appends what an op shows, whatever its code. false: a field is missing. */
bool rl_pattern_append_general(const struct rl_pattern *pattern, const struct rl_pattern_op *op,
                               struct rl_time_text *time_text, const struct rl_line *line,
                               struct rl_buffer *out);

#endif
