#include "format/program.h"

#include "format/copy.h"
#include "format/directive.h"
#include "format/escape.h"
#include "format/integer.h"
#include "format/program_ops.h"
#include "format/real.h"
#include "record/fields.h"

/* A rendering under way. `to` runs ahead of out->length, which is set before anything else
 * appends to the buffer. */
struct run {
    const struct rl_program *program;
    struct rl_buffer *out;
    struct rl_fields fields;
    bool raw;
};

/* Settles what has been written, and makes room for `bytes` on top of the program's. NULL: no
 * memory (and the buffer says so). */
static inline char *settle(struct run *run, char *to, size_t bytes)
{
    run->out->length = (size_t)(to - run->out->data);
    return rl_buffer_reserve(run->out, run->program->room + bytes);
}

/* A star's argument: C11 7.21.6.1p5. */
static bool read_width(struct run *run, const struct rl_op *op, struct rl_printf_spec *spec)
{
    struct rl_value value;
    spec->width = RL_PRINTF_NONE;
    if (op->width_field == 0)
        return true;
    if (!rl_fields_next(&run->fields, op->width_field, &value))
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

static bool read_precision(struct run *run, const struct rl_op *op, struct rl_printf_spec *spec)
{
    struct rl_value value;
    spec->precision = RL_PRINTF_NONE;
    if (op->precision_field == 0)
        return true;
    if (!rl_fields_next(&run->fields, op->precision_field, &value))
        return false;
    if (rl_value_is_integer(&value) && (int32_t)value.as.bits >= 0)
        spec->precision = (int32_t)value.as.bits;
    return true;
}

/* Appends to the settled buffer; false if the record ends too early. */
static bool render_general(struct run *run, const struct rl_op *op)
{
    struct rl_printf_spec spec = op->spec;
    struct rl_value value;
    if (spec.width == RL_PRINTF_STAR && !read_width(run, op, &spec))
        return false;
    if (spec.precision == RL_PRINTF_STAR && !read_precision(run, op, &spec))
        return false;
    if (op->value_field == 0) {
        rl_buffer_append(run->out, RL_PROGRAM_MISSING, sizeof RL_PROGRAM_MISSING - 1);
        return true;
    }
    if (!rl_fields_next(&run->fields, op->value_field, &value))
        return false;
    rl_directive_append(run->out, &spec, &value, run->raw);
    return true;
}

/* A plain %s. Clean ASCII, not cut and not NULL is copied here; the rest takes the general way,
 * in a settled buffer. Returns where to go on, or NULL: then *cut says whether the record or the
 * memory came to an end. */
static char *render_string(struct run *run, const struct rl_op *op, char *to, bool *cut)
{
    const unsigned char *at = run->fields.at;
    size_t left = (size_t)(run->fields.end - at);
    uint32_t length = left < 4 ? RINGLOG_STRING_NULL : rl_load_u32(at);
    if (length <= RINGLOG_STRING_LENGTH && length <= left - 4) {
        const char *text = (const char *)at + 4;
        to = settle(run, to, length);
        if (to == NULL)
            return NULL;
        if (run->raw || rl_escape_copy_clean(to, text, length) == length) {
            if (run->raw)
                memcpy(to, text, length);
            run->fields.at += 4 + (size_t)length;
            return to + length;
        }
    } else {
        to = settle(run, to, 0);
        if (to == NULL)
            return NULL;
    }
    *cut = !render_general(run, op);
    return *cut ? NULL : rl_buffer_reserve(run->out, run->program->room);
}

static inline bool has(const struct run *run, size_t bytes)
{
    return (size_t)(run->fields.end - run->fields.at) >= bytes;
}

/* What is not on the straight way: strings, everything general, and ends. NULL: stop. */
static char *render_other(struct run *run, const struct rl_op *op, char *to, bool *cut)
{
    if (op->code == RL_OP_STRING)
        return render_string(run, op, to, cut);
    if (settle(run, to, 0) == NULL)
        return NULL;
    *cut = !render_general(run, op);
    return *cut ? NULL : rl_buffer_reserve(run->out, run->program->room);
}

static void append_cut(struct run *run)
{
    rl_buffer_append(run->out, RL_PROGRAM_CUT, sizeof RL_PROGRAM_CUT - 1);
}

void rl_program_render(const struct rl_program *program, const unsigned char *args,
                       size_t args_bytes, bool raw, struct rl_buffer *out)
{
    if (args == NULL)
        args = (const unsigned char *)""; /* C has no NULL + 0 */
    struct run run = {.program = program,
                      .out = out,
                      .fields = {args, args + args_bytes},
                      .raw = raw || program->raw};
    char *to = rl_buffer_reserve(out, program->room);
    if (to == NULL)
        return;
    for (const struct rl_op *op = program->ops;; op++) {
        const unsigned char *at = run.fields.at;
        to = rl_copy_literal(to, program->text + op->literal_offset, op->literal_length);
        switch (op->code) {
        case RL_OP_END:
            out->length = (size_t)(to - out->data);
            return;
        case RL_OP_I32:
            if (!has(&run, 4))
                goto cut;
            to = rl_write_signed(to, (int32_t)rl_load_u32(at));
            run.fields.at += 4;
            continue;
        case RL_OP_U32:
            if (!has(&run, 4))
                goto cut;
            to = rl_write_decimal(to, rl_load_u32(at));
            run.fields.at += 4;
            continue;
        case RL_OP_HEX32:
            if (!has(&run, 4))
                goto cut;
            to = rl_write_hex(to, rl_load_u32(at));
            run.fields.at += 4;
            continue;
        case RL_OP_I64:
            if (!has(&run, 8))
                goto cut;
            to = rl_write_signed(to, (int64_t)rl_load_u64(at));
            run.fields.at += 8;
            continue;
        case RL_OP_U64:
            if (!has(&run, 8))
                goto cut;
            to = rl_write_decimal(to, rl_load_u64(at));
            run.fields.at += 8;
            continue;
        case RL_OP_HEX64:
            if (!has(&run, 8))
                goto cut;
            to = rl_write_hex(to, rl_load_u64(at));
            run.fields.at += 8;
            continue;
        case RL_OP_FIXED: {
            if (!has(&run, 8))
                goto cut;
            char *end = rl_real_write_fixed(to, rl_load_f64(at), (unsigned)op->spec.precision);
            if (end != NULL) {
                to = end;
                run.fields.at += 8;
                continue;
            }
            break; /* infinities, NaNs, and what is too large */
        }
        default:
            break;
        }
        bool record_ended = false;
        to = render_other(&run, op, to, &record_ended);
        if (to == NULL && record_ended)
            append_cut(&run);
        if (to == NULL)
            return;
        continue;
    cut:
        out->length = (size_t)(to - out->data);
        append_cut(&run);
        return;
    }
}
