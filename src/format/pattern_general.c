/* Tags under any conversion, flags, width and precision: slower than what pattern_render.c does for
 * the common ones. */
#include "base/utf8.h"
#include "format/escape.h"
#include "format/integer.h"
#include "format/pattern_ops.h"
#include "format/real.h"
#include "format/value.h"

#include <string.h>

static double real_of(const struct rl_pattern_op *op, const struct rl_line *line)
{
    switch (op->kind) {
    case RL_TAG_CREATED:
        return (double)line->wall_ns / 1e9;
    case RL_TAG_RELATIVE: {
        int64_t since;
        if (__builtin_sub_overflow(line->wall_ns, line->start_ns, &since))
            return ((double)line->wall_ns - (double)line->start_ns) / 1e6;
        return (double)since / 1e6;
    }
    default:
        return (double)rl_pattern_integer(op, line);
    }
}

/* Text under any flags, width and precision, which count characters. */
static void append_text(struct rl_buffer *out, const struct rl_printf_spec *spec, const char *bytes,
                        size_t length, bool raw)
{
    if (spec->precision >= 0)
        length = rl_utf8_prefix(bytes, length, (size_t)spec->precision);
    size_t blanks = rl_padding_needed(spec, rl_utf8_count(bytes, length));
    bool left = spec->flags & RL_PRINTF_MINUS;
    if (!left)
        rl_padding_append(out, ' ', blanks);
    if (raw)
        rl_buffer_append(out, bytes, length);
    else
        rl_escape_append(out, bytes, length);
    if (left)
        rl_padding_append(out, ' ', blanks);
}

/* Python's % operator on an integer. Unlike C it knows signs in every base, 0o and 0x of zero
 * too, and the flag 0 beside a precision. */
static void append_magnitude(struct rl_buffer *out, const struct rl_printf_spec *spec,
                             bool negative, uint64_t magnitude)
{
    char prefix[3], digits[RL_DECIMAL_MAX + 2];
    char *sign_end = prefix, *end;
    if (negative)
        *sign_end++ = '-';
    else if (spec->flags & RL_PRINTF_PLUS)
        *sign_end++ = '+';
    else if (spec->flags & RL_PRINTF_SPACE)
        *sign_end++ = ' ';
    bool octal = spec->conversion == 'o', hex = (spec->conversion | 0x20) == 'x';
    if (octal || hex)
        end = rl_write_power_base(digits, magnitude, octal ? 3 : 4, spec->conversion == 'X');
    else
        end = rl_write_decimal(digits, magnitude);
    if ((spec->flags & RL_PRINTF_ALTERNATE) && (octal || hex)) {
        *sign_end++ = '0';
        *sign_end++ = spec->conversion;
    }
    struct rl_number number = {.prefix = prefix,
                               .prefix_length = (size_t)(sign_end - prefix),
                               .body = digits,
                               .body_length = (size_t)(end - digits),
                               .zeros_allowed = true};
    if (spec->precision > 0 && (size_t)spec->precision > number.body_length)
        number.zeros = (size_t)spec->precision - number.body_length;
    rl_number_append(out, spec, &number);
}

