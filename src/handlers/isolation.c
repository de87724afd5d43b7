#include "handlers/isolation.h"

#include "base/error.h"
#include "base/os.h"
#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define QUEUE_BYTES     ((size_t)4 << 20)
#define QUEUE_MIN_BYTES ((size_t)64 << 10)
#define QUEUE_MAX_BYTES ((size_t)1 << 30)
/* How long nothing was written when a handler is idle. */
#define IDLE_NS 100000000
/* How long after a deadline a thread may take to see that it is given up. */
#define GRACE_NS 100000000
/* How long a removed handler may go on delivering what it keeps itself. */
#define ORPHAN_NS 60000000000

/* One batch on its way. */
struct batch {
    struct batch *next;
    struct rl_buffer bytes;
    struct rl_marks marks;
    size_t done; /* bytes that `write` has taken */
    uint32_t records;
};

/* What the two threads share; zero is an empty queue without a thread. */
struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;  /* a batch came, or the end */
    pthread_cond_t emptied; /* a batch went */
    struct batch *first, *last;
    size_t bytes;        /* queued, the batch being written included */
    uint64_t came, went; /* batches */
    uint64_t settled;    /* of those that went: no byte waits in the handler any more */
    uint64_t wanted;     /* somebody waits until so many are settled */
    bool tick_now;       /* bytes went, or somebody wants something */
    bool stalled;        /* `write` takes nothing until there was a tick */
    bool waits;          /* the handler keeps something, and wants its tick at `due_ns` */
    int64_t due_ns;      /* monotonic */
    bool looks;          /* the handler wants to look after something at `look_ns`, when idle */
    int64_t look_ns;     /* monotonic */
    int64_t end_ns;      /* when `ending` becomes `abandoned`, monotonic; < 0: never */
    bool running;        /* the thread exists */
    bool ending;         /* deliver what is there, then end */
    bool gave_up;        /* while ending, the handler did so with some of it */
    bool abandoned;      /* do not even try; atomic, relaxed */
    bool orphaned;       /* the thread frees the handler */
    pthread_t thread;
};

/* Threads that still deliver what a removed handler had queued, and the process they belong to: a
 * fork child has none of them. The count is atomic; who reaps writes the process. */
static unsigned orphans;
static pid_t orphans_of;

struct rl_isolation {
    struct queue *queue;
    size_t most_bytes;
    bool block;
};

int rl_isolation_new(struct rl_isolation **isolation,
                     const struct ringlog_isolation_options *options)
{
    const size_t bytes = options->queue_bytes == 0 ? QUEUE_BYTES : options->queue_bytes;
    if (bytes < QUEUE_MIN_BYTES || bytes > QUEUE_MAX_BYTES)
        return rl_error(-EINVAL, "queue_bytes %zu: not between 64 KiB and 1 GiB", bytes);
    struct rl_isolation *made = calloc(1, sizeof *made);
    if (made == NULL || (made->queue = rl_map_wiped(sizeof *made->queue)) == NULL) {
        free(made);
        return rl_error(-ENOMEM, "no memory for the queue of an isolated handler");
    }
    made->most_bytes = bytes;
    made->block = options->policy == RINGLOG_QUEUE_BLOCK;
    *isolation = made;
    return 0;
}

void rl_isolation_free(struct rl_isolation *isolation)
{
    if (isolation == NULL)
        return;
    rl_unmap(isolation->queue, sizeof *isolation->queue);
    free(isolation);
}

/* ---- the handler's thread ---- */

static bool is_abandoned(const struct queue *queue)
{
    return __atomic_load_n(&queue->abandoned, __ATOMIC_RELAXED);
}

/* Writes a batch as far as it goes. false: it shall be called again after a tick. */
static bool write_batch(struct ringlog_handler *handler, const struct queue *queue,
                        struct batch *batch)
{
    const struct rl_buffer *bytes = &batch->bytes;
    while (batch->done < bytes->length && !is_abandoned(queue)) {
        const size_t left = bytes->length - batch->done;
        const ssize_t wrote = handler->ops->write(handler, bytes->data + batch->done, left);
        if (wrote == -EAGAIN && handler->ops->tick != NULL)
            return false;
        if (wrote == -EAGAIN || wrote == -EINTR)
            continue; /* `write` waited as long as it thinks right */
        if (wrote < 0) {
            rl_handler_error(handler, (int)-wrote, "write");
            break;
        }
        rl_marks_take(&batch->marks, left, (size_t)wrote);
        batch->done += (size_t)wrote;
        __atomic_fetch_add(&handler->counts.bytes, (uint64_t)wrote, __ATOMIC_RELAXED);
    }
    return true;
}

