#include "logfile/reals.h"

#include <math.h>
#include <string.h>

/* So many are looked at for the power of ten of all. */
#define SAMPLED 8
/* Up to here every integer is a double. */
#define INTEGERS 0x1p53

static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
#define POWERS (sizeof powers / sizeof *powers)

static inline double real_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Whether the double next to integer / power is this very one: minus zero and NaN are not. */
static inline bool is_decimal(uint64_t bits, double power, int64_t *integer)
{
    const double scaled = real_of(bits) * power;
    if (!(fabs(scaled) < INTEGERS))
        return false;
    *integer = (int64_t)(scaled + copysign(0.5, scaled));
    return bits_of((double)*integer / power) == bits;
}

/* The least power of ten that makes integers of the first few; POWERS: none does. */
static size_t find_power(const uint64_t *values, size_t count)
{
    size_t power = 0;
    int64_t integer;
    for (size_t i = 0; i < count && i < SAMPLED && power < POWERS; i++)
        while (power < POWERS && !is_decimal(values[i], powers[power], &integer))
            power++;
    return power;
}

/* How many of them could be made integers. */
static size_t scale(uint64_t *values, size_t count, double power)
{
    int64_t integer;
    for (size_t i = 0; i < count; i++) {
        if (!is_decimal(values[i], power, &integer))
            return i;
        values[i] = (uint64_t)integer;
    }
    return count;
}

static void unscale(uint64_t *values, size_t count, double power)
{
    for (size_t i = 0; i < count; i++)
        values[i] = bits_of((double)(int64_t)values[i] / power);
}

void rl_reals_append_equal(struct rl_buffer *out, uint64_t value, size_t count)
{
    if (count == 0)
        return;
    rl_buffer_append_char(out, 0);
    rl_numbers_append_equal(out, value, count);
}

void rl_reals_append(struct rl_buffer *out, uint64_t *values, size_t count)
{
    if (count == 0)
        return;
    if (rl_numbers_equal(values, count)) {
        rl_reals_append_equal(out, values[0], count);
        return;
    }
    const size_t power = find_power(values, count);
    if (power < POWERS) {
        const size_t scaled = scale(values, count, powers[power]);
        if (scaled == count) {
            rl_buffer_append_char(out, (char)(1 + power));
            rl_numbers_append(out, values, count, true);
            return;
        }
        unscale(values, scaled, powers[power]);
    }
    rl_buffer_append_char(out, 0);
    rl_numbers_append(out, values, count, false);
}

bool rl_reals_take(struct rl_cursor *cursor, uint64_t *values, size_t count)
{
    if (count == 0)
        return true;
    const uint8_t form = rl_take_byte(cursor);
    if (form > POWERS || !rl_numbers_take(cursor, values, count))
        return false;
    if (form != 0)
        unscale(values, count, powers[form - 1]);
    return true;
}
