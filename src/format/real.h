/* Floating-point numbers to text: %f %e %g %a and their capitals, byte for byte as glibc in the C
 * locale, whatever locale the application has set.
 *
 * Own arithmetic where it is exact (decimal.h); the rest (beyond 2^64 with %f, more than 17
 * significant digits, long double) goes to snprintf. Not async-signal-safe, because of snprintf. */
#ifndef RL_FORMAT_REAL_H
#define RL_FORMAT_REAL_H

#include "base/buffer.h"
#include "record/printf_spec.h"

/* Width and precision of `spec` are numbers or RL_PRINTF_NONE by now. Padding is limited as for
 * integers, and so is precision: RL_PRINTF_PADDING_MAX. */
void rl_double_append(struct rl_buffer *out, const struct rl_printf_spec *spec, double value);
void rl_long_double_append(struct rl_buffer *out, const struct rl_printf_spec *spec,
                           long double value);

/* %.{precision}f without flags or width, straight to memory: precision is at most
 * RL_DECIMAL_FIXED_PRECISION. Returns the end, at most RL_REAL_FIXED_MAX bytes on, or NULL if
 * rl_double_append has to do it. */
#define RL_REAL_FIXED_MAX 48
char *rl_real_write_fixed(char *to, double value, unsigned precision);

#endif
