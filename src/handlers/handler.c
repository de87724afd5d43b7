#include "handlers/handler.h"

#include "base/error.h"
#include "base/os.h"
#include "base/references.h"
#include "handlers/filter.h"
#include "handlers/isolation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A batch is written when this much has been appended, and at its end. */
#define WRITE_BYTES ((size_t)256 << 10)
/* A direct handler that cannot write holds this much before it stops the writer. */
#define STUCK_BYTES ((size_t)1 << 20)
/* How long after a failure a direct handler tries again. */
#define RETRY_NS 50000000

bool rl_handlers_give_up;

static struct ringlog_handler *latest; /* of all that live; under the mutex of configuration */

int rl_handler_init(struct ringlog_handler *handler, const struct rl_handler_ops *ops,
                    const struct ringlog_isolation_options *options, bool isolate)
{
    handler->ops = ops;
    handler->references = 1;
    handler->process = getpid();
    if ((unsigned)options->isolation > RINGLOG_NOT_ISOLATED)
        return rl_error(-EINVAL, "isolation %d: no such choice", (int)options->isolation);
    if ((unsigned)options->policy > RINGLOG_QUEUE_BLOCK)
        return rl_error(-EINVAL, "queue policy %d: no such policy", (int)options->policy);
    if (options->isolation == RINGLOG_ISOLATED ||
        (options->isolation == RINGLOG_ISOLATION_DEFAULT && isolate)) {
        const int isolated = rl_isolation_new(&handler->isolation, options);
        if (isolated < 0)
            return isolated;
    }
    rl_config_lock();
    handler->older = latest;
    latest = handler;
    rl_config_unlock();
    return 0;
}

void rl_handler_forget(struct ringlog_handler *handler)
{
    rl_config_lock();
    struct ringlog_handler **place = &latest;
    while (*place != NULL && *place != handler)
        place = &(*place)->older;
    if (*place != NULL)
        *place = handler->older;
    rl_config_unlock();
}

struct ringlog_handler **rl_handlers_hold(uint32_t *count)
{
    *count = 0;
    rl_config_lock();
    uint32_t most = 0;
    for (struct ringlog_handler *handler = latest; handler != NULL; handler = handler->older)
        most++;
    struct ringlog_handler **held = malloc(most * sizeof(struct ringlog_handler *));
    for (struct ringlog_handler *handler = latest; held != NULL && handler != NULL;
         handler = handler->older)
        if (rl_ref_take_if_any(&handler->references))
            held[(*count)++] = handler;
    rl_config_unlock();
    return held;
}

/* ---- what is given up ---- */

void rl_handler_count_lost(struct ringlog_handler *handler, uint64_t records)
{
    __atomic_fetch_add(&handler->counts.lost, records, __ATOMIC_RELAXED);
    __atomic_store_n(&handler->dropped, true, __ATOMIC_RELAXED);
}

void rl_handler_count_full(struct ringlog_handler *handler, uint64_t records)
{
    rl_handler_count_lost(handler, records);
    if (handler->untold == 0)
        handler->untold_since_ns = rl_wall_ns();
    handler->untold += records;
}

static bool has_room(struct ringlog_handler *handler)
{
    return handler->isolation == NULL ? rl_handler_is_idle(handler)
                                      : rl_isolation_is_empty(handler);
}

uint64_t rl_handler_take_untold(struct ringlog_handler *handler, int64_t *since_ns)
{
    if (handler->untold == 0 || !has_room(handler))
        return 0;
    const uint64_t untold = handler->untold;
    *since_ns = handler->untold_since_ns;
    handler->untold = 0;
    return untold;
}

/* Where the line ends whose beginning is out, or where what is out ends. */
static size_t end_of_begun_line(const struct ringlog_handler *handler)
{
    const char *data = handler->out.data;
    const size_t written = handler->out_written;
    if (!handler->ops->lines || written == 0 || data[written - 1] == '\n')
        return written;
    const char *end = memchr(data + written, '\n', handler->out.length - written);
    return end == NULL ? handler->out.length : (size_t)(end + 1 - data);
}

