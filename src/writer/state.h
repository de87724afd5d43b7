/* What the writer's files share: the state of the one thread.
 *
 * It lies on a private page that a fork child finds zeroed: the child has no writer until its first
 * record, and nothing of the parent's half-done work. */
#ifndef RL_WRITER_STATE_H
#define RL_WRITER_STATE_H

#include "base/clock.h"
#include "handlers/handler.h"
#include "logger/logger.h"
#include "record/record.h"
#include "ring/consume.h"
#include "writer/sites.h"
#include "writer/writer.h"

#include <pthread.h>

/* Whose records a ring holds, and the fields of that thread's context. */
struct rl_owner {
    struct rl_thread thread;
    struct rl_buffer context; /* a packed list */
};

/* A ring's next record, waiting for its turn. */
struct rl_cursor {
    struct rl_ring *ring;
    struct rl_ring_record record;
};

/* The rings that have something to say, as a heap: the earliest record on top. */
struct rl_merge {
    struct rl_cursor *heap;
    unsigned count;
    unsigned capacity;
};

struct rl_writer {
    uint32_t started; /* 0: no writer, 1: being started, 2: runs; atomic */
    pthread_t thread;

    /* Requests; atomic. A flush takes a number; the writer answers with the number it has done. */
    uint32_t flush_asked;
    uint32_t flush_done; /* futex */
    uint32_t stop;
    int64_t stop_deadline_ns;

    /* The thread's answer to `stop`, valid once it has ended: records were left behind. */
    bool left_behind;

    /* The thread's own. */
    const struct rl_writer_options *options;
    struct rl_clock clock;
    struct rl_merge merge;
    struct rl_sites sites;
    struct rl_owner *owners; /* whose records are read now, by ring: consumer.slot - 1 */
    unsigned owner_count;
    uint64_t losses_seen; /* of the set's ring_losses */
    uint64_t last_ticks;  /* of the last record written */
    int64_t start_ns;     /* relativeCreated counts from here */
    int64_t counted_ns;   /* when the threads that log were last counted */
    unsigned threads;     /* that log; 2 stands for more */
    struct ringlog_handler *last_resort;
    bool stuck; /* a handler cannot write: rings are left alone */

    /* The event being dispatched, and what of it is still that of the record before. */
    struct rl_record record;
    struct rl_event event;
    const struct rl_site_info *event_site;
    const struct rl_ring *event_ring;
    int32_t event_logger;
    int event_level;
    bool event_level_known;
    uint32_t level_names; /* that had been added then */
    char level_scratch[32];

    struct rl_writer_counts counts; /* atomic, relaxed */
};

/* The writer of this process; never NULL. */
struct rl_writer *rl_writer(void);

/* requests.c: the name that was set at run time, or NULL. */
const char *rl_writer_process_name(void);

/* thread.c: waits for the thread that was asked to stop to end. 0 or -ETIMEDOUT. */
int rl_writer_join(int timeout_ms);

/* dispatch.c: one record to its handlers. */
void rl_dispatch(struct rl_writer *writer, struct rl_ring *ring,
                 const struct rl_ring_record *record, const struct rl_routes *routes);

/* dispatch.c: a record of our own, told to the handlers of logger "ringlog". */
void rl_dispatch_own(struct rl_writer *writer, const struct rl_thread *thread, int64_t time_ns,
                     const struct rl_site *site, const struct rl_buffer *fields,
                     const struct rl_record_loss *loss, const struct rl_routes *routes);

/* owners.c: whose records are read now; never NULL. */
const struct rl_owner *rl_owner_of(struct rl_writer *writer, struct rl_ring *ring);

/* owners.c: takes in what the record says of the ring's owner; false: it is one to be logged. */
bool rl_owner_record(struct rl_writer *writer, struct rl_ring *ring,
                     const struct rl_ring_record *record, const struct rl_routes *routes);

/* losses.c: tells what a ring lost since the last time. */
void rl_tell_losses(struct rl_writer *writer, struct rl_ring *ring, const struct rl_routes *routes);

/* losses.c: tells what handlers had no room for, once they have. */
void rl_tell_given_up(struct rl_writer *writer, const struct rl_routes *routes);

/* drain.c: ticks from this ring in the writer's clock. They differ when init chose another clock
 * than what came before it. */
uint64_t rl_writer_ticks(const struct rl_writer *writer, const struct rl_ring *ring,
                         uint64_t ticks);

/* drain.c: one look at all rings, also at quiet ones if it is to be thorough. `horizon`: records
 * stamped later stay. Returns whether anything was there. */
bool rl_drain(struct rl_writer *writer, uint64_t horizon, bool thorough);

/* drain.c: what was appended goes out. Returns whether nothing is left behind. */
bool rl_end_batch(struct rl_writer *writer);

#endif
