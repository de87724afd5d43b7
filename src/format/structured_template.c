/* What a style's members come to for one call site. */
#include "format/json.h"
#include "format/template_build.h"
#include "record/decode.h"
#include "record/record.h"

#include <stddef.h>

static void add_text(struct rl_template_builder *builder, const char *text, size_t length)
{
    rl_buffer_append(builder->text, text, length);
}

static void add_member(struct rl_template_builder *builder, enum rl_op_code code,
                       const struct rl_member *member)
{
    rl_template_add(builder, (struct rl_op){.code = (uint8_t)code, .as.member = member});
}

/* Lead and value, which are the same for each record of the site. */
static void add_constant(struct rl_template_builder *builder, const struct rl_member *member)
{
    const struct rl_structured structured = rl_line_format_structured(builder->format);
    rl_structured_append_member(&structured, member, builder->line, builder->text);
}

/* Names that may change between two records: their addresses stay. */
static bool may_change(const struct rl_member *member)
{
    return member->at == offsetof(struct rl_line, thread_name) ||
           member->at == offsetof(struct rl_line, process_name);
}

static void add_integer(struct rl_template_builder *builder, const struct rl_member *member)
{
    if (member->at != offsetof(struct rl_line, thread_id)) {
        add_constant(builder, member);
        return;
    }
    const size_t quote = member->kind == RL_MEMBER_NUMERAL;
    add_text(builder, member->lead, member->lead_length);
    add_text(builder, "\"", quote);
    rl_template_add_code(builder, RL_OP_THREAD);
    add_text(builder, "\"", quote);
}

static void add_time(struct rl_template_builder *builder, const struct rl_member *member)
{
    const size_t quote = !builder->format->preset->logfmt;
    add_text(builder, member->lead, member->lead_length);
    add_text(builder, "\"", quote);
    rl_template_add_code(builder, RL_OP_TIME);
    add_text(builder, "Z\"", 1 + quote);
}

/* ---- message ---- */

static uint8_t json_code(uint8_t code)
{
    if (code == RL_OP_STRING)
        return RL_OP_JSON_STRING;
    return code == RL_OP_GENERAL ? RL_OP_JSON_GENERAL : code;
}

/* The format's own text is no different in a string. */
static bool is_clean(const struct rl_program *program)
{
    return rl_json_is_clean(program->text, program->text_length);
}

/* The program laid out, between two ops that tell where it is: should an argument need escapes, the
 * message is made again, and as a whole, since what is UTF-8 shows there. */
static void add_program(struct rl_template_builder *builder, const struct rl_program *program)
{
    const char *text = program->text;
    rl_template_add_code(builder, RL_OP_MESSAGE);
    for (const struct rl_op *op = program->ops; op->code != RL_OP_END; op++) {
        struct rl_op added = *op;
        add_text(builder, text, op->literal_length);
        text += op->literal_length;
        added.code = json_code(op->code);
        rl_template_add(builder, added);
    }
    add_text(builder, text, program->ops[program->count - 1].literal_length);
    rl_template_add_code(builder, RL_OP_MESSAGE_END);
}

static void add_message(struct rl_template_builder *builder, const struct rl_member *member)
{
    const struct rl_program *program = builder->line->program;
    add_text(builder, member->lead, member->lead_length);
    if (!is_clean(program)) {
        add_member(builder, RL_OP_MEMBER, member);
        return;
    }
    add_text(builder, "\"", 1);
    if (program->count == 1) /* nothing but text */
        add_text(builder, program->text, program->text_length);
    else
        add_program(builder, program);
    add_text(builder, "\"", 1);
}

/* ---- arguments ---- */

static uint8_t argument_code(uint8_t field)
{
    switch (field) {
    case RINGLOG_FIELD_I32:
        return RL_OP_I32;
    case RINGLOG_FIELD_I64:
        return RL_OP_I64;
    case RINGLOG_FIELD_U32:
        return RL_OP_U32;
    case RINGLOG_FIELD_U64:
        return RL_OP_U64;
    case RINGLOG_FIELD_STRING:
        return RL_OP_JSON_TEXT;
    default:
        return RL_OP_JSON_VALUE;
    }
}

static void add_args(struct rl_template_builder *builder, const struct rl_member *member)
{
    const struct rl_record *record = builder->line->record;
    unsigned count = 0;
    const uint8_t *fields = NULL;
    if (record != NULL && rl_structured_has_arguments(record))
        fields = rl_site_codes(record->site, &count);
    if (count == 0)
        return;
    add_text(builder, member->lead, member->lead_length);
    add_text(builder, "[", 1);
    rl_template_add_code(builder, RL_OP_REWIND);
    for (unsigned i = 0; i < count; i++) {
        add_text(builder, ",", i != 0);
        rl_template_add(builder,
                        (struct rl_op){.code = argument_code(fields[i]), .field = fields[i]});
    }
    add_text(builder, "]", 1);
}

/* ---- members ---- */

static void add(struct rl_template_builder *builder, const struct rl_member *member)
{
    const bool json = !builder->format->preset->logfmt;
    switch ((enum rl_member_kind)member->kind) {
    case RL_MEMBER_TIME:
        add_time(builder, member);
        return;
    case RL_MEMBER_INTEGER:
    case RL_MEMBER_NUMERAL:
        add_integer(builder, member);
        return;
    case RL_MEMBER_MESSAGE:
        add_message(builder, member);
        return;
    case RL_MEMBER_ARGS:
        add_args(builder, member);
        return;
    case RL_MEMBER_FIELDS:
    case RL_MEMBER_EXCEPTION:
    case RL_MEMBER_STACK:
        add_member(builder, RL_OP_OPTIONAL, member);
        return;
    case RL_MEMBER_TEXT:
        if (may_change(member)) {
            add_text(builder, member->lead, member->lead_length);
            add_member(builder, json ? RL_OP_JSON_NAME : RL_OP_MEMBER, member);
            return;
        }
        break;
    default:
        break;
    }
    add_constant(builder, member);
}

void rl_template_add_members(struct rl_template_builder *builder)
{
    const struct rl_preset *preset = builder->format->preset;
    const bool placed = builder->line->pathname.length != 0;
    for (unsigned i = 0; i < preset->count; i++) {
        const struct rl_member *member = &preset->members[i];
        if (member->kind == RL_MEMBER_PLACE && !placed)
            while (preset->members[i].kind != RL_MEMBER_PLACE_END)
                i++;
        else
            add(builder, member);
    }
}
