#include "format/run.h"

#include "format/directive.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/pattern_ops.h"
#include "record/fields.h"
#include "record/record.h"

#define ALWAYS_INLINE __attribute__((always_inline)) static inline
#define NEVER_INLINE  __attribute__((noinline)) static

/* ---- ops that are run out of line: appended to a buffer whose length is set ---- */

enum end {
    WHOLE,
    CUT,     /* the record's bytes end before its fields do */
    LACKING, /* a field that the pattern names is missing, or does not fit */
    NO_MEMORY,
};

/* Such an op, and what of the run it may change. */
struct general {
    const struct rl_program *program;
    const struct rl_line *line; /* NULL: the run is a message's */
    struct rl_line_format *format;
    struct rl_buffer *out;
    bool raw;
    const struct rl_op *op;
    const char *text;
    struct rl_fields args;
    size_t message; /* where in the buffer a JSON message begins */
};

/* A star's argument: C11 7.21.6.1p5. */
static bool read_width(struct rl_fields *args, const struct rl_directive *directive,
                       struct rl_printf_spec *spec)
{
    struct rl_value value;
    spec->width = RL_PRINTF_NONE;
    if (directive->width_field == 0)
        return true;
    if (!rl_fields_next(args, directive->width_field, &value))
        return false;
    if (!rl_value_is_integer(&value))
        return true;
    int64_t width = (int32_t)value.as.bits;
    if (width < 0)
        spec->flags |= RL_PRINTF_MINUS;
    width = width < 0 ? -width : width;
    spec->width = width > INT32_MAX ? INT32_MAX : (int32_t)width;
    return true;
}

static bool read_precision(struct rl_fields *args, const struct rl_directive *directive,
                           struct rl_printf_spec *spec)
{
    struct rl_value value;
    spec->precision = RL_PRINTF_NONE;
    if (directive->precision_field == 0)
        return true;
    if (!rl_fields_next(args, directive->precision_field, &value))
        return false;
    if (rl_value_is_integer(&value) && (int32_t)value.as.bits >= 0)
        spec->precision = (int32_t)value.as.bits;
    return true;
}

/* false: the record ends too early. */
static bool append_directive(struct general *run)
{
    const struct rl_directive *directive = run->op->as.directive;
    struct rl_printf_spec spec = directive->spec;
    struct rl_value value;
    if (spec.width == RL_PRINTF_STAR && !read_width(&run->args, directive, &spec))
        return false;
    if (spec.precision == RL_PRINTF_STAR && !read_precision(&run->args, directive, &spec))
        return false;
    if (directive->value_field == 0) {
        rl_buffer_append(run->out, RL_PROGRAM_MISSING, sizeof RL_PROGRAM_MISSING - 1);
        return true;
    }
    if (!rl_fields_next(&run->args, directive->value_field, &value))
        return false;
    rl_directive_append(run->out, &spec, &value, run->raw);
    return true;
}

/* false: as rl_pattern_append_general(). */
static bool append_tag(const struct general *run)
{
    struct rl_line_format *format = run->format;
    const struct rl_pattern_op *tag = run->op->as.tag;
    if (!format->raw || run->line->raw)
        return rl_pattern_append_general(format->pattern, tag, &format->time_text, run->line,
                                         run->out);
    struct rl_line raw = *run->line;
    raw.raw = true;
    return rl_pattern_append_general(format->pattern, tag, &format->time_text, &raw, run->out);
}

/* false: the record ends too early. */
static bool append_json_value(struct general *run, uint8_t field)
{
    struct rl_value value;
    if (!rl_fields_next(&run->args, field, &value))
        return false;
    rl_json_append_value(run->out, &value);
    return true;
}

/* An argument in a JSON message has bytes that cannot stay as they are. What is UTF-8 shows only in
 * the message as a whole, which is rendered again. */
static void redo_message(struct general *run)
{
    const struct rl_structured structured = rl_line_format_structured(run->format);
    run->out->length = run->message;
    rl_structured_append_message(&structured, run->line, run->out);
    while (run->op->code != RL_OP_MESSAGE_END) {
        run->op++;
        run->text += run->op->literal_length;
    }
}

/* false: the record ends too early. */
static bool append_in_message(struct general *run)
{
    const size_t start = run->out->length;
    if (!append_directive(run))
        return false;
    if (!rl_json_is_clean(run->out->data + start, run->out->length - start))
        redo_message(run);
    return true;
}

