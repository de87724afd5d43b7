#include "cmocka_first.h"

#include <errno.h>
#include <ringlog/detail/field.h>
#include <stdio.h>
#include <string.h>

#include "record/printf_spec.h"

/* Parses `format`, which is one directive. */
static struct rl_printf_spec parse(const char *format)
{
    struct rl_printf_cursor cursor = {.format = format, .length = strlen(format)};
    struct rl_printf_piece piece;
    if (rl_printf_next(&cursor, &piece) != RL_PRINTF_SPEC)
        fail_msg("%s: no directive", format);
    assert_int_equal(piece.offset, 0);
    assert_int_equal(piece.length, cursor.length);
    assert_int_equal(rl_printf_next(&cursor, &piece), RL_PRINTF_END);
    return piece.spec;
}

static void literals_and_directives_come_in_order(void **state)
{
    (void)state;
    const char *format = "GET %s -> 100%% in %.3f%%ms";
    struct rl_printf_cursor cursor = {.format = format, .length = strlen(format)};
    struct rl_printf_piece piece;
    char text[64] = "";
    int kind;
    while ((kind = rl_printf_next(&cursor, &piece)) > 0) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "[%c%.*s]", kind == RL_PRINTF_SPEC ? '!' : '=',
                 (int)piece.length, format + piece.offset);
    }
    assert_int_equal(kind, RL_PRINTF_END);
    assert_string_equal(text, "[=GET ][!%s][= -> 100%][= in ][!%.3f][=%][=ms]");
}

static void flags_width_and_precision(void **state)
{
    (void)state;
    struct rl_printf_spec spec = parse("%-+ #0'12.7d");
    assert_int_equal(spec.flags, RL_PRINTF_MINUS | RL_PRINTF_PLUS | RL_PRINTF_SPACE |
                                     RL_PRINTF_ALTERNATE | RL_PRINTF_ZERO | RL_PRINTF_GROUP);
    assert_int_equal(spec.width, 12);
    assert_int_equal(spec.precision, 7);
    assert_int_equal(spec.conversion, 'd');

    spec = parse("%*.*f");
    assert_int_equal(spec.width, RL_PRINTF_STAR);
    assert_int_equal(spec.precision, RL_PRINTF_STAR);
    spec = parse("%.f");
    assert_int_equal(spec.width, RL_PRINTF_NONE);
    assert_int_equal(spec.precision, 0);
    assert_int_equal(parse("%s").precision, RL_PRINTF_NONE);
    assert_int_equal(parse("%2147483647d").width, INT32_MAX);
}

static void lengths_tell_the_type_and_the_field(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        uint8_t type, field;
    } cases[] = {
        {"%d", RL_PRINTF_INT, RINGLOG_FIELD_I32},
        {"%hhd", RL_PRINTF_INT, RINGLOG_FIELD_I32},
        {"%hu", RL_PRINTF_INT, RINGLOG_FIELD_I32},
        {"%i", RL_PRINTF_INT, RINGLOG_FIELD_I32},
        {"%u", RL_PRINTF_UINT, RINGLOG_FIELD_U32},
        {"%o", RL_PRINTF_UINT, RINGLOG_FIELD_U32},
        {"%b", RL_PRINTF_UINT, RINGLOG_FIELD_U32},
        {"%ld", RL_PRINTF_LONG, RINGLOG_FIELD_I64},
        {"%lX", RL_PRINTF_ULONG, RINGLOG_FIELD_U64},
        {"%lld", RL_PRINTF_LLONG, RINGLOG_FIELD_I64},
        {"%Ld", RL_PRINTF_LLONG, RINGLOG_FIELD_I64},
        {"%qu", RL_PRINTF_ULLONG, RINGLOG_FIELD_U64},
        {"%jd", RL_PRINTF_INTMAX, RINGLOG_FIELD_I64},
        {"%ju", RL_PRINTF_UINTMAX, RINGLOG_FIELD_U64},
        {"%zd", RL_PRINTF_SSIZE, RINGLOG_FIELD_I64},
        {"%zu", RL_PRINTF_SIZE, RINGLOG_FIELD_U64},
        {"%td", RL_PRINTF_PTRDIFF, RINGLOG_FIELD_I64},
        {"%tx", RL_PRINTF_UPTRDIFF, RINGLOG_FIELD_U64},
        {"%f", RL_PRINTF_DOUBLE, RINGLOG_FIELD_F64},
        {"%lg", RL_PRINTF_DOUBLE, RINGLOG_FIELD_F64},
        {"%La", RL_PRINTF_LDOUBLE, RINGLOG_FIELD_F80},
        {"%c", RL_PRINTF_INT, RINGLOG_FIELD_I32},
        {"%lc", RL_PRINTF_WINT, RINGLOG_FIELD_U32},
        {"%C", RL_PRINTF_WINT, RINGLOG_FIELD_U32},
        {"%s", RL_PRINTF_STRING, RINGLOG_FIELD_STRING},
        {"%S", RL_PRINTF_WIDE_STRING, RINGLOG_FIELD_STRING},
        {"%p", RL_PRINTF_POINTER, RINGLOG_FIELD_POINTER},
        {"%m", RL_PRINTF_ERRNO, RINGLOG_FIELD_ERRNO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rl_printf_spec spec = parse(cases[i].format);
        struct rl_printf_argument arguments[RL_PRINTF_MAX_ARGUMENTS];
        assert_int_equal(rl_printf_arguments(&spec, arguments), 1);
        assert_int_equal(arguments[0].role, RL_PRINTF_VALUE);
        if (arguments[0].type != cases[i].type || arguments[0].field != cases[i].field)
            fail_msg("%s: type %d field %d", cases[i].format, arguments[0].type,
                     arguments[0].field);
    }
}

