#include "capture/plan.h"

#include "record/extra.h"
#include "record/printf_spec.h"
#include "ringlog/detail/site.h"

#include <string.h>

static void add(struct rl_plan *plan, uint8_t field, const struct ringlog_argument *argument)
{
    if (plan->count == RINGLOG_MAX_FIELDS)
        return;
    plan->fields[plan->count++] =
        (struct rl_plan_field){.field = field, .argument = argument, .most = SIZE_MAX};
}

static bool is_address(const struct ringlog_argument *argument)
{
    return argument->field == RINGLOG_FIELD_STRING || argument->field == RINGLOG_FIELD_POINTER;
}

/* The precision of a string directive: a number in the format, or the int argument before it. */
static size_t precision_of(const struct rl_printf_spec *spec,
                           const struct ringlog_argument *precision_argument)
{
    if (spec->precision >= 0)
        return (size_t)spec->precision;
    if (spec->precision == RL_PRINTF_STAR && precision_argument != NULL) {
        const int precision = (int)precision_argument->word;
        if (precision >= 0)
            return (size_t)precision;
    }
    return SIZE_MAX;
}

/* Bytes under a string directive go as they are; its precision counts them. */
static void add_bytes(struct rl_plan *plan, const struct ringlog_argument *argument, size_t most)
{
    add(plan, RINGLOG_FIELD_BYTES, argument);
    plan->fields[plan->count - 1].most = most;
    plan->plain = false;
}

static void add_string(struct rl_plan *plan, const struct ringlog_argument *argument, bool wide,
                       size_t most)
{
    if (argument->field == RINGLOG_FIELD_BYTES) {
        add_bytes(plan, argument, most);
        return;
    }
    if (!is_address(argument)) { /* the compiler has warned; nothing is dereferenced */
        add(plan, argument->field, argument);
        return;
    }
    if (wide || most != SIZE_MAX || argument->field != RINGLOG_FIELD_STRING)
        plan->plain = false;
    add(plan, RINGLOG_FIELD_STRING, argument);
    plan->fields[plan->count - 1].wide = wide;
    plan->fields[plan->count - 1].most = most;
}

static void add_word(struct rl_plan *plan, const struct ringlog_argument *argument,
                     enum rl_printf_type type)
{
    uint8_t field = argument->field;
    if (field == RINGLOG_FIELD_STRING) { /* char * under %p, or under a wrong conversion */
        field = RINGLOG_FIELD_POINTER;
        plan->plain = false;
    } else if (field == RINGLOG_FIELD_POINTER && type != RL_PRINTF_POINTER) {
        field = RINGLOG_FIELD_U64; /* a wide bit-field: the format tells its sign */
    }
    add(plan, field, argument);
}

static void add_spec(struct rl_plan *plan, const struct rl_printf_spec *spec,
                     const struct ringlog_argument **next, const struct ringlog_argument *end)
{
    struct rl_printf_argument wanted[RL_PRINTF_MAX_ARGUMENTS];
    const unsigned count = rl_printf_arguments(spec, wanted);
    const struct ringlog_argument *precision = NULL;
    for (unsigned i = 0; i < count; i++) {
        if (wanted[i].type == RL_PRINTF_ERRNO) {
            add(plan, RINGLOG_FIELD_ERRNO, NULL);
            plan->plain = false;
            continue;
        }
        if (*next == end) { /* too few arguments: rendering shows where */
            plan->plain = false;
            return;
        }
        const struct ringlog_argument *argument = (*next)++;
        if (wanted[i].role == RL_PRINTF_PRECISION)
            precision = argument;
        if (wanted[i].type == RL_PRINTF_STRING || wanted[i].type == RL_PRINTF_WIDE_STRING)
            add_string(plan, argument, wanted[i].type == RL_PRINTF_WIDE_STRING,
                       precision_of(spec, precision));
        else
            add_word(plan, argument, wanted[i].type);
    }
}

/* Values of keys: each as it is. */
static void add_values(struct rl_plan *plan, const struct ringlog_argument *next,
                       const struct ringlog_argument *end)
{
    for (; next != end; next++) {
        add(plan, (uint8_t)next->field, next);
        if (next->field == RINGLOG_FIELD_BYTES)
            plan->plain = false;
    }
}

/* Refuses a key that no field may have. */
static void check_keys(struct rl_plan *plan, const char *text)
{
    const char *key = text + strlen(text) + 1;
    for (; *key != '\0'; key += strlen(key) + 1)
        if (!rl_extra_key_is_good(key, strlen(key))) {
            plan->problem = "not a good key for a field: empty, too long, or a formatter's tag";
            plan->problem_offset = (size_t)(key - text);
            plan->plain = false;
        }
}

void rl_plan_call(struct rl_plan *plan, const char *format,
                  const struct ringlog_argument *arguments, unsigned count, uint16_t flags)
{
    plan->count = 0;
    plan->plain = true;
    plan->problem = NULL;
    const struct ringlog_argument *next = arguments;
    const struct ringlog_argument *end = arguments + count;
    if ((flags & RINGLOG_SITE_RUNTIME_LEVEL_) != 0)
        add(plan, RINGLOG_FIELD_I32, next++);
    if ((flags & RINGLOG_SITE_KEYS_) != 0) {
        add_values(plan, next, end);
        check_keys(plan, format);
        return;
    }

    struct rl_printf_cursor cursor = {.format = format, .length = strlen(format)};
    struct rl_printf_piece piece;
    int kind;
    while ((kind = rl_printf_next(&cursor, &piece)) > 0)
        if (kind == RL_PRINTF_SPEC)
            add_spec(plan, &piece.spec, &next, end);
    if (kind < 0) {
        plan->problem = cursor.problem;
        plan->problem_offset = cursor.offset;
        plan->plain = false;
    }
    if (next != end)
        plan->plain = false; /* more arguments than the format takes: not stored */
}
