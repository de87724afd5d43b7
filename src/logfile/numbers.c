#include "logfile/numbers.h"

#include "logfile/bits.h"
#include "logfile/put.h"

#include <string.h>

/* What the form is chosen by: so many groups out of the column. */
#define SAMPLED 4
#define GROUP   RL_PUT_GROUP
/* Of a group's own: base and width. */
#define GROUP_MOST (RL_PACK_MOST + 1)

static inline size_t group_at(size_t at, size_t count)
{
    return count - at < GROUP ? count - at : GROUP;
}

/* ---- the form -------------------------------------------------------------------------------- */

struct costs { /* in bits */
    uint64_t near, steps, bytes;
    uint64_t all; /* every bit that a number has that was looked at */
};

static void weigh(struct costs *costs, const uint64_t *values, size_t count, bool is_signed)
{
    int64_t least = (int64_t)values[0], most = least;
    int64_t least_step = INT64_MAX, most_step = INT64_MIN;
    uint64_t all = rl_zigzag_if(is_signed, values[0]), bytes = rl_bytes_of(all);
    for (size_t i = 1; i < count; i++) {
        const int64_t value = (int64_t)values[i];
        const int64_t step = (int64_t)(values[i] - values[i - 1]);
        least = value < least ? value : least;
        most = value > most ? value : most;
        least_step = step < least_step ? step : least_step;
        most_step = step > most_step ? step : most_step;
        const uint64_t number = rl_zigzag_if(is_signed, values[i]);
        bytes += rl_bytes_of(number);
        all |= number;
    }
    costs->near += count * rl_bits_of((uint64_t)most - (uint64_t)least);
    if (count > 1)
        costs->steps += count * rl_bits_of((uint64_t)most_step - (uint64_t)least_step);
    costs->bytes += bytes * 8 + count * 2;
    costs->all |= all;
}

/* Lengths are for numbers of many sizes; they are slower to read than they look. */
static enum rl_numbers_form choose(const uint64_t *values, size_t count, bool is_signed)
{
    struct costs costs = {0};
    const size_t groups = (count + GROUP - 1) / GROUP;
    const size_t step = groups <= SAMPLED ? 1 : groups / SAMPLED;
    for (size_t group = 0; group < groups; group += step)
        weigh(&costs, values + group * GROUP, group_at(group * GROUP, count), is_signed);
    const uint64_t fewest = costs.steps < costs.near ? costs.steps : costs.near;
    if (costs.bytes + costs.bytes / 8 < fewest) {
        const bool small = costs.all <= UINT32_MAX;
        return is_signed ? (small ? RL_NUMBERS_ZIGZAG4 : RL_NUMBERS_ZIGZAG8)
                         : (small ? RL_NUMBERS_BYTES4 : RL_NUMBERS_BYTES8);
    }
    return costs.steps < costs.near ? RL_NUMBERS_STEPS : RL_NUMBERS_NEAR;
}

