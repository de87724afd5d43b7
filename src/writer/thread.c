/* The thread: look, write, sleep. What others ask of it: requests.c. */
#include "base/thread.h"
#include "base/once.h"
#include "base/os.h"
#include "base/rcu.h"
#include "logger/logger.h"
#include "ring/produce.h"
#include "ring/set.h"
#include "ring/tick.h"
#include "ring/wake.h"
#include "writer/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every so many looks quiet rings are looked at like all others. */
#define THOROUGH_LOOKS 64
/* An idle writer's longest sleep, unless a busy one's is longer. */
#define IDLE_NS 20000000
/* A clock read on one core may be this far ahead of one on another. */
#define SKEW_NS 20000
/* How long "several threads log" is believed before they are counted again. */
#define COUNT_NS 1000000000
/* How long shutdown waits for log calls that are under way. */
#define STRAGGLER_NS 10000000

static void *the_writer;                            /* struct rl_writer; set once */
static const struct rl_writer_options *the_options; /* atomic */

struct rl_writer *rl_writer(void)
{
    static struct rl_writer without_memory;
    return rl_once_wiped(&the_writer, sizeof without_memory, &without_memory);
}

bool rl_writer_is_running(void)
{
    /* Another thread of a fork child may be just starting it. */
    uint32_t started;
    while ((started = __atomic_load_n(&rl_writer()->started, __ATOMIC_RELAXED)) == 1)
        usleep(100);
    return started != 0;
}

/* ---- the loop ---- */

static void name_process(struct rl_writer *writer)
{
    const char *name = rl_writer_process_name();
    if (name == NULL)
        name = writer->options->process_name;
    writer->event.line.process_name = (struct rl_span){name, strlen(name)};
}

/* Counts the rings that somebody owns, as far as it matters. */
static void count_threads(struct rl_writer *writer)
{
    const int64_t now = rl_monotonic_ns();
    if (writer->threads == 2 && now - writer->counted_ns < COUNT_NS)
        return;
    writer->counted_ns = now;
    writer->threads = 0;
    for (struct rl_ring *ring = rl_set_first(); ring != NULL; ring = ring->next) {
        writer->threads += ring->main == NULL && rl_set_is_owned(ring);
        if (writer->threads == 2)
            return;
    }
}

/* Up to where records are old enough to be put in order: everything, when somebody waits or when
 * there is only one thread to put in order. */
static uint64_t horizon_of(struct rl_writer *writer, bool hurry)
{
    const uint64_t now = rl_ticks();
    rl_clock_sync(&writer->clock, now);
    count_threads(writer);
    if (hurry || writer->threads < 2)
        return now + rl_clock_ticks(&writer->clock, SKEW_NS);
    return now - rl_clock_ticks(&writer->clock, writer->options->order_window_ns);
}

static void answer(struct rl_writer *writer, uint32_t asked)
{
    if (__atomic_load_n(&writer->flush_done, __ATOMIC_RELAXED) == asked)
        return;
    /* Pairs with: flush.wait. So that who was waiting sees what handlers did. */
    __atomic_store_n(&writer->flush_done, asked, __ATOMIC_RELEASE); /* flush.done */
    rl_futex_wake(&writer->flush_done, INT32_MAX);
}

/* One look and what follows from it. Returns whether there was anything to do. */
static bool look(struct rl_writer *writer)
{
    /* Pairs with: flush.ask. So that what was logged before the request is seen by this look. */
    const uint32_t asked = __atomic_load_n(&writer->flush_asked, __ATOMIC_ACQUIRE); /* flush.take */
    const bool hurry = rl_wake_reasons() != 0 || asked != writer->flush_done;
    const bool thorough = hurry || writer->counts.looks % THOROUGH_LOOKS == 0;
    name_process(writer);
    const bool any = !writer->stuck && rl_drain(writer, horizon_of(writer, hurry), thorough);
    const bool was_stuck = writer->stuck;
    const bool all_out = rl_end_batch(writer);
    if (all_out && !was_stuck)
        answer(writer, asked);
    rl_rcu_reap();
    __atomic_store_n(&writer->counts.looks, writer->counts.looks + 1, __ATOMIC_RELAXED);
    return any || !all_out;
}

static bool has_requests(const struct rl_writer *writer)
{
    /* Pairs with: asleep.reason. So that a request made before the nap is not slept over. */
    return __atomic_load_n(&rl_set()->reasons, __ATOMIC_SEQ_CST) != 0 || /* asleep.recheck */
           __atomic_load_n(&writer->stop, __ATOMIC_RELAXED) != 0;
}

static void rest(const struct rl_writer *writer, int64_t interval_ns)
{
    rl_wake_prepare();
    /* Edge asleep: a last look after saying so. Pairs with: asleep.reason. */
    if (has_requests(writer))
        rl_wake_cancel();
    else
        rl_wake_sleep(interval_ns);
}

/* ---- the end ---- */

/* Waits for log calls that passed their bounds test before the settings said "stopped". */
static void await_stragglers(void)
{
    const int64_t deadline = rl_monotonic_ns() + STRAGGLER_NS;
    for (struct rl_ring *ring = rl_set_first(); ring != NULL; ring = ring->next)
        while (__atomic_load_n(&ring->producer.busy, __ATOMIC_RELAXED) != 0 &&
               rl_monotonic_ns() < deadline)
            usleep(50);
}

/* Relaxed: a later call of shutdown may move it. */
static int64_t stop_deadline(const struct rl_writer *writer)
{
    return __atomic_load_n(&writer->stop_deadline_ns, __ATOMIC_RELAXED);
}