static void append_integer(struct rl_buffer *out, const struct rl_printf_spec *spec, int64_t value)
{
    append_magnitude(out, spec, value < 0, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* Gives what stands behind `start` the width and precision of %s: for text whose length is only
 * known once it is rendered. */
static void shape_tail(struct rl_buffer *out, size_t start, const struct rl_printf_spec *spec)
{
    size_t length = out->length - start;
    if (length == 0 && spec->width <= 0)
        return;
    if (spec->precision >= 0 && length > 0)
        length = rl_utf8_prefix(out->data + start, length, (size_t)spec->precision);
    size_t characters = length > 0 ? rl_utf8_count(out->data + start, length) : 0;
    size_t blanks = rl_padding_needed(spec, characters), end = start + length;
    out->length = end;
    rl_padding_append(out, ' ', blanks);
    if (!(spec->flags & RL_PRINTF_MINUS) && out->length != end) {
        memmove(out->data + start + blanks, out->data + start, length);
        memset(out->data + start, ' ', blanks);
    }
}

/* %s of a number: its plain text, then treated as text. */
static void append_number_as_text(struct rl_buffer *out, const struct rl_pattern_op *op,
                                  const struct rl_line *line)
{
    static const struct rl_printf_spec plain = {
        .width = RL_PRINTF_NONE, .precision = RL_PRINTF_NONE, .conversion = 'f'};
    size_t start = out->length;
    if (op->kind == RL_TAG_CREATED || op->kind == RL_TAG_RELATIVE)
        rl_double_append(out, &plain, real_of(op, line));
    else
        append_integer(out, &plain, rl_pattern_integer(op, line));
    shape_tail(out, start, &op->spec);
}

static void append_number(struct rl_buffer *out, const struct rl_pattern_op *op,
                          const struct rl_line *line)
{
    switch (op->spec.conversion) {
    case 's':
        append_number_as_text(out, op, line);
        return;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        rl_double_append(out, &op->spec, real_of(op, line));
        return;
    default:
        if (op->kind == RL_TAG_CREATED || op->kind == RL_TAG_RELATIVE)
            append_integer(out, &op->spec, (int64_t)real_of(op, line));
        else
            append_integer(out, &op->spec, rl_pattern_integer(op, line));
        return;
    }
}

/* ---- extra fields ---- */

static bool find_field(const struct rl_pattern *pattern, const struct rl_pattern_op *op,
                       const struct rl_line *line, struct rl_value *value)
{
    const char *name = pattern->text + op->name_offset;
    return (line->record != NULL && rl_record_extra(line->record, name, op->member, value)) ||
           rl_extra_find(pattern->defaults, name, op->member, value);
}

static void append_field_text(struct rl_buffer *out, const struct rl_printf_spec *spec,
                              const struct rl_value *value, bool raw)
{
    if (value->field == RINGLOG_FIELD_STRING && value->as.text.bytes != NULL &&
        !value->as.text.truncated) {
        append_text(out, spec, value->as.text.bytes, value->as.text.length, raw);
        return;
    }
    const size_t start = out->length;
    rl_value_append(out, value, raw);
    shape_tail(out, start, spec);
}

static bool is_unsigned(uint8_t field)
{
    return field == RINGLOG_FIELD_U32 || field == RINGLOG_FIELD_U64 ||
           field == RINGLOG_FIELD_POINTER;
}

static double real_value(const struct rl_value *value)
{
    if (value->field == RINGLOG_FIELD_F64)
        return value->as.real;
    if (value->field == RINGLOG_FIELD_F80)
        return (double)value->as.long_real;
    return is_unsigned(value->field) ? (double)value->as.bits : (double)(int64_t)value->as.bits;
}

/* false: a number of that kind it is not, or has no integer part that fits. */
static bool append_field_integer(struct rl_buffer *out, const struct rl_printf_spec *spec,
                                 const struct rl_value *value)
{
    if (rl_value_is_real(value)) {
        const double real = real_value(value);
        if (!(real > -0x1p63 && real < 0x1p63))
            return false;
        append_integer(out, spec, (int64_t)real);
        return true;
    }
    if (is_unsigned(value->field))
        append_magnitude(out, spec, false, value->as.bits);
    else
        append_integer(out, spec, (int64_t)value->as.bits);
    return true;
}

/* false: the record has no such field, or none that fits. */
static bool append_field(struct rl_buffer *out, const struct rl_pattern *pattern,
                         const struct rl_pattern_op *op, const struct rl_line *line)
{
    struct rl_value value;
    if (!find_field(pattern, op, line, &value))
        return line->fields_optional;
    if (op->spec.conversion == 's') {
        append_field_text(out, &op->spec, &value, line->raw);
        return true;
    }
    if (rl_field_is_text(value.field))
        return false;
    if (strchr("eEfFgG", op->spec.conversion) == NULL)
        return append_field_integer(out, &op->spec, &value);
    rl_double_append(out, &op->spec, real_value(&value));
    return true;
}

static void append_fields(struct rl_buffer *out, const struct rl_printf_spec *spec,
                          const struct rl_line *line)
{
    if (line->record == NULL)
        return;
    const size_t start = out->length;
    struct rl_extras extras = rl_record_extras(line->record);
    struct rl_extra extra;
    while (rl_extras_next(&extras, &extra)) {
        rl_buffer_append_char(out, ' ');
        rl_value_append_pair(out, &extra, line->raw);
    }
    shape_tail(out, start, spec);
}

/* ---- by kind ---- */

static void append_shaped_message(struct rl_buffer *out, const struct rl_printf_spec *spec,
                                  const struct rl_line *line)
{
    if (line->program == NULL) {
        append_text(out, spec, line->message.bytes, line->message.length,
                    line->raw || line->message_escaped);
        return;
    }
    size_t start = out->length;
    rl_line_append_message(line, out);
    shape_tail(out, start, spec);
}

bool rl_pattern_append_general(const struct rl_pattern *pattern, const struct rl_pattern_op *op,
                               struct rl_time_text *time_text, const struct rl_line *line,
                               struct rl_buffer *out)
{
    switch (op->kind) {
    case RL_TAG_NAME: {
        const struct rl_span *name = rl_pattern_name(op, line);
        append_text(out, &op->spec, name->bytes, name->length, line->raw);
        return true;
    }
    case RL_TAG_ASCTIME: {
        const struct rl_buffer *text = rl_time_text_at(time_text, line->wall_ns);
        append_text(out, &op->spec, text->data, text->length, true);
        return true;
    }
    case RL_TAG_MESSAGE:
        append_shaped_message(out, &op->spec, line);
        return true;
    case RL_TAG_FIELD:
        return append_field(out, pattern, op, line);
    case RL_TAG_FIELDS:
        append_fields(out, &op->spec, line);
        return true;
    default:
        append_number(out, op, line);
        return true;
    }
}