uint32_t rl_handler_records(const struct ringlog_handler *handler, const char *bytes, size_t length,
                            uint32_t most)
{
    uint32_t records = most;
    if (handler->ops->count != NULL)
        records = handler->ops->count(bytes, length);
    else if (handler->ops->lines) {
        records = 0;
        for (size_t i = 0; i < length; i++)
            records += bytes[i] == '\n';
    }
    return records < most ? records : most;
}

/* Gives up what is appended from there on. */
static void drop_out(struct ringlog_handler *handler, size_t offset)
{
    const uint32_t lost = rl_handler_records(handler, handler->out.data + offset,
                                             handler->out.length - offset, handler->out_records);
    rl_handler_count_full(handler, lost);
    handler->out_records -= lost;
    rl_marks_keep(&handler->marks, handler->out.length - handler->out_written,
                  offset - handler->out_written);
    handler->out.length = offset;
    if (handler->out_written == offset)
        handler->out.length = handler->out_written = handler->out_records = 0;
}

/* ---- write, on the writer's thread ---- */

static void note_pending(struct ringlog_handler *handler)
{
    __atomic_store_n(&handler->counts.pending, handler->out.length - handler->out_written,
                     __ATOMIC_RELAXED);
}

static void write_direct(struct ringlog_handler *handler)
{
    if (handler->retry_ns != 0 && rl_monotonic_ns() < handler->retry_ns)
        return;
    handler->retry_ns = 0;
    handler->writing = &handler->marks;
    while (handler->out_written < handler->out.length) {
        const size_t left = handler->out.length - handler->out_written;
        const ssize_t wrote =
            handler->ops->write(handler, handler->out.data + handler->out_written, left);
        if (wrote == -EINTR)
            continue;
        if (wrote <= 0) {
            rl_handler_attempt_failed(handler, wrote < 0 ? (int)-wrote : EIO, "write");
            handler->retry_ns = rl_monotonic_ns() + RETRY_NS;
            if (rl_handlers_give_up && handler->out.length > STUCK_BYTES)
                drop_out(handler, end_of_begun_line(handler));
            note_pending(handler);
            return;
        }
        rl_marks_take(&handler->marks, left, (size_t)wrote);
        handler->out_written += (size_t)wrote;
        __atomic_fetch_add(&handler->counts.bytes, (uint64_t)wrote, __ATOMIC_RELAXED);
    }
    handler->out.length = handler->out_written = 0;
    handler->out_records = 0;
    note_pending(handler);
}

static void write_out(struct ringlog_handler *handler)
{
    if (handler->out.failed) {
        handler->out.failed = false;
        rl_handler_error(handler, ENOMEM, "format");
    }
    if (handler->isolation != NULL)
        rl_isolation_push(handler);
    else if (handler->out.length != 0)
        write_direct(handler);
}

/* ---- append ---- */

void rl_handler_append(struct ringlog_handler *handler, const struct rl_event *event)
{
    if (event->record->level >= rl_handler_level(handler))
        rl_handler_append_any(handler, event);
}

/* The writer's: the direct handler of those in order that appended last in this batch. */
static struct ringlog_handler *last_in_order;

/* What another handler of those in order has appended comes first. */
static void keep_order(struct ringlog_handler *handler)
{
    struct ringlog_handler *last = last_in_order;
    if (last == handler || !handler->ops->in_order || handler->isolation != NULL)
        return;
    last_in_order = handler;
    if (last != NULL && last->process == handler->process) /* else: of before a fork */
        write_out(last);
}

static void appended(struct ringlog_handler *handler, unsigned records)
{
    struct ringlog_handler *sink = rl_handler_sink(handler);
    sink->out_records += records;
    /* The writer alone counts these. */
    __atomic_store_n(&handler->counts.records, handler->counts.records + records, __ATOMIC_RELAXED);
    if (sink->out.length - sink->out_written >= WRITE_BYTES)
        write_out(sink);
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    keep_order(handler);
    handler->ops->append(handler, event);
    appended(handler, 1);
}

void rl_handler_append_any(struct ringlog_handler *handler, const struct rl_event *event)
{
    if (handler->closed || rl_handler_sink(handler)->closed)
        return;
    const struct rl_list *filters = rl_rcu_dereference(handler->filters);
    if (__builtin_expect(filters == NULL, 1)) {
        append(handler, event);
        return;
    }
    /* What this handler's filters add is for this handler alone. */
    const struct rl_bytes added = event->record->extra[RL_EXTRA_ADDED];
    if (rl_filters_pass(filters, event))
        append(handler, event);
    event->record->extra[RL_EXTRA_ADDED] = added;
}

