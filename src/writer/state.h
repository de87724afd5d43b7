/* What the writer's files share: the state of the one thread.
 *
 * It lies on a private page that a fork child finds zeroed: the child has no writer until its first
 * record, and nothing of the parent's half-done work. */
#ifndef RL_WRITER_STATE_H
#define RL_WRITER_STATE_H

#include "base/clock.h"
#include "handlers/handler.h"
#include "logger/logger.h"
#include "record/batch.h"
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

/* Records that have been read and not yet handed on. */
struct rl_pending {
    struct rl_batch_row rows[RL_BATCH_MOST];
    unsigned count;
    int least_level, most_level; /* of all of them */
    bool one_logger;
    struct rl_ring *rings[RL_BATCH_MOST + 1]; /* that they lie in, and one that had no room */
    unsigned ring_count;
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
    struct rl_pending pending;
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
    const struct rl_ring *event_ring;     /* whose owner's; NULL: of no ring's in particular */
    const struct rl_thread *event_thread; /* whose, of an ordinary record */
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

/* event.c: parts of the event; what is set already is not set again. `id` 0: the site came with its
 * record. */
void rl_event_set_site(struct rl_writer *writer, const struct rl_site_info *info, uint32_t id);
void rl_event_set_thread(struct rl_writer *writer, const struct rl_thread *thread);
void rl_event_set_owner(struct rl_writer *writer, struct rl_ring *ring);
/* A thread without context fields. */
void rl_event_set_plain_thread(struct rl_writer *writer, const struct rl_thread *thread);
void rl_event_set_logger(struct rl_writer *writer, uint16_t id);

/* event.c: the event of a record that is all there; *scraps are to be freed with it. */
void rl_event_make(struct rl_writer *writer, struct rl_scrap **scraps);

/* Our own records, which tell of losses, are nobody's call and not counted. */
static inline void rl_count_written(struct rl_writer *writer, unsigned records)
{
    __atomic_store_n(&writer->counts.written, writer->counts.written + records, __ATOMIC_RELAXED);
}

/* dispatch.c: one record to its handlers. */
void rl_dispatch(struct rl_writer *writer, struct rl_ring *ring,
                 const struct rl_ring_record *record, const struct rl_routes *routes);

/* dispatch.c: the event of the writer's record to the handlers of its logger. */
void rl_dispatch_event(struct rl_writer *writer, const struct rl_routes *routes);

/* dispatch_rows.c: the ordinary records that have been read, to their handlers. */
void rl_dispatch_rows(struct rl_writer *writer, const struct rl_routes *routes);

/* dispatch.c: a record is written later than one that was stamped after it. */
void rl_count_late(struct rl_writer *writer, uint64_t ticks);

static inline void rl_note_lateness(struct rl_writer *writer, uint64_t ticks)
{
    if (__builtin_expect((int64_t)(ticks - writer->last_ticks) >= 0, 1))
        writer->last_ticks = ticks;
    else
        rl_count_late(writer, ticks);
}

/* dispatch.c: a record of our own, told to the handlers of logger "ringlog". */
void rl_dispatch_own(struct rl_writer *writer, const struct rl_thread *thread, int64_t time_ns,
                     const struct rl_site *site, const struct rl_buffer *fields,
                     const struct rl_record_loss *loss, const struct rl_routes *routes);

/* owners.c: whose records are read now; never NULL. */
const struct rl_owner *rl_owner_of(struct rl_writer *writer, struct rl_ring *ring);

/* What is known of the thread of the last event may have changed. */
static inline void rl_forget_owner(struct rl_writer *writer)
{
    writer->event_ring = NULL;
    writer->event_thread = NULL;
}

/* owners.c: takes in what the record says of the ring's owner; false: it is one to be logged. */
bool rl_owner_record(struct rl_writer *writer, struct rl_ring *ring,
                     const struct rl_ring_record *record, const struct rl_routes *routes);

/* losses.c: tells what a ring lost since the last time. */
void rl_tell_losses(struct rl_writer *writer, struct rl_ring *ring, const struct rl_routes *routes);

/* losses.c: tells what handlers had no room for, once they have. */
void rl_tell_given_up(struct rl_writer *writer, const struct rl_routes *routes);

/* pending.c: the ring's next records, as long as they are ordinary ones, due before `bound`, and
 * there is room. Leaves the cursor at the first that was not taken. */
enum rl_taken {
    RL_TAKEN_ALL,   /* the ring has no more */
    RL_TAKEN_DUE,   /* the next one is not due before `bound` */
    RL_TAKEN_FULL,  /* there is no more room */
    RL_TAKEN_OTHER, /* the next one is no ordinary record */
};
enum rl_taken rl_pending_take(struct rl_writer *writer, struct rl_cursor *cursor, uint64_t bound);

/* pending.c: hands them on. */
void rl_pending_dispatch(struct rl_writer *writer);

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