/* The same; what cannot be written is given up. */
static bool deliver(struct ringlog_handler *handler, const struct queue *queue, struct batch *batch)
{
    const struct rl_buffer *bytes = &batch->bytes;
    handler->writing = &batch->marks;
    const bool ended = write_batch(handler, queue, batch);
    handler->writing = NULL;
    if (ended && batch->done < bytes->length)
        rl_handler_count_lost(handler,
                              rl_handler_records(handler, bytes->data + batch->done,
                                                 bytes->length - batch->done, batch->records));
    return ended;
}

/* Under the mutex. */
static void note_pending(struct ringlog_handler *handler)
{
    __atomic_store_n(&handler->counts.pending,
                     handler->isolation->queue->bytes +
                         __atomic_load_n(&handler->kept_bytes, __ATOMIC_RELAXED),
                     __ATOMIC_RELAXED);
}

static void free_batch(struct batch *batch)
{
    rl_buffer_free(&batch->bytes);
    rl_marks_free(&batch->marks);
    free(batch);
}

/* Taken off only when all of it went: an empty queue means that everything is out. Under the
 * mutex. */
static void take_off_first(struct ringlog_handler *handler, struct queue *queue)
{
    struct batch *batch = queue->first;
    queue->first = batch->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->bytes -= batch->bytes.length;
    queue->went++;
    if (handler->ops->tick == NULL)
        queue->settled = queue->went;
    note_pending(handler);
    free_batch(batch);
    pthread_cond_broadcast(&queue->emptied);
}

/* Under the mutex, which is let go meanwhile. */
static void write_first(struct ringlog_handler *handler, struct queue *queue)
{
    struct batch *batch = queue->first;
    const size_t done = batch->done;
    pthread_mutex_unlock(&queue->mutex);
    const bool all = deliver(handler, queue, batch);
    pthread_mutex_lock(&queue->mutex);
    queue->stalled = !all;
    queue->tick_now |= all || batch->done != done;
    queue->looks = handler->ops->idle != NULL;
    queue->look_ns = rl_monotonic_ns() + IDLE_NS;
    if (all)
        take_off_first(handler, queue);
}

static bool is_tick_due(const struct ringlog_handler *handler, const struct queue *queue)
{
    return handler->ops->tick != NULL && !is_abandoned(queue) &&
           (queue->tick_now || (queue->waits && rl_monotonic_ns() >= queue->due_ns));
}

/* Under the mutex, which is let go meanwhile. */
static void tick(struct ringlog_handler *handler, struct queue *queue)
{
    struct rl_tick why = {
        .more = queue->first != NULL && !queue->stalled,
        .hurry = queue->settled < queue->wanted && queue->went >= queue->wanted,
        .ending = queue->ending,
        .end_ns = queue->end_ns,
        .abandoned = is_abandoned(queue),
    };
    queue->tick_now = queue->stalled = false;
    pthread_mutex_unlock(&queue->mutex);
    const int64_t due_ns = handler->ops->tick(handler, &why);
    pthread_mutex_lock(&queue->mutex);
    queue->waits = due_ns >= 0;
    queue->due_ns = due_ns;
    queue->gave_up |= why.gave_up;
    if (!queue->waits)
        queue->settled = queue->went;
    note_pending(handler);
    pthread_cond_broadcast(&queue->emptied);
}

/* Under the mutex, which is let go meanwhile. */
static void look(struct ringlog_handler *handler, struct queue *queue)
{
    pthread_mutex_unlock(&queue->mutex);
    const int64_t look_ns = handler->ops->idle(handler);
    pthread_mutex_lock(&queue->mutex);
    queue->looks = look_ns >= 0;
    queue->look_ns = look_ns;
}

static bool is_over(const struct queue *queue)
{
    return queue->first == NULL && queue->ending && (!queue->waits || is_abandoned(queue));
}

