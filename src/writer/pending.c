/* Ordinary records, many at a time: a row of each, as far as handlers need it. */
#include "logger/logger.h"
#include "ring/set.h"
#include "writer/state.h"

/* Sites whose records are of one level and have all their fields from the format. */
static bool is_ordinary(const struct rl_site *site)
{
    return (site->flags & (RINGLOG_SITE_RUNTIME_LEVEL_ | RL_SITE_EVENT)) == 0;
}

/* A thread's own records, in the writer's clock, without context fields. An owner that is new to
 * the writer is none: making it a place moves those that rows name. */
static bool holds_rows(struct rl_writer *writer, struct rl_ring *ring)
{
    return ring->main == NULL && ring->consumer.slot != 0 &&
           (ring->header->monotonic != 0) == writer->clock.ticks_are_ns &&
           rl_owner_of(writer, ring)->context.length == 0;
}

static const struct rl_site *ordinary_site(struct rl_writer *writer, uint32_t id)
{
    if (id < RL_FIRST_SITE_ID)
        return NULL;
    const struct rl_site_info *info = rl_sites_find(&writer->sites, id);
    return info != NULL && is_ordinary(info->site) ? info->site : NULL;
}

static void note_ring(struct rl_pending *pending, struct rl_ring *ring)
{
    if (pending->ring_count == 0 || pending->rings[pending->ring_count - 1] != ring)
        pending->rings[pending->ring_count++] = ring;
}

/* Another call site or logger than that of the row before. */
static void note_turn(struct rl_pending *pending, int level, uint16_t logger_id)
{
    if (pending->count == 0) {
        pending->least_level = pending->most_level = level;
        pending->one_logger = true;
        return;
    }
    pending->least_level = level < pending->least_level ? level : pending->least_level;
    pending->most_level = level > pending->most_level ? level : pending->most_level;
    pending->one_logger &= logger_id == pending->rows[0].logger_id;
}

static inline void add_row(struct rl_pending *pending, const struct rl_clock *clock,
                           const struct rl_ring_record *record, const struct rl_site *site,
                           const struct rl_thread *thread)
{
    pending->rows[pending->count++] = (struct rl_batch_row){
        .time_ns = rl_clock_wall_ns(clock, record->ticks),
        .site = site,
        .thread = thread,
        .fields = record->fields,
        .fields_bytes = (uint32_t)record->field_bytes,
        .site_id = rl_header_site(record->header),
        .level = site->level,
        .logger_id = rl_header_logger(record->header),
    };
}

enum rl_taken rl_pending_take(struct rl_writer *writer, struct rl_cursor *cursor, uint64_t bound)
{
    struct rl_pending *pending = &writer->pending;
    struct rl_ring *ring = cursor->ring;
    if (!holds_rows(writer, ring))
        return RL_TAKEN_OTHER;
    const struct rl_thread *thread = &rl_owner_of(writer, ring)->thread;
    const struct rl_site *site = NULL;
    uint64_t origin = 0;
    struct rl_ring_record record = cursor->record;
    enum rl_taken taken = RL_TAKEN_DUE;
    note_ring(pending, ring);
    do {
        if (rl_header_origin(record.header) != origin) {
            origin = rl_header_origin(record.header);
            site = ordinary_site(writer, rl_header_site(record.header));
            if (site != NULL)
                note_turn(pending, site->level, rl_header_logger(record.header));
        }
        if (site == NULL || pending->count == RL_BATCH_MOST) {
            taken = site == NULL ? RL_TAKEN_OTHER : RL_TAKEN_FULL;
            break;
        }
        add_row(pending, &writer->clock, &record, site, thread);
        rl_note_lateness(writer, record.ticks);
        rl_ring_step(ring, &record);
        if (!rl_ring_peek(ring, &record)) {
            taken = RL_TAKEN_ALL;
            break;
        }
    } while ((int64_t)(record.ticks - bound) < 0);
    cursor->record = record;
    return taken;
}

void rl_pending_dispatch(struct rl_writer *writer)
{
    struct rl_pending *pending = &writer->pending;
    /* The routes only now: what a thread logs after a change goes by that change, also when this
     * look began before it. */
    if (pending->count != 0)
        rl_dispatch_rows(writer, rl_routes());
    /* Space goes back in steps, so that the producer's line of it changes seldom. */
    for (unsigned i = 0; i < pending->ring_count; i++)
        if (rl_ring_held(pending->rings[i]) >= pending->rings[i]->header->bytes / 8)
            rl_ring_release(pending->rings[i]);
    pending->count = pending->ring_count = 0;
}
