/* Blocks: the header's bytes, the checksum, the mask. Pure. */
#ifndef RL_LOGFILE_BLOCK_H
#define RL_LOGFILE_BLOCK_H

#include "base/buffer.h"
#include "logfile/layout.h"

#include <stdbool.h>
#include <stddef.h>

/* A block is built in `out` itself: begin, append the payload (definitions first, of whose bytes
 * the header tells), finish. */
size_t rl_block_begin(struct rl_buffer *out); /* returns where the block begins */
/* Fills in payload_bytes, mask and checksums of the header and writes it. False: no memory, or more
 * than RL_BLOCK_MOST; the block is taken back. */
bool rl_block_finish(struct rl_buffer *out, size_t begin, struct rl_block *header);

/* Sets both checksums of a whole block, rl_block_bytes() long. */
void rl_block_put_checksums(unsigned char *bytes, const struct rl_block *header);

/* Whether RL_BLOCK_HEADER bytes begin a block whose length is possible. Nothing else is checked. */
bool rl_block_parse(const unsigned char *bytes, struct rl_block *header);

/* Whether the checksum holds for the head, rl_block_head() long. */
bool rl_block_head_sound(const unsigned char *bytes, const struct rl_block *header);

/* Whether the other checksum holds, for the rest of a whole block, rl_block_bytes() long. */
bool rl_block_body_sound(const unsigned char *bytes, const struct rl_block *header);

/* Whether its payload is of this version, without features that only later ones know. */
bool rl_block_understood(const struct rl_block *header);

/* Where the magic next begins in the bytes, or `length` if it does not. */
size_t rl_block_search(const unsigned char *bytes, size_t length);

/* XORs `length` bytes with the mask. */
void rl_block_unmask(unsigned char *to, const unsigned char *from, size_t length, uint8_t mask);

#endif
