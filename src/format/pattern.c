#include "format/pattern.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/copy.h"
#include "format/pattern_ops.h"
#include "record/extra.h"

#define PATTERN_MAX     ((size_t)1 << 20)
#define ZEROS_WIDTH_MAX 19 /* RL_PATTERN_ZEROS: below 10^19 */
#define NAME_SHOWN      40 /* bytes of a name in a message of refusal */
#define DEFAULT_PATTERN "%(message)s"

struct tag {
    const char *name;
    uint8_t kind;
    uint16_t member;
};

#define MEMBER(member) offsetof(struct rl_line, member)

static const struct tag tags[] = {
    {"asctime", RL_TAG_ASCTIME, 0},
    {"created", RL_TAG_CREATED, 0},
    {"fields", RL_TAG_FIELDS, 0},
    {"filename", RL_TAG_NAME, MEMBER(filename)},
    {"funcName", RL_TAG_NAME, MEMBER(function)},
    {"levelname", RL_TAG_NAME, MEMBER(level_name)},
    {"levelno", RL_TAG_INTEGER, MEMBER(level)},
    {"lineno", RL_TAG_INTEGER, MEMBER(line_number)},
    {"message", RL_TAG_MESSAGE, 0},
    {"module", RL_TAG_NAME, MEMBER(module)},
    {"msecs", RL_TAG_MSECS, 0},
    {"name", RL_TAG_NAME, MEMBER(logger_name)},
    {"pathname", RL_TAG_NAME, MEMBER(pathname)},
    {"process", RL_TAG_INTEGER, MEMBER(process_id)},
    {"processName", RL_TAG_NAME, MEMBER(process_name)},
    {"relativeCreated", RL_TAG_RELATIVE, 0},
    {"thread", RL_TAG_INTEGER, MEMBER(thread_id)},
    {"threadName", RL_TAG_NAME, MEMBER(thread_name)},
};

/* A pattern in the making. The first pass (pattern NULL) only checks and counts. */
struct builder {
    struct rl_printf_cursor cursor;
    struct rl_pattern_error *error;
    struct rl_pattern *pattern;
    struct rl_pattern_op *op; /* the one being made: its literal may still grow */
    char *text_end;
    size_t tag_count;
};

static int refuse(struct builder *builder, size_t offset, const char *problem, const char *detail,
                  size_t detail_length)
{
    const int shown = detail_length < NAME_SHOWN ? (int)detail_length : NAME_SHOWN;
    builder->error->offset = offset;
    snprintf(builder->error->message, sizeof builder->error->message, "%s%.*s%s", problem, shown,
             detail, detail_length > NAME_SHOWN ? "…" : "");
    return -EINVAL;
}

static void add_literal(struct builder *builder, const char *bytes, size_t length)
{
    if (builder->pattern == NULL)
        return;
    memcpy(builder->text_end, bytes, length);
    builder->text_end += length;
    builder->op->literal_length += (uint32_t)length;
}

static void start_op(struct builder *builder, struct rl_pattern_op *op)
{
    builder->op = op;
    *op = (struct rl_pattern_op){.code = RL_PATTERN_END,
                                 .literal_offset =
                                     (uint32_t)(builder->text_end - builder->pattern->text)};
}

static const struct tag *find_tag(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (strlen(tags[i].name) == length && memcmp(tags[i].name, name, length) == 0)
            return &tags[i];
    return NULL;
}

static bool is_text(const struct tag *tag)
{
    return tag->kind == RL_TAG_NAME || tag->kind == RL_TAG_ASCTIME || tag->kind == RL_TAG_MESSAGE ||
           tag->kind == RL_TAG_FIELDS;
}

static const char *conversions_of(const struct tag *tag)
{
    if (is_text(tag))
        return "s";
    if (tag->kind == RL_TAG_INTEGER || tag->kind == RL_TAG_FIELD)
        return "sdiuxXoeEfFgG";
    return "sdiueEfFgG";
}