static void stars_are_arguments_before_the_value(void **state)
{
    (void)state;
    struct rl_printf_spec spec = parse("%-*.*ls");
    struct rl_printf_argument arguments[RL_PRINTF_MAX_ARGUMENTS];
    assert_int_equal(rl_printf_arguments(&spec, arguments), 3);
    assert_int_equal(arguments[0].role, RL_PRINTF_WIDTH);
    assert_int_equal(arguments[0].field, RINGLOG_FIELD_I32);
    assert_int_equal(arguments[1].role, RL_PRINTF_PRECISION);
    assert_int_equal(arguments[1].type, RL_PRINTF_INT);
    assert_int_equal(arguments[2].type, RL_PRINTF_WIDE_STRING);
    spec = parse("%.*s");
    assert_int_equal(rl_printf_arguments(&spec, arguments), 2);
    assert_int_equal(arguments[0].role, RL_PRINTF_PRECISION);
}

static void what_is_no_directive_is_refused_where_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        int error;
        size_t offset;
    } cases[] = {
        {"%", -EINVAL, 1},
        {"ab%", -EINVAL, 3},
        {"%5", -EINVAL, 2},
        {"%-+", -EINVAL, 3},
        {"%l", -EINVAL, 2},
        {"%ll", -EINVAL, 3},
        {"%y", -EINVAL, 1},
        {"ok %d %!", -EINVAL, 7},
        {"%n", -EINVAL, 1},
        {"%d%hhn", -EINVAL, 5},
        {"%5%", -EINVAL, 2},
        {"%hs", -EINVAL, 2},
        {"%lp", -EINVAL, 2},
        {"%hf", -EINVAL, 2},
        {"%lm", -EINVAL, 2},
        {"%lS", -EINVAL, 2},
        {"%.-3d", -EINVAL, 2},
        {"%*5d", -EINVAL, 2},
        {"%lhd", -EINVAL, 2},
        {"%1$d", -ENOTSUP, 1},
        {"%*1$d", -ENOTSUP, 1},
        {"%2$-5s", -ENOTSUP, 1},
        {"%2147483648d", -EOVERFLOW, 1},
        {"x%.99999999999d", -EOVERFLOW, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rl_printf_cursor cursor = {.format = cases[i].format,
                                          .length = strlen(cases[i].format)};
        struct rl_printf_piece piece;
        int kind;
        while ((kind = rl_printf_next(&cursor, &piece)) > 0)
            ;
        if (kind != cases[i].error || cursor.offset != cases[i].offset)
            fail_msg("%s: %d at %zu", cases[i].format, kind, cursor.offset);
        assert_non_null(cursor.problem);
    }
}

static void the_length_bounds_the_format_not_a_terminator(void **state)
{
    (void)state;
    struct rl_printf_cursor cursor = {.format = "a%d", .length = 2};
    struct rl_printf_piece piece;
    assert_int_equal(rl_printf_next(&cursor, &piece), RL_PRINTF_LITERAL);
    assert_int_equal(rl_printf_next(&cursor, &piece), -EINVAL);
    cursor = (struct rl_printf_cursor){.format = "a\0b%d", .length = 5};
    assert_int_equal(rl_printf_next(&cursor, &piece), RL_PRINTF_LITERAL);
    assert_int_equal(piece.length, 3);
    assert_int_equal(rl_printf_next(&cursor, &piece), RL_PRINTF_SPEC);
    cursor = (struct rl_printf_cursor){.format = "%\0d", .length = 3};
    assert_int_equal(rl_printf_next(&cursor, &piece), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_and_directives_come_in_order),
        cmocka_unit_test(flags_width_and_precision),
        cmocka_unit_test(lengths_tell_the_type_and_the_field),
        cmocka_unit_test(stars_are_arguments_before_the_value),
        cmocka_unit_test(what_is_no_directive_is_refused_where_it_stands),
        cmocka_unit_test(the_length_bounds_the_format_not_a_terminator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
