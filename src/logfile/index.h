/* The index of a stream: where its blocks are and what they hold, so that a reader that wants few
 * of them need not look at the others.
 *
 * INDEX blocks list the blocks before them, back to the last INDEX block or to the stream's first
 * block, and repeat what these defined. A stream that was closed ends with an INDEX and an END
 * block, which says how long the INDEX is: so a reader finds them from the end of the file, each
 * from the one behind it. An index is a hint. Blocks of another stream in between, or a file that
 * was cut, make it wrong; then the blocks are not where it says, and the reader does without. */
#ifndef RL_LOGFILE_INDEX_H
#define RL_LOGFILE_INDEX_H

#include "base/buffer.h"
#include "logfile/layout.h"
#include "logfile/pack.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- writing ---- */

/* What is not yet in an INDEX block. All zeros: nothing. */
struct rl_index_writer {
    struct rl_buffer blocks;      /* struct rl_index_entry */
    struct rl_buffer definitions; /* that were made for the first time */
    bool continues;               /* there is an INDEX block before */
    bool broken;                  /* a block was thrown away: lengths do not add up any more */
};

void rl_index_writer_free(struct rl_index_writer *index);

/* A block of so many bytes went to the file. */
void rl_index_add(struct rl_index_writer *index, const struct rl_block *block, uint64_t bytes);

/* Bytes of an INDEX and an END block, if they were written now, at most. */
uint64_t rl_index_bytes(const struct rl_index_writer *index);

/* Whether there is enough for an INDEX block. */
bool rl_index_is_due(const struct rl_index_writer *index);

/* Appends the body of an INDEX block. */
void rl_index_append(const struct rl_index_writer *index, struct rl_buffer *out);

/* The block is written: goes on with nothing. */
void rl_index_clear(struct rl_index_writer *index);

/* ---- reading ---- */

struct rl_index_entry {
    uint64_t offset; /* of the file */
    uint64_t first_sequence;
    int64_t least_time_ns, greatest_time_ns;
    uint32_t bytes; /* padding included */
    uint32_t stream, number;
    uint32_t kind, records, level_mask, logger_mask;
};

/* Takes over definitions of a stream: 0 or -errno. */
typedef int (*rl_index_define)(void *context, uint32_t stream, struct rl_cursor *definitions);

struct rl_index {
    struct rl_buffer entries; /* struct rl_index_entry, the last block first */
};

void rl_index_free(struct rl_index *index);

/* Reads the index of a file, as far back from its end as it goes: of its last stream, and of the
 * stream that was closed before that, and so on. What cannot be trusted is left out. 0 or
 * -ENOMEM. */
int rl_index_read(struct rl_index *index, int fd, uint64_t size, rl_index_define define,
                  void *context);

#endif
