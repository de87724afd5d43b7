/* logfmt: key=value pairs with a blank between two.
 *
 * There is no standard; what is written here reads the same in the decoders in use (those of Go's
 * logfmt packages, Loki, Vector). A value is bare, or a JSON string in double quotes. */
#ifndef RL_FORMAT_LOGFMT_H
#define RL_FORMAT_LOGFMT_H

#include "base/buffer.h"
#include "record/fields.h"

/* Blanks, '=', '"', '%' and bytes that are not printable ASCII become %NN, so that a key ends where
 * it should and different keys stay different. No key at all is a % alone. */
void rl_logfmt_append_key(struct rl_buffer *out, const char *key, size_t length);

/* Bare where it is a word of printable ASCII that begins like no number and is not true, false or
 * null: so a bare value is text only where it cannot be something else. */
void rl_logfmt_append_text(struct rl_buffer *out, const char *text, size_t length);

/* As in JSON (format/json.h) but for texts. */
void rl_logfmt_append_value(struct rl_buffer *out, const struct rl_value *value);

#endif