unsigned rl_handler_append_rows(struct ringlog_handler *handler, const struct rl_batch_row *rows,
                                unsigned count, int least_level)
{
    if (handler->closed || rl_handler_sink(handler)->closed ||
        least_level < rl_handler_level(handler) || rl_rcu_dereference(handler->filters) != NULL)
        return 0;
    keep_order(handler);
    const unsigned taken = handler->ops->append_rows(handler, rows, count);
    appended(handler, taken);
    return taken;
}

unsigned rl_handler_append_run(struct ringlog_handler *handler, struct rl_event *event,
                               const struct rl_batch_row *rows, unsigned count)
{
    if (handler->closed || rl_handler_sink(handler)->closed ||
        event->record->level < rl_handler_level(handler))
        return count;
    if (handler->ops->append_run == NULL || rl_rcu_dereference(handler->filters) != NULL)
        return 0;
    const unsigned taken = handler->ops->append_run(handler, event, rows, count);
    appended(handler, taken);
    return taken;
}

void rl_handler_end_batch(struct ringlog_handler *handler)
{
    struct ringlog_handler *sink = rl_handler_sink(handler);
    if (sink->closed)
        return;
    if (sink->ops->end_batch != NULL)
        sink->ops->end_batch(sink);
    write_out(sink);
    if (last_in_order == handler)
        last_in_order = NULL;
}

bool rl_handler_is_stuck(const struct ringlog_handler *handler)
{
    const struct ringlog_handler *sink = rl_handler_sink(handler);
    return (sink->retry_ns != 0 && sink->out.length - sink->out_written >= STUCK_BYTES) ||
           (handler->inner != NULL && rl_handler_is_stuck(handler->inner));
}

bool rl_handler_is_isolated(const struct ringlog_handler *handler)
{
    return rl_handler_sink(handler)->isolation != NULL;
}

bool rl_handler_is_idle(struct ringlog_handler *handler)
{
    if (handler->inner != NULL && !rl_handler_is_idle(handler->inner))
        return false;
    struct ringlog_handler *sink = rl_handler_sink(handler);
    if (sink->isolation != NULL)
        return rl_isolation_is_idle(sink);
    return __atomic_load_n(&sink->counts.pending, __ATOMIC_RELAXED) == 0;
}

void rl_handler_hurry(struct ringlog_handler *handler)
{
    struct ringlog_handler *sink = rl_handler_sink(handler);
    if (handler->inner != NULL)
        rl_handler_hurry(handler->inner);
    if (sink->isolation != NULL)
        rl_isolation_hurry(sink);
}

bool rl_handler_wait(struct ringlog_handler *handler, int64_t deadline_ns)
{
    if (handler->inner != NULL && !rl_handler_wait(handler->inner, deadline_ns))
        return false;
    struct ringlog_handler *sink = rl_handler_sink(handler);
    return sink->isolation == NULL ? rl_handler_is_idle(sink)
                                   : rl_isolation_wait(sink, deadline_ns);
}

/* ---- life ---- */

int rl_handler_sync(struct ringlog_handler *handler)
{
    if (handler->inner != NULL)
        return rl_handler_sync(handler->inner);
    return handler->closed || handler->ops->sync == NULL ? 0 : handler->ops->sync(handler);
}

void rl_handler_adopt(struct ringlog_handler *handler)
{
    if (handler->inner != NULL)
        rl_handler_adopt(handler->inner);
    if (handler->process == getpid())
        return;
    handler->process = getpid();
    if (handler->sink != NULL)
        rl_handler_adopt(handler->sink);
    /* The buffers may be torn: they are left behind. */
    handler->out = (struct rl_buffer){0};
    handler->marks = (struct rl_marks){0};
    handler->out_written = 0;
    handler->out_records = 0;
    handler->retry_ns = 0;
    handler->kept_bytes = 0;
    if (handler->formatter != NULL)
        rl_line_format_forked(&handler->formatter->format);
    if (handler->ops->forked != NULL)
        handler->ops->forked(handler);
}

