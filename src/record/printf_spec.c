#include "record/printf_spec.h"

#include <errno.h>
#include <ringlog/detail/field.h>
#include <string.h>

static int refuse(struct rl_printf_cursor *cursor, size_t at, int error, const char *problem)
{
    cursor->offset = at;
    cursor->problem = problem;
    return error;
}

/* The byte at `at`, or 0 past the end (which no directive may contain). */
static char peek(const struct rl_printf_cursor *cursor, size_t at)
{
    return at < cursor->length ? cursor->format[at] : '\0';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static uint8_t flag_of(char byte)
{
    switch (byte) {
    case '-':
        return RL_PRINTF_MINUS;
    case '+':
        return RL_PRINTF_PLUS;
    case ' ':
        return RL_PRINTF_SPACE;
    case '#':
        return RL_PRINTF_ALTERNATE;
    case '0':
        return RL_PRINTF_ZERO;
    case '\'':
        return RL_PRINTF_GROUP;
    default:
        return 0;
    }
}

/* Digits or a star; without either *value is left alone. */
static int parse_number(struct rl_printf_cursor *cursor, size_t *at, int32_t *value)
{
    if (peek(cursor, *at) == '*') {
        *value = RL_PRINTF_STAR;
        ++*at;
        return 0;
    }
    if (!is_digit(peek(cursor, *at)))
        return 0;
    int32_t number = 0;
    size_t start = *at;
    for (; is_digit(peek(cursor, *at)); ++*at) {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, peek(cursor, *at) - '0', &number))
            return refuse(cursor, start, -EOVERFLOW, "number too large");
    }
    *value = number;
    return 0;
}

static uint8_t parse_length(const struct rl_printf_cursor *cursor, size_t *at)
{
    char first = peek(cursor, *at);
    bool twice = (first == 'h' || first == 'l') && peek(cursor, *at + 1) == first;
    uint8_t length;
    switch (first) {
    case 'h':
        length = twice ? RL_PRINTF_HH : RL_PRINTF_H;
        break;
    case 'l':
        length = twice ? RL_PRINTF_LL : RL_PRINTF_L;
        break;
    case 'q':
    case 'L':
        length = RL_PRINTF_LL;
        break;
    case 'j':
        length = RL_PRINTF_J;
        break;
    case 'z':
        length = RL_PRINTF_Z;
        break;
    case 't':
        length = RL_PRINTF_T;
        break;
    default:
        return RL_PRINTF_PLAIN;
    }
    *at += twice ? 2 : 1;
    return length;
}

/* Settles conversion and length together: which lengths a conversion takes, and what they mean
 * to it, differ. NULL, or what is wrong. */
static const char *settle(struct rl_printf_spec *spec, char conversion)
{
    static const char misfit[] = "length modifier does not fit the conversion";
    spec->conversion = conversion;
    switch (conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
    case 'b':
    case 'B':
        return NULL;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
        if (spec->length == RL_PRINTF_LL)
            spec->length = RL_PRINTF_LONG_DOUBLE;
        else if (spec->length == RL_PRINTF_L)
            spec->length = RL_PRINTF_PLAIN; /* has no effect, says C11 */
        return spec->length == RL_PRINTF_PLAIN || spec->length == RL_PRINTF_LONG_DOUBLE ? NULL
                                                                                        : misfit;
    case 'C':
    case 'S':
        if (spec->length != RL_PRINTF_PLAIN)
            return misfit;
        spec->conversion = conversion == 'C' ? 'c' : 's';
        spec->length = RL_PRINTF_L;
        return NULL;
    case 'c':
    case 's':
        return spec->length == RL_PRINTF_PLAIN || spec->length == RL_PRINTF_L ? NULL : misfit;
    case 'p':
    case 'm':
        return spec->length == RL_PRINTF_PLAIN ? NULL : misfit;
    case 'n':
        return "%n is refused";
    case '%':
        return "%% takes no flags, width, precision or length";
    case '\0':
        return "the format ends within a directive";
    default:
        return "unknown conversion";
    }
}

int rl_printf_parse_spec(struct rl_printf_cursor *cursor, struct rl_printf_spec *spec)
{
    *spec = (struct rl_printf_spec){.width = RL_PRINTF_NONE, .precision = RL_PRINTF_NONE};
    size_t at = cursor->offset;

    for (uint8_t flag; (flag = flag_of(peek(cursor, at))) != 0; at++)
        spec->flags |= flag;
    size_t width_at = at;
    int error = parse_number(cursor, &at, &spec->width);
    if (error < 0)
        return error;
    /* After a star too: %*1$d takes its width from a position. */
    if (spec->width == RL_PRINTF_STAR)
        while (is_digit(peek(cursor, at)))
            at++;
    if (peek(cursor, at) == '$')
        return refuse(cursor, width_at, -ENOTSUP, "positional arguments are not supported");
    if (spec->width == RL_PRINTF_STAR && at != width_at + 1)
        return refuse(cursor, width_at + 1, -EINVAL, "unknown conversion");
    if (peek(cursor, at) == '.') {
        at++;
        spec->precision = 0;
        error = parse_number(cursor, &at, &spec->precision);
        if (error < 0)
            return error;
    }
    spec->length = parse_length(cursor, &at);
    const char *problem = settle(spec, peek(cursor, at));
    if (problem != NULL)
        return refuse(cursor, at < cursor->length ? at : cursor->length, -EINVAL, problem);
    cursor->offset = at + 1;
    return 0;
}

