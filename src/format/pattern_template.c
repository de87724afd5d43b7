/* What a line pattern comes to for one call site. */
#include "format/pattern_ops.h"
#include "format/template_build.h"

#include <stddef.h>

static void add_tag(struct rl_template_builder *builder, enum rl_op_code code,
                    const struct rl_pattern_op *tag)
{
    rl_template_add(builder, (struct rl_op){.code = (uint8_t)code, .as.tag = tag});
}

/* Shows for each record of the site what it shows now. */
static void add_constant(struct rl_template_builder *builder, const struct rl_pattern_op *tag)
{
    struct rl_line line = *builder->line;
    line.raw |= builder->format->raw;
    rl_pattern_append_general(builder->format->pattern, tag, &builder->format->time_text, &line,
                              builder->text);
}

static void add_message(struct rl_template_builder *builder)
{
    const struct rl_program *program = builder->line->program;
    const char *text = program->text;
    for (const struct rl_op *op = program->ops;; op++) {
        rl_buffer_append(builder->text, text, op->literal_length);
        text += op->literal_length;
        if (op->code == RL_OP_END)
            return;
        rl_template_add(builder, *op);
    }
}

/* Names that may change between two records: their addresses stay. */
static bool may_change(const struct rl_pattern_op *tag)
{
    return tag->member == offsetof(struct rl_line, thread_name) ||
           tag->member == offsetof(struct rl_line, process_name);
}

static void add(struct rl_template_builder *builder, const struct rl_pattern_op *tag)
{
    switch ((enum rl_tag_kind)tag->kind) {
    case RL_TAG_NAME:
        if (!may_change(tag))
            add_constant(builder, tag);
        else
            add_tag(builder, tag->code == RL_PATTERN_NAME ? RL_OP_NAME : RL_OP_TAG, tag);
        return;
    case RL_TAG_INTEGER:
        if (tag->member != offsetof(struct rl_line, thread_id))
            add_constant(builder, tag);
        else
            add_tag(builder, tag->code == RL_PATTERN_DECIMAL ? RL_OP_THREAD : RL_OP_TAG, tag);
        return;
    case RL_TAG_ASCTIME:
        add_tag(builder, tag->code == RL_PATTERN_ASCTIME ? RL_OP_ASCTIME : RL_OP_TAG, tag);
        return;
    case RL_TAG_MESSAGE:
        if (tag->code == RL_PATTERN_MESSAGE)
            add_message(builder);
        else
            add_tag(builder, RL_OP_TAG, tag);
        return;
    default:
        add_tag(builder, RL_OP_TAG, tag);
        return;
    }
}

void rl_template_add_pattern(struct rl_template_builder *builder)
{
    const struct rl_pattern *pattern = builder->format->pattern;
    for (const struct rl_pattern_op *op = pattern->ops;; op++) {
        rl_buffer_append(builder->text, pattern->text + op->literal_offset, op->literal_length);
        if (op->code == RL_PATTERN_END)
            return;
        add(builder, op);
    }
}