static const char *type_of(const struct tag *tag)
{
    if (tag->kind == RL_TAG_FIELD)
        return "a field";
    if (is_text(tag))
        return "text";
    return tag->kind == RL_TAG_INTEGER ? "an integer" : "a real number";
}

/* The name of a field lies in the pattern, and no NUL ends it. */
static size_t name_length(const struct tag *tag)
{
    return tag->kind == RL_TAG_FIELD ? tag->member : strlen(tag->name);
}

static bool is_plain(const struct rl_printf_spec *spec)
{
    return spec->flags == 0 && spec->width == RL_PRINTF_NONE && spec->precision == RL_PRINTF_NONE;
}

static uint8_t choose_code(const struct tag *tag, const struct rl_printf_spec *spec)
{
    bool plain = is_plain(spec);
    bool decimal = strchr("diu", spec->conversion) != NULL;
    switch (tag->kind) {
    case RL_TAG_NAME:
        if (spec->precision == RL_PRINTF_NONE &&
            (spec->width == RL_PRINTF_NONE || (spec->flags & RL_PRINTF_MINUS)))
            return RL_PATTERN_NAME;
        break;
    case RL_TAG_ASCTIME:
        return plain ? RL_PATTERN_ASCTIME : RL_PATTERN_GENERAL;
    case RL_TAG_MESSAGE:
        return plain ? RL_PATTERN_MESSAGE : RL_PATTERN_GENERAL;
    case RL_TAG_INTEGER:
    case RL_TAG_MSECS:
        if (plain && (decimal || spec->conversion == 's'))
            return RL_PATTERN_DECIMAL;
        if (spec->flags == RL_PRINTF_ZERO && decimal && spec->precision == RL_PRINTF_NONE &&
            spec->width > 0 && spec->width <= ZEROS_WIDTH_MAX)
            return RL_PATTERN_ZEROS;
        break;
    default:
        break;
    }
    return RL_PATTERN_GENERAL;
}

static void add_tag(struct builder *builder, const struct tag *tag,
                    const struct rl_printf_spec *spec)
{
    builder->tag_count++;
    if (builder->pattern == NULL)
        return;
    struct rl_pattern_op *op = builder->op;
    op->spec = *spec;
    op->code = choose_code(tag, spec);
    op->kind = tag->kind;
    op->member = tag->member;
    if (tag->kind == RL_TAG_FIELD) {
        op->name_offset = (uint32_t)(builder->text_end - builder->pattern->text);
        memcpy(builder->text_end, tag->name, tag->member);
        builder->text_end += tag->member;
    }
    start_op(builder, op + 1);
}

/* The one before the cursor. */
static int refuse_conversion(struct builder *builder, const struct tag *tag)
{
    char problem[96];
    const size_t length = name_length(tag);
    snprintf(problem, sizeof problem, "%.*s is %s; conversions that fit it: ",
             length < NAME_SHOWN ? (int)length : NAME_SHOWN, tag->name, type_of(tag));
    return refuse(builder, builder->cursor.offset - 1, problem, conversions_of(tag),
                  strlen(conversions_of(tag)));
}

/* Flags, width, precision and conversion; the cursor stands behind the closing parenthesis. */
static int parse_conversion(struct builder *builder, const struct tag *tag)
{
    struct rl_printf_cursor *cursor = &builder->cursor;
    struct rl_printf_spec spec;
    size_t start = cursor->offset;
    if (rl_printf_parse_spec(cursor, &spec) < 0)
        return refuse(builder, cursor->offset, cursor->problem, "", 0);
    if (spec.width == RL_PRINTF_STAR || spec.precision == RL_PRINTF_STAR)
        return refuse(builder, start, "a width or precision * has no argument here", "", 0);
    if (spec.flags & RL_PRINTF_GROUP)
        return refuse(builder, start, "the flag ' is not supported", "", 0);
    if (strchr(conversions_of(tag), spec.conversion) == NULL)
        return refuse_conversion(builder, tag);
    add_tag(builder, tag, &spec);
    return 0;
}

