/* The .rlog container, version 1. Readers read it for ever (tests/golden): what is added to it is
 * such as its readers may pass over, or an incompatible feature (docs/rlog-format.md).
 *
 * A file is a sequence of blocks, and nothing else. A block is a header of 80 bytes, a payload, and
 * zeros up to a multiple of eight. Everything is little-endian.
 *
 *      0  8  magic
 *      8  4  CRC-32C of the head: the header from byte 16, and the definitions
 *     12  4  CRC-32C of the body: the payload behind the definitions, and the padding
 *     16  2  kind
 *     18  1  format version
 *     19  1  mask: the payload is stored XORed with this byte
 *     20  4  payload bytes, without the padding
 *     24  4  bytes of definitions, with which the payload begins
 *     28  4  records in the block; at most 65,536
 *     32  4  stream
 *     36  4  number of the block in its stream, from 0
 *     40  8  first sequence: number of the block's first record in its stream, from 0
 *     48  8  least time in the block, in nanoseconds since the epoch
 *     56  8  greatest time
 *     64  4  level mask: bit n stands for the levels 10 n to 10 n + 9 (bit 0 also for those below,
 *            bit 31 for those above)
 *     68  4  logger mask: bit n stands for the loggers whose ids leave n when divided by 32
 *     72  4  incompatible features: a reader that does not know one of these bits cannot read the
 *            block. Bit 0, of RECORDS blocks: the body is one zstd frame
 *     76  4  with bit 0: bytes of the body before it was compressed; else zero
 *
 * The head has a checksum of its own, so that who wants nothing of a block need not read its body.
 *
 * Streams. A stream is what one process appended to a file from opening it to closing it. Several
 * processes may append to one file (a forked child goes on in its parent's), so every block names
 * its stream, and ids and sequence numbers count within it. A STREAM block begins a stream, an END
 * block ends one that was closed; a process that was killed leaves none.
 *
 * Definitions. Records name their call site, logger and thread by ids. The definitions of the ids
 * travel at the front of the payload that first uses them, so that a definition is never lost
 * without the records that need it; the next block that uses an id defines it once more, and later
 * blocks at growing distances, so that one damaged block makes no other unreadable, and a file
 * whose beginning is gone can be read from some point on. An id means the same in all of its
 * stream, so nothing that is lost can change what it means. The STREAM block is repeated too.
 *
 * Damage. The magic occurs nowhere in a payload: where it would, the mask is chosen so that it does
 * not. So a reader that has lost its way searches for the next magic, and what it finds is the
 * header of a block and never data that was logged. Sequence and block numbers tell what is
 * missing.
 *
 * Numbers in payloads are `varint`s (logfile/pack.h). A `text` is a varint length and that many
 * bytes.
 *
 *     STREAM   varint compatible features | varint process id | 16 bytes boot id |
 *              time (8 bytes) and monotonic clock (8 bytes) at the same moment |
 *              byte: form of long double (enum rl_wide_form) |
 *              text host | text process name | text writer's version
 *     RECORDS  definitions | columns (logfile/columns.h)
 *     LOSS     definitions | varint thread (0: none) | varint count | varint reason; the header's
 *              times are those between which they were lost
 *     CLOCK    time (8 bytes) and monotonic clock (8 bytes) at the same moment
 *     END      eight bytes: how many the INDEX block before it has; 0: there is none
 *     INDEX    definitions | byte: there is an INDEX block before this one | varint blocks | of
 *              these, columns of numbers: bytes, kind, records, least time, greatest less least
 *              time, level mask, logger mask (logfile/index.h)
 */
#ifndef RL_LOGFILE_LAYOUT_H
#define RL_LOGFILE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* A byte that no text has, the name, and what transfers that mistake it for text would change (as
 * in PNG's signature, RFC 2083). The first byte stands once, so matches cannot overlap. */
#define RL_BLOCK_MAGIC       "\x9erlog\r\n\x1a"
#define RL_BLOCK_MAGIC_BYTES 8
#define RL_BLOCK_CHECKED_AT  16 /* first byte that the head's checksum covers */
#define RL_BLOCK_HEADER      80
#define RL_BLOCK_ALIGNMENT   8

#define RL_LOGFILE_VERSION 1

/* A block is closed when its records, as they came, take this; only a record larger than that makes
 * it larger. */