/* What went to it is out, if that can be; the last one to leave closes it. */
static bool leave_sink(struct ringlog_handler *sink, int64_t deadline_ns)
{
    if (__atomic_load_n(&sink->references, __ATOMIC_RELAXED) == 1)
        return rl_handler_close(sink, deadline_ns);
    return rl_handler_wait(sink, deadline_ns);
}

void rl_handler_end(struct ringlog_handler *handler, int64_t deadline_ns)
{
    struct ringlog_handler *sink = rl_handler_sink(handler);
    rl_handler_end_batch(handler);
    if (!sink->closed && sink->isolation != NULL && sink == handler)
        rl_isolation_end(sink, deadline_ns);
}

bool rl_handler_close(struct ringlog_handler *handler, int64_t deadline_ns)
{
    if (handler->closed)
        return true;
    rl_handler_end_batch(handler);
    bool all_out =
        handler->sink == NULL ? handler->out.length == 0 : leave_sink(handler->sink, deadline_ns);
    if (handler->isolation != NULL) {
        all_out &= rl_isolation_stop(handler, deadline_ns);
        handler->left = rl_isolation_runs(handler->isolation);
    }
    if (handler->out.length != 0)
        drop_out(handler, handler->out_written);
    note_pending(handler);
    handler->closed = true;
    if (handler->left)
        return all_out;
    handler->writing = NULL;
    if (handler->ops->close != NULL)
        handler->ops->close(handler);
    return all_out;
}

ringlog_handler *ringlog_handler_ref(ringlog_handler *handler)
{
    rl_ref_take(&handler->references);
    return handler;
}

void rl_handler_free(struct ringlog_handler *handler)
{
    if (handler->left)
        return;
    rl_handler_forget(handler);
    ringlog_handler_unref(handler->inner);
    ringlog_handler_unref(handler->sink);
    ringlog_formatter_unref(handler->formatter);
    rl_filters_release(handler->filters);
    rl_isolation_free(handler->isolation);
    rl_buffer_free(&handler->out);
    rl_marks_free(&handler->marks);
    free(handler);
}

/* Runs where the writer reaps: nothing appends to it any more. What an isolated handler still has
 * to deliver is its own thread's to finish, so that nobody waits for it here. */
static void retire_handler(struct rl_retired *retired)
{
    struct ringlog_handler *handler = (struct ringlog_handler *)(void *)retired;
    rl_handler_adopt(handler); /* a child may end without ever having logged */
    if (!handler->closed) {
        rl_handler_end_batch(handler);
        if (handler->isolation != NULL && rl_isolation_orphan(handler))
            return;
        rl_handler_close(handler, rl_monotonic_ns());
    }
    rl_handler_free(handler);
}

void ringlog_handler_unref(ringlog_handler *handler)
{
    if (handler != NULL && rl_ref_drop(&handler->references))
        rl_rcu_retire(&handler->retired, retire_handler);
}

int ringlog_handler_set_level(ringlog_handler *handler, int level)
{
    rl_config_wait();
    __atomic_store_n(&handler->level, level, __ATOMIC_RELAXED);
    return 0;
}

int ringlog_handler_stats_sized_(ringlog_handler *handler, struct ringlog_handler_counts *counts,
                                 size_t bytes)
{
    const struct ringlog_handler *sink = rl_handler_sink(handler);
    struct ringlog_handler_counts now = {
        .records = __atomic_load_n(&handler->counts.records, __ATOMIC_RELAXED),
        .bytes = __atomic_load_n(&sink->counts.bytes, __ATOMIC_RELAXED),
        .errors = __atomic_load_n(&sink->counts.errors, __ATOMIC_RELAXED),
        .lost = __atomic_load_n(&sink->counts.lost, __ATOMIC_RELAXED),
        .pending = __atomic_load_n(&sink->counts.pending, __ATOMIC_RELAXED),
        .last_errno = __atomic_load_n(&sink->counts.last_errno, __ATOMIC_RELAXED),
    };
    rl_handler_last_error(sink, now.last_error, sizeof now.last_error);
    memcpy(counts, &now, bytes < sizeof now ? bytes : sizeof now);
    return 0;
}
