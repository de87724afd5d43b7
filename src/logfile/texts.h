/* A column of texts, of which the reader knows how many there are. None take no bytes; else
 *
 *     byte   form
 *     PLAIN  numbers: a word for each | the bytes of all, one behind the other
 *     TABLE  varint: different texts | numbers: their words | their bytes | numbers: which of them
 *            each one is, from 0
 *
 * A word is 0 for a null pointer, else 1 + (length << 1 | cut at capture). */
#ifndef RL_LOGFILE_TEXTS_H
#define RL_LOGFILE_TEXTS_H

#include "base/buffer.h"
#include "logfile/pack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rl_texts_form {
    RL_TEXTS_PLAIN = 0,
    RL_TEXTS_TABLE = 1,
};

/* A text as a record has it: `word` is its length word (detail/field.h). */
struct rl_column_text {
    const unsigned char *bytes;
    uint32_t word;
};

/* What the columns are made with; kept from one to the next. */
struct rl_texts_scratch {
    struct rl_buffer slots, firsts, numbers;
};

void rl_texts_scratch_free(struct rl_texts_scratch *scratch);

/* Appends `count` texts that are all this one. */
void rl_texts_append_equal(struct rl_buffer *out, struct rl_column_text text, size_t count);

void rl_texts_append(struct rl_buffer *out, const struct rl_column_text *texts, size_t count,
                     struct rl_texts_scratch *scratch);

/* False: these are no such texts, or (`failed` of a scratch buffer) no memory. */
bool rl_texts_take(struct rl_cursor *cursor, struct rl_column_text *texts, size_t count,
                   struct rl_texts_scratch *scratch);

#endif
