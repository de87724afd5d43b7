/* Bodies of blocks as zstd frames, both ways.
 *
 * What is needed for it is made once and kept from block to block. Each block is a frame of its
 * own, so that any of them can be read without the others. */
#ifndef RL_LOGFILE_ZSTD_H
#define RL_LOGFILE_ZSTD_H

#include "base/buffer.h"
#include "logfile/pack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The greatest level: those above it take many times the memory for little. */
#define RL_ZSTD_LEVEL_MOST 19

struct rl_zstd_writer;

/* The least level: what is below zero is faster than 1 and compresses less. */
int rl_zstd_level_least(void);

/* All that a block of the usual size needs is allocated here. The level is in its range. NULL: no
 * memory. */
struct rl_zstd_writer *rl_zstd_writer_new(int level);
void rl_zstd_writer_free(struct rl_zstd_writer *writer);

/* Replaces what `out` holds from `begin` on by a frame that is shorter. False: there is none, or no
 * memory for it, and nothing has changed. */
bool rl_zstd_replace(struct rl_zstd_writer *writer, struct rl_buffer *out, size_t begin);

/* All zeros: nothing made yet. */
struct rl_zstd_reader {
    struct ZSTD_DCtx_s *context;
    struct rl_buffer body;
};

void rl_zstd_reader_free(struct rl_zstd_reader *reader);

/* Decompresses a body to `bytes` bytes, which the caller has bounded; it stays valid until the next
 * one. 0; -EBADMSG: it is not one frame of so many bytes; -ENOMEM. */
int rl_zstd_read(struct rl_zstd_reader *reader, struct rl_cursor *body, size_t bytes);

#endif