/* "(name)…"; the cursor stands at the per cent sign. */
static int parse_tag(struct builder *builder)
{
    struct rl_printf_cursor *cursor = &builder->cursor;
    const char *open = cursor->format + cursor->offset + 1;
    if (*open != '(')
        return refuse(builder, cursor->offset, "% must be followed by (name) or by another %", "",
                      0);
    const char *close = strchr(open, ')');
    if (close == NULL)
        return refuse(builder, cursor->offset + 1, "no ) ends the name", "", 0);
    const char *name = open + 1;
    size_t length = (size_t)(close - name);
    const struct tag *tag = find_tag(name, length);
    const struct tag field = {.name = name, .kind = RL_TAG_FIELD, .member = (uint16_t)length};
    if (tag == NULL && (length == 0 || length > RL_EXTRA_KEY_BYTES))
        return refuse(builder, cursor->offset + 2, "no name of a field: ", name, length);
    if (tag == NULL)
        tag = &field;
    cursor->offset = (size_t)(close + 1 - cursor->format);
    return parse_conversion(builder, tag);
}

static int parse(struct builder *builder)
{
    struct rl_printf_cursor *cursor = &builder->cursor;
    cursor->offset = 0;
    builder->tag_count = 0;
    while (cursor->offset < cursor->length) {
        const char *at = cursor->format + cursor->offset;
        size_t literal = strcspn(at, "%");
        bool doubled = at[literal] == '%' && at[literal + 1] == '%';
        if (literal == 0 && !doubled) {
            int error = parse_tag(builder);
            if (error < 0)
                return error;
            continue;
        }
        add_literal(builder, at, literal + (doubled ? 1 : 0));
        cursor->offset += literal + (doubled ? 2 : 0);
    }
    if (builder->tag_count == 0)
        return refuse(builder, 0, "the pattern names no field", "", 0);
    return 0;
}

int rl_pattern_new(struct rl_pattern **pattern, const char *text, struct rl_pattern_error *error)
{
    struct rl_pattern_error ignored;
    *pattern = NULL;
    if (text == NULL || text[0] == '\0')
        text = DEFAULT_PATTERN;
    struct builder builder = {.cursor = {.format = text, .length = strlen(text)},
                              .error = error != NULL ? error : &ignored};
    if (builder.cursor.length > PATTERN_MAX)
        return refuse(&builder, PATTERN_MAX, "the pattern is too long", "", 0);
    int failed = parse(&builder);
    if (failed < 0)
        return failed;

    size_t ops_bytes = (builder.tag_count + 1) * sizeof(struct rl_pattern_op);
    struct rl_pattern *made =
        calloc(1, sizeof *made + ops_bytes + builder.cursor.length + RL_LITERAL_BLOCK);
    if (made == NULL)
        return -ENOMEM;
    builder.pattern = made;
    builder.text_end = (char *)made + sizeof *made + ops_bytes;
    made->text = builder.text_end;
    start_op(&builder, made->ops);
    parse(&builder);
    *pattern = made;
    return 0;
}

int rl_pattern_set_defaults(struct rl_pattern *pattern, struct rl_bytes defaults)
{
    unsigned char *copy = malloc(defaults.length + 1);
    if (copy == NULL)
        return -ENOMEM;
    if (defaults.length != 0)
        memcpy(copy, defaults.at, defaults.length);
    free((unsigned char *)pattern->defaults.at);
    pattern->defaults = (struct rl_bytes){copy, defaults.length};
    return 0;
}

void rl_pattern_free(struct rl_pattern *pattern)
{
    if (pattern != NULL)
        free((unsigned char *)pattern->defaults.at);
    free(pattern);
}