static enum end append_op(struct general *run)
{
    switch ((enum rl_op_code)run->op->code) {
    case RL_OP_NAME:
    case RL_OP_TAG:
        return append_tag(run) ? WHOLE : LACKING;
    case RL_OP_JSON_STRING:
        redo_message(run);
        return WHOLE;
    case RL_OP_JSON_GENERAL:
        return append_in_message(run) ? WHOLE : CUT;
    case RL_OP_JSON_TEXT:
    case RL_OP_JSON_VALUE:
        return append_json_value(run, run->op->field) ? WHOLE : CUT;
    case RL_OP_JSON_NAME:
    case RL_OP_MEMBER: {
        const struct rl_structured structured = rl_line_format_structured(run->format);
        rl_structured_append_value(&structured, run->op->as.member, run->line, run->out);
        return WHOLE;
    }
    case RL_OP_OPTIONAL: {
        const struct rl_structured structured = rl_line_format_structured(run->format);
        rl_structured_append_optional(&structured, run->op->as.member, run->line->record, run->out);
        return WHOLE;
    }
    default:
        return append_directive(run) ? WHOLE : CUT;
    }
}

NEVER_INLINE enum end run_general(struct general *run)
{
    const enum end end = append_op(run);
    if (end != WHOLE)
        return end;
    return rl_buffer_reserve(run->out, run->program->room) == NULL ? NO_MEMORY : WHOLE;
}

/* ---- room: `to` runs ahead of out->length, which is set before anything else appends ---- */

/* Where a run writes, and up to where it may, so that what the rest of the program needs is left.
 */
struct tail {
    char *to;
    char *limit;
};

ALWAYS_INLINE struct tail tail_of(const struct rl_buffer *out, size_t room)
{
    return (struct tail){out->data + out->length, out->data + out->capacity - room};
}

/* Makes sure of `bytes` beside the room. NULL as `to`: no memory, and the buffer says so. */
NEVER_INLINE struct tail grow(struct rl_buffer *out, char *to, size_t bytes, size_t room)
{
    out->length = (size_t)(to - out->data);
    return rl_buffer_grow(out, bytes + room) == NULL ? (struct tail){NULL, NULL}
                                                     : tail_of(out, room);
}

/* Inlined, so that `tail` stays in registers. */
ALWAYS_INLINE bool ensure(struct rl_buffer *out, struct tail *tail, size_t bytes, size_t room)
{
    /* What was written of the room may lie beyond the limit. */
    if (__builtin_expect(tail->limit - tail->to >= (ptrdiff_t)bytes, 1))
        return true;
    *tail = grow(out, tail->to, bytes, room);
    return tail->to != NULL;
}

/* ---- the run ---- */

/* A field that is a string, not cut and not NULL. */
ALWAYS_INLINE bool is_plain_string(const unsigned char *at, const unsigned char *end)
{
    const size_t left = (size_t)(end - at);
    return left >= 4 && rl_load_u32(at) <= RINGLOG_STRING_LENGTH && rl_load_u32(at) <= left - 4;
}

ALWAYS_INLINE char *write_thread(char *to, struct rl_thread_text *texts, int64_t id)
{
    struct rl_thread_text *text = &texts[(uint64_t)id % RL_THREAD_TEXTS];
    if (__builtin_expect(text->id != id || text->length == 0, 0)) {
        text->id = id;
        text->length = (uint64_t)(rl_write_signed(text->text, id) - text->text);
    }
    memcpy(to, text->text, sizeof text->text);
    return to + text->length;
}

/* Whether the record surely has no such member. */
static bool lacks(const struct rl_buffer *defaults, const struct rl_member *member,
                  const struct rl_record *record)
{
    if (record == NULL)
        return member->kind != RL_MEMBER_FIELDS || defaults->length == 0;
    if (member->kind == RL_MEMBER_EXCEPTION)
        return record->exception_length == 0;
    if (member->kind == RL_MEMBER_STACK)
        return record->stack_length == 0;
    size_t bytes = defaults->length;
    for (unsigned i = 0; i < RL_EXTRA_SOURCES; i++)
        bytes += record->extra[i].length;
    return bytes == 0 && (record->site->flags & RINGLOG_SITE_KEYS_) == 0;
}

