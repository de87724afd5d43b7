/* What a compiled pattern is made of: shared by pattern.c, which builds it, and
 * pattern_render.c, which runs it. */
#ifndef RL_FORMAT_PATTERN_OPS_H
#define RL_FORMAT_PATTERN_OPS_H

#include "format/pattern.h"
#include "record/printf_spec.h"

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

#endif
