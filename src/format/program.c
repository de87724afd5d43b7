#include "format/program.h"

#include <errno.h>
#include <ringlog/detail/field.h>
#include <ringlog/detail/site.h>
#include <stdlib.h>
#include <string.h>

#include "format/decimal.h"
#include "format/program_ops.h"
#include "record/fields.h"
#include "record/record.h"

#define FORMAT_MAX        ((size_t)1 << 20) /* a program takes some 20 times that at worst */
#define DEFAULT_PRECISION 6

/* A program in the making. */
struct builder {
    struct rl_program *program;
    struct rl_op *op;               /* the one being made: its literal may still grow */
    struct rl_directive *directive; /* where the next one goes */
    char *text_end;                 /* where the next literal byte goes */
    const uint8_t *fields;          /* those not yet taken */
    unsigned field_count;
};

/* How many directives; or why the format is refused. */
static int count_directives(const char *format, size_t length, size_t *count)
{
    struct rl_printf_cursor cursor = {.format = format, .length = length};
    struct rl_printf_piece piece;
    int kind;
    *count = 0;
    while ((kind = rl_printf_next(&cursor, &piece)) > 0)
        *count += kind == RL_PRINTF_SPEC;
    return kind;
}

static void add_literal(struct builder *builder, const char *bytes, size_t length)
{
    memcpy(builder->text_end, bytes, length);
    builder->text_end += length;
    builder->op->literal_length += (uint32_t)length;
    builder->program->room += length;
    builder->program->text_length += length;
}

static uint8_t take_field(struct builder *builder)
{
    if (builder->field_count == 0)
        return 0;
    builder->field_count--;
    return *builder->fields++;
}

/* %m takes a field only if capture stored one: it is not in the argument list. */
static uint8_t take_errno(struct builder *builder)
{
    bool stored = builder->field_count > 0 && *builder->fields == RINGLOG_FIELD_ERRNO;
    return stored ? take_field(builder) : 0;
}

static bool has_32_bits(uint8_t field)
{
    return field == RINGLOG_FIELD_I32 || field == RINGLOG_FIELD_U32;
}

static bool has_64_bits(uint8_t field)
{
    return field == RINGLOG_FIELD_I64 || field == RINGLOG_FIELD_U64 ||
           field == RINGLOG_FIELD_POINTER;
}

/* The op of an integer directive whose size is that of the field, so that sign and base are all
 * that is left to choose. */
static uint8_t integer_code(const struct rl_directive *directive, uint8_t narrow, uint8_t wide)
{
    if (directive->spec.length == RL_PRINTF_PLAIN)
        return has_32_bits(directive->value_field) ? narrow : RL_OP_GENERAL;
    if (directive->spec.length < RL_PRINTF_L)
        return RL_OP_GENERAL;
    return has_64_bits(directive->value_field) ? wide : RL_OP_GENERAL;
}

static uint8_t choose_code(const struct rl_directive *directive)
{
    const struct rl_printf_spec *spec = &directive->spec;
    /* Without a width there is nothing to fill up, on either side. */
    const unsigned idle = RL_PRINTF_GROUP | RL_PRINTF_ZERO | RL_PRINTF_MINUS;
    if ((spec->flags & ~idle) != 0 || spec->width != RL_PRINTF_NONE)
        return RL_OP_GENERAL;
    if (spec->conversion == 'f' || spec->conversion == 'F')
        return directive->value_field == RINGLOG_FIELD_F64 && spec->precision != RL_PRINTF_STAR &&
                       spec->precision <= RL_DECIMAL_FIXED_PRECISION
                   ? RL_OP_FIXED
                   : RL_OP_GENERAL;
    if (spec->precision != RL_PRINTF_NONE)
        return RL_OP_GENERAL;
    switch (spec->conversion) {
    case 'd':
    case 'i':
        return integer_code(directive, RL_OP_I32, RL_OP_I64);
    case 'u':
        return integer_code(directive, RL_OP_U32, RL_OP_U64);
    case 'x':
        return integer_code(directive, RL_OP_HEX32, RL_OP_HEX64);
    case 's':
        return directive->value_field == RINGLOG_FIELD_STRING ? RL_OP_STRING : RL_OP_GENERAL;
    default:
        return RL_OP_GENERAL;
    }
}

static void start_op(struct builder *builder, struct rl_op *op)
{
    builder->op = op;
    *op = (struct rl_op){.code = RL_OP_END};
    builder->program->count++;
}

