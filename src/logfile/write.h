/* Records to the bytes of a log file. Pure: it appends to a buffer, and whoever owns the file
 * writes that out.
 *
 *     struct rl_logfile_writer writer;
 *     rl_logfile_writer_init(&writer, &identity);
 *     rl_logfile_writer_begin(&writer, &out);
 *     rl_logfile_writer_add(&writer, record, &out);      ... many
 *     rl_logfile_writer_finish_block(&writer, &out);     at the end of a batch; then write out
 *     rl_logfile_writer_end(&writer, &out);
 *     rl_logfile_writer_free(&writer);
 *
 * One writer writes one stream of one file. For the next file of a rotation, and in a child that
 * goes on in its parent's file, init again. What is appended to `out` between two looks at it is
 * whole blocks, and must reach the file in that order and as one piece or not at all.
 *
 * `out` latches a failed allocation; the block that did not fit is then missing, and its records
 * show as a gap in the sequence. */
#ifndef RL_LOGFILE_WRITE_H
#define RL_LOGFILE_WRITE_H

#include "base/buffer.h"
#include "logfile/columns.h"
#include "logfile/index.h"
#include "logfile/known.h"
#include "logfile/layout.h"
#include "logfile/zstd.h"
#include "record/record.h"

#include <stdbool.h>
#include <stdint.h>

/* Who logs; strings are copied by begin. */
struct rl_logfile_identity {
    const char *host;
    const char *process_name;
    const char *version; /* of the library */
    pid_t pid;
    unsigned char boot_id[16];
    int64_t time_ns;      /* now, since the epoch */
    int64_t monotonic_ns; /* CLOCK_MONOTONIC at the same moment */
};

struct rl_logfile_writer {
    struct rl_buffer header; /* payload of the STREAM block, said again from time to time */
    uint32_t stream;
    uint32_t blocks;        /* number of the next one */
    uint64_t sequence;      /* of the next block's first record */
    uint64_t position;      /* bytes that this stream has appended */
    uint64_t header_due_at; /* position from which the header is said again */

    /* The open block; of no records: none. */
    struct rl_buffer definitions;
    struct rl_stage stage;
    struct rl_columns_scratch scratch;
    struct rl_zstd_writer *zstd; /* the owner's, who may set it after init; NULL: do not compress */
    uint64_t open_block;         /* number of it, from 1: for places in it */

    struct rl_index_writer index;

    /* By id of the process; transient sites by a hash of their content. */
    struct rl_known sites, transients, loggers, threads;
    /* Ids given out, never twice in a stream. */
    uint32_t site_ids, thread_ids;
    /* Of the last record: its thread (number 0: to be looked up) and site, and where they are among
     * the known ones. */
    uint64_t thread_name;
    uint32_t thread_number, thread_at;
    uint32_t site_id, site_at;
    struct rl_buffer body; /* of a definition, in the making */
};

void rl_logfile_writer_init(struct rl_logfile_writer *writer,
                            const struct rl_logfile_identity *identity);
void rl_logfile_writer_free(struct rl_logfile_writer *writer);

/* Bytes of the stream, if it were closed now, at most. */
uint64_t rl_logfile_writer_bytes(const struct rl_logfile_writer *writer);

/* The block that names the stream. First of all, once. */
void rl_logfile_writer_begin(struct rl_logfile_writer *writer, struct rl_buffer *out);

/* Adds a record to the open block; a block that is full goes to `out`. 0; -ENOMEM; -EINVAL: its
 * fields are not those of its site; -EMSGSIZE: larger than a block can be. A record that is refused
 * has changed nothing. */
int rl_logfile_writer_add(struct rl_logfile_writer *writer, const struct rl_record *record,
                          struct rl_buffer *out);

/* Adds the first of these ordinary records, as long as each is of a thread and a call site that the
 * open block knows; returns how many. The next one is to be added by itself, if only so that it
 * opens a block and defines what it needs. */
unsigned rl_logfile_writer_add_rows(struct rl_logfile_writer *writer,
                                    const struct rl_batch_row *rows, unsigned count,
                                    struct rl_buffer *out);

/* Tells that `count` records of a thread (NULL: of no thread in particular) were lost between two
 * times. */
int rl_logfile_writer_loss(struct rl_logfile_writer *writer, const struct rl_thread *thread,
                           uint64_t count, int64_t from_ns, int64_t to_ns, enum rl_lost reason,
                           struct rl_buffer *out);

/* Says what both clocks show at one moment: after a step of the wall clock, or from time to time.
 */
void rl_logfile_writer_clock(struct rl_logfile_writer *writer, int64_t time_ns,
                             int64_t monotonic_ns, struct rl_buffer *out);

/* The owner threw away what it was given: all is defined anew. */
void rl_logfile_writer_forget(struct rl_logfile_writer *writer);

/* Closes the open block, so that all that was added is in `out`. */
void rl_logfile_writer_finish_block(struct rl_logfile_writer *writer, struct rl_buffer *out);

/* Closes the stream: a reader then knows that nothing is missing at its end. */
void rl_logfile_writer_end(struct rl_logfile_writer *writer, struct rl_buffer *out);

#endif
