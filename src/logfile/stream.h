/* What a reader knows of one stream: who wrote it, what its ids mean, and what must come next. */
#ifndef RL_LOGFILE_STREAM_H
#define RL_LOGFILE_STREAM_H

#include "base/idmap.h"
#include "logfile/define.h"
#include "logfile/layout.h"
#include "logfile/stage.h"

struct rl_program;

struct rl_read_site {
    uint32_t id;
    struct rl_site *site;
    struct rl_shape shape;
    uint16_t logger;
    bool compiled;              /* `program` was tried */
    struct rl_program *program; /* of the format; NULL: it is none */
};

struct rl_read_logger {
    char *name;
    size_t length;
    unsigned char *extra; /* an adapter's fields, behind the name */
    size_t extra_bytes;
    uint16_t id;
    uint8_t verdict; /* whether a selection takes it: 0 not asked yet */
};

/* A thread under one of its names. */
struct rl_read_thread {
    struct rl_thread thread;
    uint32_t count; /* place in the stream's counts, which all names of a thread share */
};

struct rl_stream {
    uint32_t id;
    bool named; /* its STREAM block was read */
    bool ended; /* its END block was read */
    uint64_t next_sequence;
    uint32_t next_block;

    pid_t pid;
    unsigned char boot_id[16];
    int64_t time_ns, monotonic_ns; /* when it began */
    /* The last that was said of both clocks at one moment. */
    int64_t clock_time_ns, clock_monotonic_ns;
    enum rl_wide_form wide;
    char *host, *process_name, *version; /* "" until named; never NULL */

    struct rl_idmap site_index, logger_index, thread_index, count_index;
    struct rl_read_site *sites;
    struct rl_read_logger *loggers;
    struct rl_read_thread *threads;
    uint64_t *counts; /* of threads by number: records up to the last one that was read */
    size_t site_count, logger_count, thread_count, counts_count;
    /* Of the loggers, how many a selection has been asked about, and the bits of those it takes. */
    size_t loggers_judged;
    uint32_t loggers_taken;
};

/* NULL: no memory. */
struct rl_stream *rl_stream_new(uint32_t id);
void rl_stream_free(struct rl_stream *stream);

/* Reads the payload of a STREAM block: 0, -EBADMSG, -ENOMEM. */
int rl_stream_name(struct rl_stream *stream, struct rl_cursor *payload);

/* Takes over a section of definitions: 0, -EBADMSG, -ENOMEM. `room` counts down the definitions
 * that may still be kept, so that a hostile file cannot take all memory: -E2BIG when it is used up.
 */
int rl_stream_define(struct rl_stream *stream, struct rl_cursor *section, size_t *room);

static inline struct rl_read_site *rl_stream_site(const struct rl_stream *stream, uint32_t id)
{
    const uint32_t at = rl_idmap_find(&stream->site_index, id);
    return at == RL_IDMAP_NONE ? NULL : &stream->sites[at];
}

static inline struct rl_read_logger *rl_stream_logger(const struct rl_stream *stream, uint16_t id)
{
    const uint32_t at = rl_idmap_find(&stream->logger_index, id);
    return at == RL_IDMAP_NONE ? NULL : &stream->loggers[at];
}

static inline const struct rl_read_thread *rl_stream_thread(const struct rl_stream *stream,
                                                            uint32_t id)
{
    const uint32_t at = rl_idmap_find(&stream->thread_index, id);
    return at == RL_IDMAP_NONE ? NULL : &stream->threads[at];
}

#endif
