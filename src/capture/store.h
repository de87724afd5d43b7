/* Fields of a record that is written out of line: lengths first, then bytes. */
#ifndef RL_CAPTURE_STORE_H
#define RL_CAPTURE_STORE_H

#include "capture/plan.h"

/* What is known of a STRING field before it is written. */
struct rl_string_size {
    uint32_t length; /* of its bytes in the record */
    uint32_t word;   /* its length word: RINGLOG_STRING_... */
};

/* Bytes that the field takes. Strings: at most `cap` bytes are taken, a longer one is cut in front
 * of a character and marked. */
uint64_t rl_measure_field(const struct rl_plan_field *field, struct rl_string_size *size,
                          uint64_t cap);

/* Writes the field and returns the place behind it. */
unsigned char *rl_store_field(unsigned char *to, const struct rl_plan_field *field,
                              const struct rl_string_size *size, int error);

/* The same for a string that is no argument. */
void rl_measure_text(struct rl_string_size *size, const char *text, size_t length, uint64_t cap);
unsigned char *rl_store_text(unsigned char *to, const char *text,
                             const struct rl_string_size *size);

#endif
