/* How a record lies in a RECORDS block: one row each, behind the other. All that is known about the
 * encoding of records is in this pair of files.
 *
 *     varint  site id << 2 | extras << 1 | another thread
 *     zigzag  time less the previous row's
 *     varint  thread id, if it is not the previous row's (the first row always says it)
 *     byte    extras, if there are: bit 0 logger, 1 level, 2 exception text, 3 stack text, 4 extra
 *             fields that a filter added, 5 those of the thread's context
 *     varint  logger id, if it is not the one that the site's definition names
 *     zigzag  level, if it is not the site's
 *     text    exception, text stack, text added, text context: if there are; the last two are
 *             packed lists (record/extra.h), whose numbers are little-endian
 *     fields  one after the other, as the site's field codes say:
 *             signed integers zigzag; unsigned ones, pointers varint;
 *             F64 a varint of the bits with their bytes reversed (round numbers have zeros at the
 *             end of the mantissa); F80 its 16 bytes, in the form that
 *             the stream's header names;
 *             BOOL as unsigned; STRING and BYTES a varint, 0 for NULL, else 1 + (bytes << 1 | cut),
 *             and the bytes
 *
 * A row depends on the rows before it in its block and on definitions, on nothing else. */
#ifndef RL_LOGFILE_ROWS_H
#define RL_LOGFILE_ROWS_H

#include "base/buffer.h"
#include "logfile/layout.h"
#include "logfile/pack.h"
#include "record/record.h"
#include "ringlog/detail/field.h"

#include <stdbool.h>
#include <stdint.h>

/* The fields that a record of a site has in struct rl_record. */
struct rl_shape {
    const uint8_t *codes;
    unsigned count;
};

struct rl_shape rl_shape_of(const struct rl_site *site);

/* What a row is written against, beside the record. */
struct rl_row_place {
    uint32_t site, thread; /* ids in the stream */
    uint16_t site_logger;
    struct rl_shape shape;
};

/* What the next row is relative to: {0, 0} and the block's first time at the block's start. */
struct rl_row_state {
    int64_t time_ns;
    uint32_t thread;
};

/* Appends the record's row. False, with nothing appended, when its fields are not those of the
 * shape; want of memory latches in the buffer. */
bool rl_row_encode(struct rl_row_state *state, struct rl_buffer *out,
                   const struct rl_row_place *place, const struct rl_record *record);

/* A row up to its fields. What the row does not say stays as the caller set it. */
struct rl_row {
    uint32_t site;
    uint32_t thread;
    int64_t time_ns;
    bool has_logger, has_level;
    uint16_t logger;
    int32_t level;
    const char *exception_text; /* NULL: none */
    size_t exception_length;
    const char *stack_text;
    size_t stack_length;
    struct rl_bytes added, context;
};

/* False: the bytes are no row. */
bool rl_row_decode(struct rl_row_state *state, struct rl_cursor *cursor, struct rl_row *row);

/* The fields behind it, as a record of this machine has them, into a buffer that is emptied first.
 * False: the bytes are no such fields, or (the buffer says so) no memory. */
bool rl_row_decode_fields(struct rl_cursor *cursor, struct rl_shape shape, enum rl_wide_form form,
                          struct rl_buffer *fields);

#endif
