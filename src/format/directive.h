/* One printf directive applied to one stored value: every combination, none of the hurry.
 *
 * The directive decides how a value looks, as a cast would in C. Where no cast exists (%d of a
 * string, %s of a pointer) the value shows in its own natural form: what was logged stays
 * visible, and nothing is ever dereferenced. */
#ifndef RL_FORMAT_DIRECTIVE_H
#define RL_FORMAT_DIRECTIVE_H

#include "base/buffer.h"
#include "record/fields.h"
#include "record/printf_spec.h"

/* Shown after a string that was cut at capture: U+2026. It counts as one column of the width, and
 * does not show where the precision cut first. */
#define RL_TEXT_CUT_MARK "\xe2\x80\xa6"

/* Width and precision of `spec` are numbers or RL_PRINTF_NONE by now. Characters and strings are
 * escaped, after width and precision, unless `raw`. */
void rl_directive_append(struct rl_buffer *out, const struct rl_printf_spec *spec,
                         const struct rl_value *value, bool raw);

#endif