/* An integer of so many bytes, or the end of the record. */
#define NEED(bytes)                                                                                \
    if (__builtin_expect((size_t)(end - at) < (bytes), 0)) {                                       \
        out->length = (size_t)(tail.to - out->data);                                               \
        return CUT;                                                                                \
    }                                                                                              \
    at += (bytes)

/* An op that messages alone do not have. */
#define OF_LINES                                                                                   \
    if (line == NULL)                                                                              \
    __builtin_unreachable()

/* Appends to `out`. Of what is not whole, the beginning is there. Made twice: of lines, and of
 * messages, which have no ops of lines. */
ALWAYS_INLINE enum end run(const struct rl_program *program, const unsigned char *at,
                           const unsigned char *end, bool raw, const struct rl_line *line,
                           struct rl_line_format *format, struct rl_buffer *out)
{
    const unsigned char *const begin = at;
    const char *text = program->text;
    size_t message = 0;
    /* The room is more than nothing: where it is, there is a buffer. */
    if (__builtin_expect(out->capacity - out->length < program->room, 0) &&
        rl_buffer_grow(out, program->room) == NULL)
        return NO_MEMORY;
    struct tail tail = tail_of(out, program->room);
    for (const struct rl_op *op = program->ops;; op++) {
        const size_t literal_length = op->literal_length;
        const enum rl_op_code code = (enum rl_op_code)op->code;
        tail.to = rl_copy_literal(tail.to, text, literal_length);
        text += literal_length;
        switch (code) {
        case RL_OP_END:
            out->length = (size_t)(tail.to - out->data);
            return WHOLE;
        case RL_OP_I32:
            NEED(4);
            tail.to = rl_write_signed(tail.to, (int32_t)rl_load_u32(at - 4));
            continue;
        case RL_OP_U32:
            NEED(4);
            tail.to = rl_write_decimal(tail.to, rl_load_u32(at - 4));
            continue;
        case RL_OP_HEX32:
            NEED(4);
            tail.to = rl_write_hex(tail.to, rl_load_u32(at - 4));
            continue;
        case RL_OP_I64:
            NEED(8);
            tail.to = rl_write_signed(tail.to, (int64_t)rl_load_u64(at - 8));
            continue;
        case RL_OP_U64:
            NEED(8);
            tail.to = rl_write_decimal(tail.to, rl_load_u64(at - 8));
            continue;
        case RL_OP_HEX64:
            NEED(8);
            tail.to = rl_write_hex(tail.to, rl_load_u64(at - 8));
            continue;
        case RL_OP_FIXED: {
            NEED(8);
            char *to = rl_real_write_fixed(tail.to, rl_load_f64(at - 8), op->precision);
            if (__builtin_expect(to != NULL, 1)) {
                tail.to = to;
                continue;
            }
            at -= 8; /* infinities, NaNs, and what is too large */
            break;
        }
        case RL_OP_STRING: {
            if (!is_plain_string(at, end))
                break;
            const size_t length = rl_load_u32(at);
            const char *string = (const char *)at + 4;
            if (!ensure(out, &tail, length, program->room))
                return NO_MEMORY;
            if (raw)
                memcpy(tail.to, string, length);
            else if (rl_escape_copy_clean(tail.to, string, length) != length)
                break;
            tail.to += length;
            at += 4 + length;
            continue;
        }
        case RL_OP_GENERAL:
            break;

        case RL_OP_ASCTIME: {
            OF_LINES;
            const struct rl_buffer *time = rl_time_text_at(&format->time_text, line->wall_ns);
            _Static_assert(RL_TIME_TEXT_SLACK >= RL_LITERAL_BLOCK, "times are copied in blocks");
            if (!ensure(out, &tail, time->length, program->room))
                return NO_MEMORY;
            tail.to = rl_copy_literal(tail.to, time->data, time->length);
            continue;
        }
        case RL_OP_THREAD:
            OF_LINES;
            tail.to = write_thread(tail.to, format->templates.threads, line->thread_id);
            continue;
        case RL_OP_NAME: {
            OF_LINES;
            const struct rl_pattern_op *tag = op->as.tag;
            const struct rl_span *name = rl_pattern_name(tag, line);
            size_t blanks = tag->spec.width > 0 ? rl_padding_needed(&tag->spec, name->length) : 0;
            if (!ensure(out, &tail, name->length + blanks, program->room))
                return NO_MEMORY;
            if (rl_escape_copy_clean(tail.to, name->bytes, name->length) != name->length)
                break;
            tail.to += name->length;
            for (; blanks > 0; blanks--)
                *tail.to++ = ' ';
            continue;
        }
        case RL_OP_TAG:
            OF_LINES;
            break;

        case RL_OP_TIME: {
            OF_LINES;
            const struct rl_buffer *second = rl_time_text_at(&format->time_text, line->wall_ns);
            if (!ensure(out, &tail, second->length + 1 + 9 + RL_FRACTION_SLACK, program->room))
                return NO_MEMORY;
            tail.to = rl_copy_literal(tail.to, second->data, second->length);
            *tail.to++ = '.';
            const uint64_t within_ns =
                (uint64_t)line->wall_ns - (uint64_t)format->time_text.second_ns;
            tail.to = rl_write_fraction(tail.to, within_ns, 9);
            continue;
        }
        case RL_OP_MESSAGE:
            OF_LINES;
            message = (size_t)(tail.to - out->data);
            continue;
        case RL_OP_JSON_STRING: {
            OF_LINES;
            if (!is_plain_string(at, end))
                break;
            const size_t length = rl_load_u32(at);
            if (!ensure(out, &tail, length, program->room))
                return NO_MEMORY;
            if (rl_json_copy_clean(tail.to, (const char *)at + 4, length) != length)
                break;
            tail.to += length;
            at += 4 + length;
            continue;
        }
        case RL_OP_MESSAGE_END:
            OF_LINES;
            continue;
        case RL_OP_REWIND:
            OF_LINES;
            at = begin;
            continue;
        case RL_OP_JSON_NAME: {
            OF_LINES;
            const struct rl_span *name = rl_member_text(op->as.member, line);
            if (!ensure(out, &tail, name->length + 2, program->room))
                return NO_MEMORY;
            if (rl_json_copy_clean(tail.to + 1, name->bytes, name->length) != name->length)
                break;
            tail.to[0] = tail.to[name->length + 1] = '"';
            tail.to += name->length + 2;
            continue;
        }
        case RL_OP_JSON_TEXT: {
            OF_LINES;
            if (!is_plain_string(at, end))
                break;
            const size_t length = rl_load_u32(at);
            if (!ensure(out, &tail, length + 2, program->room))
                return NO_MEMORY;
            if (rl_json_copy_clean(tail.to + 1, (const char *)at + 4, length) != length)
                break;
            tail.to[0] = tail.to[length + 1] = '"';
            tail.to += length + 2;
            at += 4 + length;
            continue;
        }
        case RL_OP_OPTIONAL:
            OF_LINES;
            if (lacks(&format->defaults, op->as.member, line->record))
                continue;
            break;
        case RL_OP_JSON_GENERAL:
        case RL_OP_JSON_VALUE:
        case RL_OP_MEMBER:
            OF_LINES;
            break;
        default:
            __builtin_unreachable();
        }
        out->length = (size_t)(tail.to - out->data);
        struct general general = {.program = program,
                                  .line = line,
                                  .format = format,
                                  .out = out,
                                  .raw = raw,
                                  .op = op,
                                  .text = text,
                                  .args = {at, end},
                                  .message = message};
        const enum end ended = run_general(&general);
        if (ended != WHOLE)
            return ended;
        op = general.op;
        text = general.text;
        at = general.args.at;
        tail = tail_of(out, program->room);
    }
}

/* Nothing but NULL as `at` has no bytes: C has no NULL + 0. */
ALWAYS_INLINE const unsigned char *end_of(const unsigned char *at, size_t bytes)
{
    return (const unsigned char *)((uintptr_t)at + bytes);
}

bool rl_run_line(const struct rl_program *program, const struct rl_line *line,
                 struct rl_line_format *format, struct rl_buffer *out, struct rl_span *field)
{
    const size_t start = out->length;
    const enum end end = run(program, line->args, end_of(line->args, line->args_bytes),
                             program->raw, line, format, out);
    if (__builtin_expect(end == WHOLE || end == NO_MEMORY, 1))
        return true;
    out->length = start;
    return rl_line_format_render_once(format, line, out, field);
}

void rl_program_render(const struct rl_program *program, const unsigned char *args,
                       size_t args_bytes, bool raw, struct rl_buffer *out)
{
    if (run(program, args, end_of(args, args_bytes), raw || program->raw, NULL, NULL, out) == CUT)
        rl_buffer_append(out, RL_PROGRAM_CUT, sizeof RL_PROGRAM_CUT - 1);
}
