/* What others ask of the writer: flush, stop, figures. */
#include "base/os.h"
#include "base/references.h"
#include "base/thread.h"
#include "handlers/isolation.h"
#include "ring/wake.h"
#include "writer/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int64_t deadline_of(int timeout_ms)
{
    return timeout_ms < 0 ? -1 : rl_monotonic_ns() + (int64_t)timeout_ms * 1000000;
}

static bool wait_for_answer(struct rl_writer *writer, uint32_t asked, int64_t deadline_ns)
{
    for (;;) {
        /* Pairs with: flush.done. */
        const uint32_t done =
            __atomic_load_n(&writer->flush_done, __ATOMIC_ACQUIRE); /* flush.wait */
        if ((int32_t)(done - asked) >= 0)
            return true;
        /* A shutdown came first: its writer has done what it could. */
        if (!rl_writer_is_running())
            return true;
        int64_t left = 100000000;
        if (deadline_ns >= 0) {
            const int64_t until = deadline_ns - rl_monotonic_ns();
            if (until <= 0)
                return false;
            left = until < left ? until : left;
        }
        rl_futex_wait(&writer->flush_done, done, left);
    }
}

/* Every attached handler and the last resort, with a reference taken. */
static struct ringlog_handler **hold_handlers(uint32_t *count)
{
    rl_config_lock();
    const struct rl_routes *routes = rl_routes();
    struct ringlog_handler *last_resort = rl_writer()->last_resort;
    const uint32_t attached = routes == NULL ? 0 : routes->handler_count;
    struct ringlog_handler **held = malloc((attached + 1) * sizeof *held);
    *count = 0;
    for (uint32_t i = 0; held != NULL && i < attached; i++)
        held[(*count)++] = ringlog_handler_ref(routes->handlers[i]);
    if (held != NULL && last_resort != NULL)
        held[(*count)++] = ringlog_handler_ref(last_resort);
    rl_config_unlock();
    return held;
}

static bool wait_for_delivery(int64_t deadline_ns)
{
    uint32_t count;
    struct ringlog_handler **held = hold_handlers(&count);
    bool in_time = true;
    for (uint32_t i = 0; i < count; i++)
        rl_handler_hurry(held[i]);
    for (uint32_t i = 0; i < count; i++) {
        if (in_time && rl_handler_is_isolated(held[i]))
            in_time = rl_handler_wait(held[i], deadline_ns);
        ringlog_handler_unref(held[i]);
    }
    free(held);
    return in_time;
}

int rl_writer_flush(int timeout_ms, bool deliver)
{
    struct rl_writer *writer = rl_writer();
    if (!rl_writer_is_running())
        return 0; /* a fork child that has logged nothing */
    const int64_t deadline = deadline_of(timeout_ms);
    /* Pairs with: flush.take. So that the look that answers sees what this thread logged. */
    const uint32_t asked =
        __atomic_add_fetch(&writer->flush_asked, 1, __ATOMIC_RELEASE); /* flush.ask */
    rl_wake(RL_WAKE_REQUEST);
    if (!wait_for_answer(writer, asked, deadline))
        return -ETIMEDOUT;
    return !deliver || wait_for_delivery(deadline) ? 0 : -ETIMEDOUT;
}

int rl_writer_sync(void)
{
    uint32_t count;
    struct ringlog_handler **held = hold_handlers(&count);
    int result = 0;
    for (uint32_t i = 0; i < count; i++) {
        const int synced = rl_handler_sync(held[i]);
        result = result < 0 ? result : synced;
        ringlog_handler_unref(held[i]);
    }
    free(held);
    return result;
}

void rl_writer_barrier(void)
{
    if (rl_library_thread || ringlog_producer_->data == NULL)
        return; /* nothing logged, or nobody to wait for */
    rl_writer_flush(10000, false);
}

/* ---- closing a handler ---- */

/* How long a call waits for a writer that hangs in some handler, as changes of configuration do. */
#define CLOSE_TIMEOUT_NS 10000000000

struct closing {
    struct rl_retired retired;
    uint32_t references; /* atomic: who asks, and the writer */
    struct ringlog_handler *handler;
    uint32_t done; /* futex */
};

