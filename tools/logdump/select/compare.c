#include "select/compare.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ---- numbers --------------------------------------------------------------------------------- */

/* An integer from -2^63 to 2^64 - 1. */
struct whole {
    bool negative;
    uint64_t bits; /* in two's complement */
};

static struct whole whole_of(const struct ringlog_value *value)
{
    if (value->type == RINGLOG_VALUE_INTEGER)
        return (struct whole){value->integer < 0, (uint64_t)value->integer};
    return (struct whole){false, value->natural};
}

static enum order compare_wholes(struct whole a, struct whole b)
{
    if (a.negative != b.negative)
        return a.negative ? ORDER_LESS : ORDER_GREATER;
    /* Also of negative ones, the greater has the greater bits. */
    return a.bits < b.bits ? ORDER_LESS : a.bits > b.bits ? ORDER_GREATER : ORDER_EQUAL;
}

static enum order compare_reals(double a, double b)
{
    return a < b ? ORDER_LESS : a > b ? ORDER_GREATER : a == b ? ORDER_EQUAL : ORDER_NONE;
}

/* The integer is not made a double, which would round it: the real's whole part becomes an
 * integer, and its fraction decides. */
static enum order compare_whole_with_real(struct whole whole, double real)
{
    if (isnan(real))
        return ORDER_NONE;
    if (real >= 0x1p64)
        return ORDER_LESS;
    if (real < -0x1p63)
        return ORDER_GREATER;
    const double floor_of_it = floor(real);
    const struct whole part = floor_of_it < 0 ? (struct whole){true, (uint64_t)(int64_t)floor_of_it}
                                              : (struct whole){false, (uint64_t)floor_of_it};
    const enum order order = compare_wholes(whole, part);
    return order == ORDER_EQUAL && real > floor_of_it ? ORDER_LESS : order;
}

static enum order turned(enum order order)
{
    return order == ORDER_LESS ? ORDER_GREATER : order == ORDER_GREATER ? ORDER_LESS : order;
}

static enum order compare_numbers(const struct ringlog_value *a, const struct ringlog_value *b)
{
    const bool a_is_real = a->type == RINGLOG_VALUE_REAL, b_is_real = b->type == RINGLOG_VALUE_REAL;
    if (a_is_real && b_is_real)
        return compare_reals(a->real, b->real);
    if (b_is_real)
        return compare_whole_with_real(whole_of(a), b->real);
    if (a_is_real)
        return turned(compare_whole_with_real(whole_of(b), a->real));
    return compare_wholes(whole_of(a), whole_of(b));
}

/* ---- texts ----------------------------------------------------------------------------------- */

static bool is_of_bytes(const struct ringlog_value *value)
{
    return value->type == RINGLOG_VALUE_TEXT || value->type == RINGLOG_VALUE_BYTES;
}

bool value_is_text(const struct ringlog_value *value)
{
    return is_of_bytes(value) && value->text != NULL;
}

static enum order compare_texts(const struct ringlog_value *a, const struct ringlog_value *b)
{
    const size_t common = a->length < b->length ? a->length : b->length;
    const int order = common == 0 ? 0 : memcmp(a->text, b->text, common);
    if (order != 0)
        return order < 0 ? ORDER_LESS : ORDER_GREATER;
    return a->length < b->length ? ORDER_LESS : a->length > b->length ? ORDER_GREATER : ORDER_EQUAL;
}

enum order compare_values(const struct ringlog_value *a, const struct ringlog_value *b)
{
    if (value_is_text(a) && value_is_text(b))
        return compare_texts(a, b);
    if (is_of_bytes(a) || is_of_bytes(b))
        return ORDER_NONE;
    return compare_numbers(a, b);
}