#define RL_BLOCK_TARGET       (256 * 1024)
#define RL_BLOCK_RECORDS_MOST 65536
/* No payload is larger: what a reader must be ready to hold. */
#define RL_BLOCK_MOST (4 * 1024 * 1024)

#define RL_END_PAYLOAD 8

enum rl_block_kind {
    RL_BLOCK_STREAM = 1,
    RL_BLOCK_RECORDS = 2,
    RL_BLOCK_LOSS = 3,
    RL_BLOCK_CLOCK = 4,
    RL_BLOCK_END = 5,
    /* Kinds from here on may be skipped by a reader that does not know them. */
    RL_BLOCK_OPTIONAL = 0x8000,
    RL_BLOCK_INDEX = 0x8001,
};

/* Incompatible features. */
#define RL_FEATURE_ZSTD UINT32_C(1)

/* Columns that only some of a block's records have (logfile/columns.h). */
enum rl_sparse {
    RL_SPARSE_LOGGER,
    RL_SPARSE_LEVEL,
    RL_SPARSE_EXCEPTION,
    RL_SPARSE_STACK,
    RL_SPARSE_ADDED,
    RL_SPARSE_CONTEXT,
    RL_SPARSE_COLUMNS,
};

/* What a definition defines: the first byte of its entry. */
enum rl_definition {
    RL_DEFINE_SITE = 1,
    RL_DEFINE_LOGGER = 2,
    RL_DEFINE_THREAD = 3,
};

/* How the machine that logged stores long double. */
enum rl_wide_form {
    RL_WIDE_OTHER = 0,
    RL_WIDE_BINARY64 = 1,  /* IEEE 754 binary64 */
    RL_WIDE_X87 = 2,       /* 80 bits with an explicit integer bit */
    RL_WIDE_BINARY128 = 3, /* IEEE 754 binary128 */
    RL_WIDE_UNSEEN = 256,  /* in no file: to a reader, as long as it has found no STREAM block */
};

/* Why records were lost. */
enum rl_lost {
    RL_LOST_FULL = 1,    /* ring full under DROP, or longer than block_timeout_ms */
    RL_LOST_EARLY = 2,   /* ring full before init */
    RL_LOST_LATE = 3,    /* after shutdown */
    RL_LOST_NESTED = 4,  /* in a signal handler */
    RL_LOST_LIBRARY = 5, /* by a handler's own log calls */
    RL_LOST_MEMORY = 6,  /* no ring could be had for the thread */
    RL_LOST_QUEUE = 7,   /* the handler's queue was full */
    RL_LOST_SIZE = 8,    /* too large for a block */
};

/* The reason in words; "unknown reason" for one from a later version. */
const char *rl_lost_reason(uint32_t reason);

/* A block's header, read. */
struct rl_block {
    uint16_t kind;
    uint8_t version;
    uint8_t mask;
    uint32_t head_crc, body_crc;
    uint32_t payload_bytes;
    uint32_t definitions_bytes; /* at most payload_bytes */
    uint32_t records;
    uint32_t stream;
    uint32_t number;
    uint32_t level_mask;
    uint32_t logger_mask;
    uint32_t incompatible;
    uint32_t plain_bytes; /* with RL_FEATURE_ZSTD: of the body before it was compressed */
    uint64_t first_sequence;
    int64_t least_time_ns;
    int64_t greatest_time_ns;
};

/* Of the part that the first checksum covers: header and definitions. */
static inline size_t rl_block_head(const struct rl_block *block)
{
    return RL_BLOCK_HEADER + (size_t)block->definitions_bytes;
}

/* Of the block in the file, header and padding included. */
static inline uint64_t rl_block_bytes(uint32_t payload_bytes)
{
    return (RL_BLOCK_HEADER + (uint64_t)payload_bytes + RL_BLOCK_ALIGNMENT - 1) &
           ~(uint64_t)(RL_BLOCK_ALIGNMENT - 1);
}

/* The logger mask's bit for a logger. */
static inline uint32_t rl_logger_bit(uint32_t id)
{
    return UINT32_C(1) << id % 32;
}

/* The level mask's bit for a level. */
static inline uint32_t rl_level_bit(int32_t level)
{
    return UINT32_C(1) << (level < 0 ? 0 : level >= 310 ? 31 : level / 10);
}

#endif