static void release(struct closing *closing)
{
    if (!rl_ref_drop(&closing->references))
        return;
    ringlog_handler_unref(closing->handler);
    free(closing);
}

static void close_now(struct rl_retired *retired)
{
    struct closing *closing = (struct closing *)(void *)retired;
    rl_handler_adopt(closing->handler);
    rl_handler_close(closing->handler, rl_monotonic_ns() + 1000000000);
    /* Pairs with: close.wait. So that what the handler did is done. */
    __atomic_store_n(&closing->done, 1, __ATOMIC_RELEASE); /* close.done */
    rl_futex_wake(&closing->done, 1);
    release(closing);
}

static bool await_close(struct closing *closing)
{
    const int64_t deadline_ns = rl_monotonic_ns() + CLOSE_TIMEOUT_NS;
    /* Pairs with: close.done. */
    while (__atomic_load_n(&closing->done, __ATOMIC_ACQUIRE) == 0) { /* close.wait */
        const int64_t left_ns = deadline_ns - rl_monotonic_ns();
        if (left_ns <= 0)
            return false;
        rl_wake(RL_WAKE_REQUEST);
        rl_futex_wait(&closing->done, 0, left_ns < 1000000 ? left_ns : 1000000);
    }
    return true;
}

/* The writer reaps what is retired between batches: there nothing else uses the handler. */
int rl_writer_close_handler(struct ringlog_handler *handler)
{
    struct closing *closing = malloc(sizeof *closing);
    if (closing == NULL)
        return -ENOMEM;
    *closing = (struct closing){.references = 2, .handler = ringlog_handler_ref(handler)};
    rl_writer_flush(10000, false);
    rl_rcu_retire(&closing->retired, close_now);
    const bool closed = await_close(closing);
    release(closing);
    return closed ? 0 : -ETIMEDOUT;
}

/* ---- the process's name ---- */

/* Kept for ever: the writer may be reading the last one. */
struct process_name {
    struct process_name *older;
    char text[64];
};
static struct process_name *process_name; /* edge rcu */

const char *rl_writer_process_name(void)
{
    const struct process_name *name = rl_rcu_dereference(process_name);
    return name == NULL ? NULL : name->text;
}

int rl_writer_set_process_name(const char *name)
{
    struct process_name *made = calloc(1, sizeof *made);
    if (made == NULL)
        return -ENOMEM;
    strncpy(made->text, name, sizeof made->text - 1);
    rl_config_begin();
    made->older = process_name;
    rl_rcu_assign(process_name, made);
    rl_config_end();
    /* The look at the rings that is under way may still go by the old one. */
    rl_writer_barrier();
    return 0;
}

int rl_writer_stop(int timeout_ms)
{
    struct rl_writer *writer = rl_writer();
    if (!rl_writer_is_running())
        return 0;
    __atomic_store_n(&writer->stop_deadline_ns, deadline_of(timeout_ms), __ATOMIC_RELAXED);
    /* Pairs with: stop.take. So that the thread sees the deadline. */
    __atomic_store_n(&writer->stop, 1, __ATOMIC_RELEASE); /* stop.ask */
    rl_wake(RL_WAKE_REQUEST);
    /* The thread keeps the deadline itself, and is given a moment to say so. A writer that is stuck
     * in a handler stays, and so does what it holds. */
    const int joined = rl_writer_join(timeout_ms < 0 ? -1 : timeout_ms + 200);
    if (joined != 0)
        return joined;
    const bool delivered = rl_isolation_await_orphans(writer->stop_deadline_ns);
    return delivered && !writer->left_behind ? 0 : -ETIMEDOUT;
}

void rl_writer_counts(struct rl_writer_counts *counts)
{
    const struct rl_writer_counts *now = &rl_writer()->counts;
    counts->written = __atomic_load_n(&now->written, __ATOMIC_RELAXED);
    counts->late = __atomic_load_n(&now->late, __ATOMIC_RELAXED);
    counts->lateness_max_ns = __atomic_load_n(&now->lateness_max_ns, __ATOMIC_RELAXED);
    counts->undefined = __atomic_load_n(&now->undefined, __ATOMIC_RELAXED);
    counts->looks = __atomic_load_n(&now->looks, __ATOMIC_RELAXED);
}