bool rl_numbers_equal(const uint64_t *values, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (values[i] != values[0])
            return false;
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

static unsigned char *put_near(unsigned char *to, const uint64_t *values, size_t count)
{
    const struct rl_put *put = rl_put_best();
    for (size_t at = 0; at < count; at += GROUP)
        to = put->near(to, values + at, group_at(at, count));
    return to;
}

static unsigned char *put_steps(unsigned char *to, const uint64_t *values, size_t count)
{
    const struct rl_put *put = rl_put_best();
    to = rl_put_varint(to, rl_zigzag((int64_t)values[0]));
    for (size_t at = 1; at < count; at += GROUP)
        to = put->steps(to, values + at, group_at(at, count));
    return to;
}

/* NULL: there is a number that does not fit in the lengths of this width. */
static unsigned char *put_bytes(unsigned char *to, const uint64_t *values, size_t count,
                                unsigned width, bool is_signed)
{
    const struct rl_put *put = rl_put_best();
    for (size_t at = 0; at < count && to != NULL; at += GROUP)
        to = put->bytes(to, values + at, group_at(at, count), width, is_signed);
    return to;
}

/* NULL: there are numbers that this form has no room for. */
static unsigned char *put_form(unsigned char *to, enum rl_numbers_form form, const uint64_t *values,
                               size_t count)
{
    switch (form) {
    case RL_NUMBERS_STEPS:
        return put_steps(to, values, count);
    case RL_NUMBERS_BYTES4:
        return put_bytes(to, values, count, 2, false);
    case RL_NUMBERS_BYTES8:
        return put_bytes(to, values, count, 3, false);
    case RL_NUMBERS_ZIGZAG4:
        return put_bytes(to, values, count, 2, true);
    case RL_NUMBERS_ZIGZAG8:
        return put_bytes(to, values, count, 3, true);
    default:
        return put_near(to, values, count);
    }
}

void rl_numbers_append_equal(struct rl_buffer *out, uint64_t value, size_t count)
{
    if (count == 0)
        return;
    rl_buffer_append_char(out, RL_NUMBERS_EQUAL);
    rl_append_varint(out, rl_zigzag((int64_t)value));
}

void rl_numbers_append(struct rl_buffer *out, const uint64_t *values, size_t count, bool is_signed)
{
    if (count == 0)
        return;
    if (rl_numbers_equal(values, count)) {
        rl_numbers_append_equal(out, values[0], count);
        return;
    }
    const size_t groups = count / GROUP + 1;
    char *start =
        rl_buffer_reserve(out, 1 + RL_PACK_MOST + count * 9 + groups * GROUP_MOST + RL_PUT_SLACK);
    if (start == NULL)
        return;
    enum rl_numbers_form form = choose(values, count, is_signed);
    unsigned char *const to = (unsigned char *)start + 1;
    unsigned char *end = put_form(to, form, values, count);
    if (end == NULL) { /* it was chosen by some of them */
        form = form == RL_NUMBERS_BYTES4 ? RL_NUMBERS_BYTES8 : RL_NUMBERS_ZIGZAG8;
        end = put_form(to, form, values, count);
    }
    *start = (char)form;
    out->length += (size_t)((char *)end - start);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool take_bits(struct rl_cursor *cursor, uint64_t *values, size_t count, unsigned width)
{
    const unsigned char *bits = rl_take(cursor, rl_bits_bytes(count, width));
    if (bits == NULL)
        return false;
    rl_bits_unpack(values, bits, count, width);
    return true;
}

static bool take_group(struct rl_cursor *cursor, uint64_t *values, size_t count)
{
    const uint64_t base = (uint64_t)rl_unzigzag(rl_take_varint(cursor));
    const unsigned width = rl_take_byte(cursor);
    if (width > 64 || !take_bits(cursor, values, count, width))
        return false;
    for (size_t i = 0; i < count; i++)
        values[i] += base;
    return true;
}

static bool take_steps(struct rl_cursor *cursor, uint64_t *values, size_t count)
{
    values[0] = (uint64_t)rl_unzigzag(rl_take_varint(cursor));
    for (size_t at = 1; at < count; at += GROUP) {
        const size_t group = group_at(at, count);
        if (!take_group(cursor, values + at, group))
            return false;
        for (size_t i = 0; i < group; i++)
            values[at + i] += values[at + i - 1];
    }
    return true;
}

static inline unsigned length_bits(enum rl_numbers_form form)
{
    return form == RL_NUMBERS_BYTES4 || form == RL_NUMBERS_ZIGZAG4 ? 2 : 3;
}

static bool take_bytes(struct rl_cursor *cursor, uint64_t *values, size_t count, unsigned width)
{
    if (!take_bits(cursor, values, count, width))
        return false;
    for (size_t i = 0; i < count; i++) {
        const unsigned bytes = (unsigned)values[i] + 1;
        const unsigned char *at = rl_take(cursor, bytes);
        if (at == NULL)
            return false;
        values[i] = rl_load_le64(at) & UINT64_MAX >> (64 - 8 * bytes);
    }
    return true;
}

static bool take_zigzags(struct rl_cursor *cursor, uint64_t *values, size_t count, unsigned width)
{
    if (!take_bytes(cursor, values, count, width))
        return false;
    for (size_t i = 0; i < count; i++)
        values[i] = (uint64_t)rl_unzigzag(values[i]);
    return true;
}

static bool take_equal(struct rl_cursor *cursor, uint64_t *values, size_t count)
{
    const uint64_t value = (uint64_t)rl_unzigzag(rl_take_varint(cursor));
    for (size_t i = 0; i < count; i++)
        values[i] = value;
    return true;
}

bool rl_numbers_take(struct rl_cursor *cursor, uint64_t *values, size_t count)
{
    if (count == 0)
        return true;
    const enum rl_numbers_form form = (enum rl_numbers_form)rl_take_byte(cursor);
    bool whole = true;
    switch (form) {
    case RL_NUMBERS_EQUAL:
        whole = take_equal(cursor, values, count);
        break;
    case RL_NUMBERS_STEPS:
        whole = take_steps(cursor, values, count);
        break;
    case RL_NUMBERS_NEAR:
        for (size_t at = 0; whole && at < count; at += GROUP)
            whole = take_group(cursor, values + at, group_at(at, count));
        break;
    case RL_NUMBERS_BYTES4:
    case RL_NUMBERS_BYTES8:
        for (size_t at = 0; whole && at < count; at += GROUP)
            whole = take_bytes(cursor, values + at, group_at(at, count), length_bits(form));
        break;
    case RL_NUMBERS_ZIGZAG4:
    case RL_NUMBERS_ZIGZAG8:
        for (size_t at = 0; whole && at < count; at += GROUP)
            whole = take_zigzags(cursor, values + at, group_at(at, count), length_bits(form));
        break;
    default:
        whole = false;
    }
    if (!whole)
        cursor->failed = true;
    return whole && !cursor->failed;
}