static bool is_time_left(const struct rl_writer *writer)
{
    return stop_deadline(writer) < 0 || rl_monotonic_ns() < stop_deadline(writer);
}

/* In the reverse order of creation, as CPython's logging.shutdown(), and like there also those that
 * no logger has. false: one of them was left with records. */
static bool close_handlers(struct rl_writer *writer)
{
    uint32_t count;
    struct ringlog_handler **held = rl_handlers_hold(&count);
    bool all_out = true;
    for (uint32_t i = 0; i < count; i++) {
        rl_handler_adopt(held[i]); /* one that no logger has may still be a parent process's */
        rl_handler_end(held[i], stop_deadline(writer));
    }
    for (uint32_t i = 0; i < count; i++) {
        all_out &= rl_handler_close(held[i], stop_deadline(writer));
        ringlog_handler_unref(held[i]);
    }
    free(held);
    return all_out;
}

static void finish(struct rl_writer *writer)
{
    await_stragglers();
    bool all_out = false;
    while (!all_out && is_time_left(writer)) {
        const bool any = !writer->stuck && rl_drain(writer, rl_ticks() + INT64_MAX / 4, true);
        all_out = rl_end_batch(writer) && !any;
        if (!all_out && !any)
            usleep(1000);
    }
    const bool all_closed = close_handlers(writer);
    writer->left_behind = !all_out || !all_closed;
    answer(writer, __atomic_load_n(&writer->flush_asked, __ATOMIC_RELAXED));
}

/* A writer that finds nothing sleeps longer and longer. */
static int64_t longer(int64_t interval_ns, int64_t flush_interval_ns)
{
    const int64_t longest = flush_interval_ns > IDLE_NS ? flush_interval_ns : IDLE_NS;
    return interval_ns * 2 < longest ? interval_ns * 2 : longest;
}

static void *run(void *argument)
{
    struct rl_writer *writer = argument;
    int64_t interval = writer->options->flush_interval_ns;
    /* Pairs with: stop.ask. So that the deadline is the one that was set. */
    while (__atomic_load_n(&writer->stop, __ATOMIC_ACQUIRE) == 0) { /* stop.take */
        if (look(writer))
            interval = writer->options->flush_interval_ns;
        else
            interval = longer(interval, writer->options->flush_interval_ns);
        rest(writer, interval);
    }
    finish(writer);
    return NULL;
}

/* ---- start ---- */

static void prepare(struct rl_writer *writer, const struct rl_writer_options *options)
{
    writer->options = options;
    rl_clock_init(&writer->clock, options->monotonic_clock);
    writer->start_ns = rl_wall_ns();
    writer->last_ticks = 0;
    writer->event_logger = -1;
    struct rl_line *line = &writer->event.line;
    line->start_ns = writer->start_ns;
    line->process_id = getpid();
    name_process(writer);
    const struct ringlog_console_options resort = {.colour = RINGLOG_COLOUR_NEVER};
    if (ringlog_console_handler_new(&writer->last_resort, &resort) == 0)
        __atomic_store_n(&writer->last_resort->level, RINGLOG_WARNING, __ATOMIC_RELAXED);
}

static int start(const struct rl_writer_options *options)
{
    struct rl_writer *writer = rl_writer();
    uint32_t none = 0;
    /* Relaxed: one of several threads starts it, and the others need nothing from it. */
    if (!__atomic_compare_exchange_n(&writer->started, &none, 1, false, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED))
        return 0;
    /* By the one thread that won, before the writer can append. */
    const struct rl_routes *routes = rl_routes();
    for (uint32_t i = 0; routes != NULL && i < routes->handler_count; i++)
        rl_handler_adopt(routes->handlers[i]);
    prepare(writer, options);
    rl_membarrier_register();
    int result = options->coarse_clock_ns == 0
                     ? 0
                     : rl_tick_start(options->monotonic_clock, options->coarse_clock_ns);
    if (result == 0)
        result = rl_thread_start(&writer->thread, "ringlog", run, writer);
    if (result < 0)
        rl_tick_stop();
    __atomic_store_n(&writer->started, result == 0 ? 2 : 0, __ATOMIC_RELAXED);
    return result;
}

int rl_writer_join(int timeout_ms)
{
    struct rl_writer *writer = rl_writer();
    const int joined = rl_thread_join(writer->thread, timeout_ms);
    if (joined != 0)
        return joined;
    rl_tick_stop();
    __atomic_store_n(&writer->stop, 0, __ATOMIC_RELAXED);
    rl_config_lock(); /* a flush may be looking */
    struct ringlog_handler *last_resort = writer->last_resort;
    writer->last_resort = NULL;
    rl_config_unlock();
    ringlog_handler_unref(last_resort);
    __atomic_store_n(&writer->started, 0, __ATOMIC_RELAXED);
    return 0;
}

int rl_writer_start(const struct rl_writer_options *options)
{
    /* The last one may have outlived its shutdown's deadline. */
    if (rl_writer_is_running() && rl_writer_join(0) != 0)
        return -EBUSY;
    __atomic_store_n(&the_options, options, __ATOMIC_RELAXED);
    return start(options);
}

bool rl_writer_on_attach(void)
{
    if (rl_settings()->state != RL_RUNNING || rl_writer_is_running())
        return true;
    return start(__atomic_load_n(&the_options, __ATOMIC_RELAXED)) == 0;
}