static void add_directive(struct builder *builder, const struct rl_printf_spec *spec)
{
    struct rl_op *op = builder->op;
    struct rl_directive *directive = builder->directive;
    *directive = (struct rl_directive){.spec = *spec};
    if (spec->width == RL_PRINTF_STAR)
        directive->width_field = take_field(builder);
    if (spec->precision == RL_PRINTF_STAR)
        directive->precision_field = take_field(builder);
    directive->value_field = spec->conversion == 'm' ? take_errno(builder) : take_field(builder);
    if ((directive->value_field | directive->width_field | directive->precision_field) == 0) {
        add_literal(builder, RL_PROGRAM_MISSING, strlen(RL_PROGRAM_MISSING));
        return; /* and the op goes on to collect what follows */
    }
    op->code = directive->value_field == 0 ? RL_OP_GENERAL : choose_code(directive);
    op->as.directive = directive;
    if (op->code == RL_OP_FIXED)
        op->precision =
            (uint8_t)(spec->precision == RL_PRINTF_NONE ? DEFAULT_PRECISION : spec->precision);
    builder->program->room += rl_op_room(op->code);
    builder->directive++;
    start_op(builder, op + 1);
}

static void build(struct builder *builder, const char *format, size_t length)
{
    struct rl_printf_cursor cursor = {.format = format, .length = length};
    struct rl_printf_piece piece;
    int kind;
    while ((kind = rl_printf_next(&cursor, &piece)) > 0) {
        if (kind == RL_PRINTF_LITERAL)
            add_literal(builder, format + piece.offset, piece.length);
        else
            add_directive(builder, &piece.spec);
    }
}

/* An empty program with room for so many directives and bytes of text. NULL: no memory. */
static struct rl_program *allocate(struct builder *builder, size_t directives, size_t text_bytes)
{
    const size_t ops_bytes = (directives + 1) * sizeof(struct rl_op);
    const size_t directives_bytes = directives * sizeof(struct rl_directive);
    struct rl_program *made =
        calloc(1, sizeof *made + ops_bytes + directives_bytes + text_bytes + RL_LITERAL_BLOCK);
    if (made == NULL)
        return NULL;
    builder->program = made;
    builder->directive = (struct rl_directive *)(void *)(made->ops + directives + 1);
    builder->text_end = (char *)(builder->directive + directives);
    made->text = builder->text_end;
    made->room = RL_LITERAL_BLOCK;
    start_op(builder, made->ops);
    return made;
}

int rl_program_new(struct rl_program **program, const char *format, size_t format_length,
                   const uint8_t *fields, unsigned field_count)
{
    *program = NULL;
    if (format_length > FORMAT_MAX || field_count > RINGLOG_MAX_FIELDS)
        return -E2BIG;
    for (unsigned i = 0; i < field_count; i++)
        if (!rl_field_known(fields[i]))
            return -EINVAL;
    size_t directives;
    int error = count_directives(format, format_length, &directives);
    if (error < 0)
        return error;
    struct builder builder = {.fields = fields, .field_count = field_count};
    *program =
        allocate(&builder, directives, format_length + directives * strlen(RL_PROGRAM_MISSING));
    if (*program == NULL)
        return -ENOMEM;
    build(&builder, format, format_length);
    return 0;
}

static int new_text(struct rl_program **program, const char *text, size_t length)
{
    *program = NULL;
    if (length > FORMAT_MAX)
        return -E2BIG;
    struct builder builder = {0};
    *program = allocate(&builder, 0, length);
    if (*program == NULL)
        return -ENOMEM;
    add_literal(&builder, text, length);
    return 0;
}

int rl_program_new_of_site(struct rl_program **program, uint16_t flags, const char *format,
                           size_t format_length, const uint8_t *fields, unsigned field_count)
{
    if ((flags & RINGLOG_SITE_KEYS_) != 0)
        return new_text(program, format, format_length);
    const unsigned skipped = (flags & RINGLOG_SITE_RUNTIME_LEVEL_) != 0 && field_count != 0;
    const int result =
        rl_program_new(program, format, format_length, fields + skipped, field_count - skipped);
    if (result == 0)
        (*program)->raw = (flags & RL_SITE_RAW) != 0;
    return result;
}

void rl_program_free(struct rl_program *program)
{
    free(program);
}