static void rest(struct queue *queue)
{
    const int64_t until_ns = queue->waits ? queue->due_ns : queue->look_ns;
    const struct timespec until = {until_ns / 1000000000, until_ns % 1000000000};
    if (queue->waits || queue->looks)
        pthread_cond_clockwait(&queue->filled, &queue->mutex, CLOCK_MONOTONIC, &until);
    else
        pthread_cond_wait(&queue->filled, &queue->mutex);
}

/* Batches and ticks take turns, so that neither a flood nor a retry keeps the other waiting. */
static void deliver_until_over(struct ringlog_handler *handler, struct queue *queue)
{
    for (;;) {
        const bool any = queue->first != NULL && (!queue->stalled || is_abandoned(queue));
        if (any)
            write_first(handler, queue);
        if (is_tick_due(handler, queue))
            tick(handler, queue);
        else if (!any && is_over(queue))
            return;
        else if (!any && queue->looks && rl_monotonic_ns() >= queue->look_ns)
            look(handler, queue);
        else if (!any)
            rest(queue);
    }
}

static void *run(void *argument)
{
    struct ringlog_handler *handler = argument;
    struct queue *queue = handler->isolation->queue;
    pthread_mutex_lock(&queue->mutex);
    deliver_until_over(handler, queue);
    if (queue->waits && handler->ops->tick != NULL)
        tick(handler, queue);
    queue->settled = queue->went; /* or given up */
    queue->waits = false;
    const bool orphaned = queue->orphaned;
    pthread_mutex_unlock(&queue->mutex);
    if (orphaned) {
        handler->closed = true;
        if (handler->ops->close != NULL)
            handler->ops->close(handler);
        rl_handler_free(handler);
        __atomic_fetch_sub(&orphans, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

/* ---- the writer's side ---- */

/* Waits for a batch to go; false: the deadline has passed. Under the mutex. */
static bool wait_emptied(struct queue *queue, int64_t deadline_ns)
{
    if (deadline_ns < 0) {
        pthread_cond_wait(&queue->emptied, &queue->mutex);
        return true;
    }
    const struct timespec until = {deadline_ns / 1000000000, deadline_ns % 1000000000};
    return pthread_cond_clockwait(&queue->emptied, &queue->mutex, CLOCK_MONOTONIC, &until) !=
           ETIMEDOUT;
}

static bool make_room(struct rl_isolation *isolation, size_t bytes)
{
    struct queue *queue = isolation->queue;
    while (queue->bytes != 0 && queue->bytes + bytes > isolation->most_bytes) {
        if (!isolation->block)
            return false;
        wait_emptied(queue, -1);
    }
    return true;
}

static bool start(struct ringlog_handler *handler, struct queue *queue)
{
    if (!queue->running)
        queue->running = rl_thread_start(&queue->thread, "ringlog-handler", run, handler) == 0;
    return queue->running;
}

void rl_isolation_push(struct ringlog_handler *handler)
{
    struct queue *queue = handler->isolation->queue;
    if (handler->out.length == 0)
        return;
    struct batch *batch = calloc(1, sizeof *batch);
    pthread_mutex_lock(&queue->mutex);
    if (batch == NULL || !start(handler, queue) ||
        !make_room(handler->isolation, handler->out.length)) {
        pthread_mutex_unlock(&queue->mutex);
        rl_handler_count_full(handler, handler->out_records);
        rl_marks_keep(&handler->marks, handler->out.length, 0);
        handler->out.length = 0;
        handler->out_records = 0;
        free(batch);
        return;
    }
    batch->bytes = handler->out;
    batch->records = handler->out_records;
    handler->out = (struct rl_buffer){0};
    batch->marks = handler->marks;
    handler->marks = (struct rl_marks){0};
    handler->out_records = 0;
    if (queue->last == NULL)
        queue->first = batch;
    else
        queue->last->next = batch;
    queue->last = batch;
    queue->bytes += batch->bytes.length;
    queue->came++;
    note_pending(handler);
    pthread_cond_signal(&queue->filled);
    pthread_mutex_unlock(&queue->mutex);
}

bool rl_isolation_is_empty(struct ringlog_handler *handler)
{
    struct queue *queue = handler->isolation->queue;
    pthread_mutex_lock(&queue->mutex);
    const bool empty = queue->first == NULL;
    pthread_mutex_unlock(&queue->mutex);
    return empty;
}

bool rl_isolation_is_idle(struct ringlog_handler *handler)
{
    struct queue *queue = handler->isolation->queue;
    pthread_mutex_lock(&queue->mutex);
    const bool idle = queue->settled == queue->came;
    pthread_mutex_unlock(&queue->mutex);
    return idle;
}

/* Wants everything that is there now settled, and says how many batches that are. What comes later
 * is not waited for. Under the mutex. */
static uint64_t want(struct queue *queue)
{
    if (queue->settled != queue->came) {
        queue->wanted = queue->came;
        queue->tick_now = true;
        pthread_cond_signal(&queue->filled);
    }
    return queue->came;
}

void rl_isolation_hurry(struct ringlog_handler *handler)
{
    struct queue *queue = handler->isolation->queue;
    pthread_mutex_lock(&queue->mutex);
    want(queue);
    pthread_mutex_unlock(&queue->mutex);
}

void rl_isolation_end(struct ringlog_handler *handler, int64_t deadline_ns)
{
    struct queue *queue = handler->isolation->queue;
    pthread_mutex_lock(&queue->mutex);
    want(queue);
    queue->ending = queue->tick_now = true;
    queue->end_ns = deadline_ns;
    pthread_cond_signal(&queue->filled);
    pthread_mutex_unlock(&queue->mutex);
}

static bool wait_settled(struct queue *queue, uint64_t batches, int64_t deadline_ns)
{
    bool in_time = true;
    while (in_time && queue->settled < batches)
        in_time = wait_emptied(queue, deadline_ns);
    return in_time;
}

bool rl_isolation_wait(struct ringlog_handler *handler, int64_t deadline_ns)
{
    struct queue *queue = handler->isolation->queue;
    pthread_mutex_lock(&queue->mutex);
    const bool in_time = wait_settled(queue, want(queue), deadline_ns);
    pthread_mutex_unlock(&queue->mutex);
    return in_time;
}

/* What one moment after the deadline, for all that are stuck and not for each, still leaves. */
static int grace_ms(int64_t deadline_ns)
{
    if (deadline_ns < 0)
        return -1;
    const int64_t left_ns = deadline_ns + GRACE_NS - rl_monotonic_ns();
    return left_ns > 0 ? (int)(left_ns / 1000000) : 0;
}

bool rl_isolation_stop(struct ringlog_handler *handler, int64_t deadline_ns)
{
    struct queue *queue = handler->isolation->queue;
    rl_isolation_end(handler, deadline_ns);
    pthread_mutex_lock(&queue->mutex);
    const bool delivered = wait_settled(queue, queue->came, deadline_ns);
    const bool running = queue->running;
    if (!delivered)
        __atomic_store_n(&queue->abandoned, true, __ATOMIC_RELAXED);
    pthread_cond_signal(&queue->filled);
    pthread_mutex_unlock(&queue->mutex);
    if (!running)
        return true;
    if (!delivered && handler->ops->abandon != NULL)
        handler->ops->abandon(handler);
    /* The thread may be saying good-bye to a server that does not answer. */
    if (rl_thread_join(queue->thread, grace_ms(deadline_ns)) != 0) {
        pthread_detach(queue->thread);
        return false;
    }
    queue->running = false;
    return delivered && !queue->gave_up;
}

bool rl_isolation_runs(const struct rl_isolation *isolation)
{
    return isolation->queue->running;
}

bool rl_isolation_orphan(struct ringlog_handler *handler)
{
    struct queue *queue = handler->isolation->queue;
    pthread_mutex_lock(&queue->mutex);
    const bool running = queue->running;
    if (running) {
        if (orphans_of != getpid())
            __atomic_store_n(&orphans, 0, __ATOMIC_RELAXED);
        orphans_of = getpid();
        __atomic_fetch_add(&orphans, 1, __ATOMIC_RELAXED);
        pthread_detach(queue->thread);
        queue->orphaned = queue->ending = queue->tick_now = true;
        queue->end_ns = rl_monotonic_ns() + ORPHAN_NS;
        want(queue);
        pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->mutex);
    return running;
}

bool rl_isolation_await_orphans(int64_t deadline_ns)
{
    while (orphans_of == getpid() && __atomic_load_n(&orphans, __ATOMIC_RELAXED) != 0) {
        if (deadline_ns >= 0 && rl_monotonic_ns() >= deadline_ns)
            return false;
        usleep(1000);
    }
    return true;
}
