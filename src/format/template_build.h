/* Making a template: shared by template.c and what lays out the lines of patterns
 * (pattern_template.c) and of styles (structured_template.c). */
#ifndef RL_FORMAT_TEMPLATE_BUILD_H
#define RL_FORMAT_TEMPLATE_BUILD_H

#include "format/line_format.h"
#include "format/program_ops.h"

/* Literals run up in `text` until an op takes what has come since the last one. */
struct rl_template_builder {
    struct rl_buffer *ops, *text;
    struct rl_line_format *format;
    const struct rl_line *line; /* whose constant parts become text */
    size_t room;                /* of ops */
    size_t literal_start;
};

/* Takes the literal, too. */
void rl_template_add(struct rl_template_builder *builder, struct rl_op op);
void rl_template_add_code(struct rl_template_builder *builder, enum rl_op_code code);

/* All but the last op. */
void rl_template_add_pattern(struct rl_template_builder *builder);
void rl_template_add_members(struct rl_template_builder *builder);

#endif