/* A directive; cursor->offset stands at its %. */
static int parse_directive(struct rl_printf_cursor *cursor, struct rl_printf_piece *piece)
{
    piece->offset = cursor->offset++;
    int error = rl_printf_parse_spec(cursor, &piece->spec);
    if (error < 0)
        return error;
    piece->length = cursor->offset - piece->offset;
    return RL_PRINTF_SPEC;
}

int rl_printf_next(struct rl_printf_cursor *cursor, struct rl_printf_piece *piece)
{
    size_t start = cursor->offset;
    if (start >= cursor->length)
        return RL_PRINTF_END;
    const char *percent = memchr(cursor->format + start, '%', cursor->length - start);
    size_t at = percent == NULL ? cursor->length : (size_t)(percent - cursor->format);
    bool doubled = peek(cursor, at) == '%' && peek(cursor, at + 1) == '%';
    if (at == start && !doubled)
        return parse_directive(cursor, piece);
    piece->offset = start;
    piece->length = at - start + (doubled ? 1 : 0);
    cursor->offset = at + (doubled ? 2 : 0);
    return RL_PRINTF_LITERAL;
}

/* Unsigned types follow their signed ones in enum rl_printf_type. */
static uint8_t integer_type(uint8_t length, bool is_unsigned)
{
    static const uint8_t types[] = {
        [RL_PRINTF_PLAIN] = RL_PRINTF_INT, [RL_PRINTF_HH] = RL_PRINTF_INT,
        [RL_PRINTF_H] = RL_PRINTF_INT,     [RL_PRINTF_L] = RL_PRINTF_LONG,
        [RL_PRINTF_LL] = RL_PRINTF_LLONG,  [RL_PRINTF_J] = RL_PRINTF_INTMAX,
        [RL_PRINTF_Z] = RL_PRINTF_SSIZE,   [RL_PRINTF_T] = RL_PRINTF_PTRDIFF,
    };
    /* unsigned char and unsigned short arrive as int: it holds all their values. */
    bool promoted = length == RL_PRINTF_HH || length == RL_PRINTF_H;
    return (uint8_t)(types[length] + (is_unsigned && !promoted ? 1 : 0));
}

static uint8_t value_type(const struct rl_printf_spec *spec)
{
    bool is_long = spec->length == RL_PRINTF_L;
    switch (spec->conversion) {
    case 'd':
    case 'i':
        return integer_type(spec->length, false);
    case 'c':
        return is_long ? RL_PRINTF_WINT : RL_PRINTF_INT;
    case 's':
        return is_long ? RL_PRINTF_WIDE_STRING : RL_PRINTF_STRING;
    case 'p':
        return RL_PRINTF_POINTER;
    case 'm':
        return RL_PRINTF_ERRNO;
    case 'o':
    case 'u':
    case 'x':
    case 'X':
    case 'b':
    case 'B':
        return integer_type(spec->length, true);
    default:
        return spec->length == RL_PRINTF_LONG_DOUBLE ? RL_PRINTF_LDOUBLE : RL_PRINTF_DOUBLE;
    }
}

static uint8_t field_of(uint8_t type)
{
    _Static_assert(sizeof(long) == 8 && sizeof(size_t) == 8 && sizeof(void *) == 8,
                   "the field codes assume 64-bit long, size_t and pointers");
    switch (type) {
    case RL_PRINTF_INT:
        return RINGLOG_FIELD_I32;
    case RL_PRINTF_UINT:
    case RL_PRINTF_WINT:
        return RINGLOG_FIELD_U32;
    case RL_PRINTF_ULONG:
    case RL_PRINTF_ULLONG:
    case RL_PRINTF_UINTMAX:
    case RL_PRINTF_SIZE:
    case RL_PRINTF_UPTRDIFF:
        return RINGLOG_FIELD_U64;
    case RL_PRINTF_DOUBLE:
        return RINGLOG_FIELD_F64;
    case RL_PRINTF_LDOUBLE:
        return RINGLOG_FIELD_F80;
    case RL_PRINTF_POINTER:
        return RINGLOG_FIELD_POINTER;
    case RL_PRINTF_STRING:
    case RL_PRINTF_WIDE_STRING:
        return RINGLOG_FIELD_STRING;
    case RL_PRINTF_ERRNO:
        return RINGLOG_FIELD_ERRNO;
    default:
        return RINGLOG_FIELD_I64;
    }
}

unsigned rl_printf_arguments(const struct rl_printf_spec *spec,
                             struct rl_printf_argument arguments[RL_PRINTF_MAX_ARGUMENTS])
{
    unsigned count = 0;
    if (spec->width == RL_PRINTF_STAR)
        arguments[count++] = (struct rl_printf_argument){
            .role = RL_PRINTF_WIDTH, .type = RL_PRINTF_INT, .field = RINGLOG_FIELD_I32};
    if (spec->precision == RL_PRINTF_STAR)
        arguments[count++] = (struct rl_printf_argument){
            .role = RL_PRINTF_PRECISION, .type = RL_PRINTF_INT, .field = RINGLOG_FIELD_I32};
    uint8_t type = value_type(spec);
    arguments[count++] =
        (struct rl_printf_argument){.role = RL_PRINTF_VALUE, .type = type, .field = field_of(type)};
    return count;
}
