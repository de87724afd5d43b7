#include "format/directive.h"

#include "base/utf8.h"
#include "format/escape.h"
#include "format/integer.h"
#include "format/real.h"

static void append_padded(struct rl_buffer *out, const struct rl_printf_spec *spec,
                          const struct rl_text *text, bool raw)
{
    size_t blanks = rl_padding_needed(spec, text->length + (text->truncated ? 1 : 0));
    bool left = spec->flags & RL_PRINTF_MINUS;
    if (!left)
        rl_padding_append(out, ' ', blanks);
    if (raw)
        rl_buffer_append(out, text->bytes, text->length);
    else
        rl_escape_append(out, text->bytes, text->length);
    if (text->truncated)
        rl_buffer_append(out, RL_TEXT_CUT_MARK, sizeof RL_TEXT_CUT_MARK - 1);
    if (left)
        rl_padding_append(out, ' ', blanks);
}

/* %s and %ls; precision counts bytes, as in C, but for %ls keeps characters whole. */
static void append_text(struct rl_buffer *out, const struct rl_printf_spec *spec,
                        struct rl_text text, bool raw)
{
    size_t limit = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision;
    if (text.bytes == NULL) {
        /* glibc shows nothing rather than a part of it. */
        text.bytes = "(null)";
        text.length = limit < 6 ? 0 : 6;
    } else if (limit <= text.length) {
        text.length =
            spec->length == RL_PRINTF_L ? rl_utf8_floor(text.bytes, text.length, limit) : limit;
        text.truncated = false;
    } else if (text.truncated) {
        text.length = rl_utf8_trim_partial(text.bytes, text.length);
    }
    append_padded(out, spec, &text, raw);
}

/* Two hexadecimal digits a byte, a blank between two. Precision counted bytes at the call. */
static void append_bytes(struct rl_buffer *out, const struct rl_printf_spec *spec,
                         const struct rl_text *bytes)
{
    if (bytes->bytes == NULL) {
        append_text(out, spec, *bytes, true);
        return;
    }
    const size_t columns = bytes->length == 0 ? 0 : bytes->length * 3 - 1;
    const size_t blanks = rl_padding_needed(spec, columns + (bytes->truncated ? 1 : 0));
    const bool left = spec->flags & RL_PRINTF_MINUS;
    if (!left)
        rl_padding_append(out, ' ', blanks);
    rl_hex_append(out, bytes->bytes, bytes->length, ' ');
    if (bytes->truncated)
        rl_buffer_append(out, RL_TEXT_CUT_MARK, sizeof RL_TEXT_CUT_MARK - 1);
    if (left)
        rl_padding_append(out, ' ', blanks);
}

static void append_character(struct rl_buffer *out, const struct rl_printf_spec *spec,
                             uint64_t bits, bool raw)
{
    char bytes[RL_UTF8_MAX] = {(char)bits};
    struct rl_text text = {.bytes = bytes, .length = 1};
    if (spec->length == RL_PRINTF_L)
        text.length = rl_utf8_encode((uint32_t)bits, bytes);
    append_padded(out, spec, &text, raw);
}

/* glibc's own tables, which no locale translates; elsewhere numbers have to do. */
static const char *errno_text(int number, bool name)
{
#ifdef __GLIBC__
    return name ? strerrorname_np(number) : strerrordesc_np(number);
#else
    (void)number;
    (void)name;
    return NULL;
#endif
}

/* %m is the text, %#m the name, as in glibc 2.35; a number without a name is printed as by %d. */
static void append_errno(struct rl_buffer *out, const struct rl_printf_spec *spec, int number)
{
    bool name = spec->flags & RL_PRINTF_ALTERNATE;
    const char *known = errno_text(number, name);
    if (known == NULL && name) {
        struct rl_printf_spec decimal = *spec;
        decimal.conversion = 'd';
        rl_integer_append(out, &decimal, (uint64_t)(int64_t)number);
        return;
    }
    char unknown[32] = "Unknown error ";
    struct rl_text text = {.bytes = known};
    if (known != NULL) {
        text.length = strlen(known);
    } else {
        text.length = (size_t)(rl_write_signed(unknown + strlen(unknown), number) - unknown);
        text.bytes = unknown;
    }
    append_text(out, spec, text, true);
}

/* A value under a conversion that cannot take it: keeps width and left-justification. */
static void append_natural(struct rl_buffer *out, const struct rl_printf_spec *spec,
                           const struct rl_value *value, bool raw)
{
    struct rl_printf_spec natural = {.width = spec->width,
                                     .precision = RL_PRINTF_NONE,
                                     .flags = spec->flags & RL_PRINTF_MINUS,
                                     .length = RL_PRINTF_LL};
    switch (value->field) {
    case RINGLOG_FIELD_STRING:
        append_text(out, &natural, value->as.text, raw);
        return;
    case RINGLOG_FIELD_BYTES:
        append_bytes(out, &natural, &value->as.text);
        return;
    case RINGLOG_FIELD_POINTER:
        rl_pointer_append(out, &natural, value->as.bits);
        return;
    case RINGLOG_FIELD_F64:
        natural.conversion = 'g';
        rl_double_append(out, &natural, value->as.real);
        return;
    case RINGLOG_FIELD_F80:
        natural.conversion = 'g';
        rl_long_double_append(out, &natural, value->as.long_real);
        return;
    case RINGLOG_FIELD_U32:
    case RINGLOG_FIELD_U64:
        natural.conversion = 'u';
        break;
    default:
        natural.conversion = 'd';
        break;
    }
    rl_integer_append(out, &natural, value->as.bits);
}

static void append_real(struct rl_buffer *out, const struct rl_printf_spec *spec,
                        const struct rl_value *value)
{
    if (value->field == RINGLOG_FIELD_F64)
        rl_double_append(out, spec, value->as.real);
    else if (spec->length == RL_PRINTF_LONG_DOUBLE)
        rl_long_double_append(out, spec, value->as.long_real);
    else
        rl_double_append(out, spec, (double)value->as.long_real);
}

void rl_directive_append(struct rl_buffer *out, const struct rl_printf_spec *spec,
                         const struct rl_value *value, bool raw)
{
    bool integer = rl_value_is_integer(value);
    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
    case 'b':
    case 'B':
        if (integer) {
            rl_integer_append(out, spec, value->as.bits);
            return;
        }
        break;
    case 'c':
        if (integer) {
            append_character(out, spec, value->as.bits, raw);
            return;
        }
        break;
    case 's':
        if (value->field == RINGLOG_FIELD_STRING) {
            append_text(out, spec, value->as.text, raw);
            return;
        }
        if (value->field == RINGLOG_FIELD_BYTES) {
            append_bytes(out, spec, &value->as.text);
            return;
        }
        break;
    case 'p':
        if (integer) {
            rl_pointer_append(out, spec, value->as.bits);
            return;
        }
        break;
    case 'm':
        if (integer) {
            append_errno(out, spec, (int)value->as.bits);
            return;
        }
        break;
    default:
        if (rl_value_is_real(value)) {
            append_real(out, spec, value);
            return;
        }
        break;
    }
    append_natural(out, spec, value, raw);
}
