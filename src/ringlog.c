/* Assembles the library: options become settings, the writer starts and stops, a fork is survived,
 * figures are gathered. The only file that knows every floor. */
#include "base/clock.h"
#include "base/error.h"
#include "base/os.h"
#include "base/rcu.h"
#include "base/thread.h"
#include "capture/capture.h"
#include "format/program.h"
#include "handlers/compressor.h"
#include "handlers/filter.h"
#include "handlers/handler.h"
#include "logger/logger.h"
#include "ring/consume.h"
#include "ring/set.h"
#include "ringlog/handlers.h"
#include "writer/writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What exit(3) waits for at most. */
#define EXIT_TIMEOUT_MS 5000

/* ---- options ---- */

static int refuse(const char *field, unsigned long long value, const char *range)
{
    return rl_error(-EINVAL, "ringlog_init: %s %llu: %s", field, value, range);
}

static int check_options(const struct ringlog_options *options)
{
    if (options->ring_bytes != 0 &&
        (options->ring_bytes < RL_RING_MIN_BYTES || options->ring_bytes > RL_RING_MAX_BYTES))
        return refuse("ring_bytes", options->ring_bytes, "not between 4 KiB and 1 GiB");
    if (options->flush_interval_us != 0 &&
        (options->flush_interval_us < 10 || options->flush_interval_us > 1000000))
        return refuse("flush_interval_us", options->flush_interval_us,
                      "not between 10 and 1000000");
    if ((unsigned)options->full_policy > RINGLOG_FULL_DROP)
        return refuse("full_policy", (unsigned)options->full_policy, "no such policy");
    if ((unsigned)options->clock > RINGLOG_CLOCK_COARSE)
        return refuse("clock", (unsigned)options->clock, "no such clock");
    if (options->coarse_clock_us != 0 &&
        (options->coarse_clock_us < 100 || options->coarse_clock_us > 1000000))
        return refuse("coarse_clock_us", options->coarse_clock_us, "not between 100 and 1000000");
    if (options->order_window_us > 1000000 && options->order_window_us != RINGLOG_NO_ORDER_WINDOW)
        return refuse("order_window_us", options->order_window_us, "more than 1000000");
    if (options->string_bytes != 0 &&
        (options->string_bytes < 16 || options->string_bytes > 256 * 1024))
        return refuse("string_bytes", options->string_bytes, "not between 16 bytes and 256 KiB");
    if (options->dictionary_bytes != 0 && (options->dictionary_bytes < RL_DICTIONARY_MIN_BYTES ||
                                           options->dictionary_bytes > (size_t)1 << 30))
        return refuse("dictionary_bytes", options->dictionary_bytes,
                      "not between 64 KiB and 1 GiB");
    if (options->process_name != NULL && strlen(options->process_name) > 63)
        return refuse("process_name", strlen(options->process_name), "longer than 63 bytes");
    return 0;
}

/* Also where the counter does not run at a constant rate. */
static bool is_monotonic(const struct ringlog_options *options)
{
    return options->clock == RINGLOG_CLOCK_MONOTONIC || !rl_counter_is_steady();
}

static struct rl_settings ring_settings(const struct ringlog_options *options)
{
    struct rl_settings settings = {
        .ring_bytes = 256 * 1024,
        .string_cap = 16 * 1024,
        .block_timeout_ms = options->block_timeout_ms,
        .drop = options->full_policy == RINGLOG_FULL_DROP,
        .reserve = options->reserve_for_warnings,
        .monotonic_clock = is_monotonic(options),
        .coarse_clock = options->clock == RINGLOG_CLOCK_COARSE,
        .own_clock = options->now != NULL,
        .state = RL_RUNNING,
    };
    if (options->ring_bytes != 0)
        settings.ring_bytes = rl_round_up_power_of_two(options->ring_bytes);
    if (options->string_bytes != 0)
        settings.string_cap = options->string_bytes;
    return settings;
}

static struct rl_writer_options writer_options(const struct ringlog_options *options)
{
    struct rl_writer_options writer = {
        .flush_interval_ns = 1000000,
        .order_window_ns = 10000000,
        .monotonic_clock = is_monotonic(options),
        .process_name = "MainProcess",
    };
    if (options->clock == RINGLOG_CLOCK_COARSE)
        writer.coarse_clock_ns =
            options->coarse_clock_us == 0 ? 1000000 : (int64_t)options->coarse_clock_us * 1000;
    if (options->flush_interval_us != 0)
        writer.flush_interval_ns = (int64_t)options->flush_interval_us * 1000;
    if (options->order_window_us == RINGLOG_NO_ORDER_WINDOW)
        writer.order_window_ns = 0;
    else if (options->order_window_us != 0)
        writer.order_window_ns = (int64_t)options->order_window_us * 1000;
    if (options->process_name != NULL)
        strcpy(writer.process_name, options->process_name);
    return writer;
}

/* ---- fork ---- */

static void before_fork(void)
{
    rl_libc_lock();
    rl_rcu_before_fork();
}

static void after_fork_parent(void)
{
    rl_rcu_after_fork_parent();
    rl_libc_unlock(); /* the child finds it free */
}

/* A capture that a signal handler interrupted to fork goes on in the child when the handler
 * returns: it must find memory where its ring was. */
static void map_scratch(const struct rl_ring_place *place)
{
    if (place->base != NULL)
        mmap(place->base, place->bytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
}

static void after_fork_child(void)
{
    rl_rcu_after_fork_child();
    rl_library_thread = false;
    map_scratch(&rl_own_rings[RL_RING_MAIN]);
    map_scratch(&rl_own_rings[RL_RING_SIDE]);
}

/* ---- life ---- */

bool (*const rl_capture_admit)(const struct ringlog_logger *logger, int level,
                               const struct ringlog_site *site) = rl_filters_admit;

static void show_late(const struct rl_site_definition *definition, int level,
                      const unsigned char *fields, size_t bytes)
{
    /* A run-time level comes first, and is no field of the format. */
    const unsigned skipped = (definition->flags & RINGLOG_SITE_RUNTIME_LEVEL_) != 0;
    struct rl_program *program;
    struct rl_buffer line = {0};
    (void)level;
    if (rl_program_new_of_site(&program, definition->flags, definition->format,
                               strlen(definition->format), definition->fields,
                               definition->field_count) < 0)
        return;
    rl_program_render(program, fields + skipped * 4, bytes - skipped * 4, false, &line);
    rl_buffer_append_char(&line, '\n');
    rl_program_free(program);
    if (!line.failed && write(STDERR_FILENO, line.data, line.length) < 0)
        line.length = 0; /* nowhere left to tell */
    rl_buffer_free(&line);
}

static pthread_mutex_t *life; /* init and shutdown, one at a time */

static void shutdown_at_exit(void)
{
    ringlog_shutdown(EXIT_TIMEOUT_MS);
}

/* Once a process: what cannot be undone. */
static void register_once(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    rl_capture_on_late = show_late;
    rl_set_on_attach = rl_writer_on_attach;
    rl_config_barrier = rl_writer_barrier;
    pthread_atfork(before_fork, after_fork_parent, after_fork_child);
    atexit(shutdown_at_exit);
}

/* What one init brought. Other threads read it for as long as the process lives, so it is never
 * freed: a few bytes an init, all within sight of leak checkers. */
static struct life {
    struct rl_settings settings;
    struct rl_settings stopped; /* the same after shutdown */
    struct rl_writer_options writer;
    struct rl_wall_clock wall_clock;
    struct life *earlier;
} * lives;

static int start(const struct ringlog_options *options)
{
    struct life *made = malloc(sizeof *made);
    if (made == NULL)
        return rl_error(-ENOMEM, "ringlog_init: out of memory");
    *made = (struct life){.settings = ring_settings(options),
                          .stopped = ring_settings(options),
                          .writer = writer_options(options),
                          .wall_clock = {options->now, options->now_context},
                          .earlier = lives};
    made->stopped.state = RL_STOPPED;
    lives = made;
    rl_set_wall_clock(options->now == NULL ? NULL : &made->wall_clock);
    rl_handlers_give_up = made->settings.drop;
    rl_handlers_on_error = options->on_error;
    rl_handlers_on_error_context = options->on_error_context;
    if (options->dictionary_bytes != 0)
        rl_dictionary_reserve(options->dictionary_bytes);
    register_once();
    rl_capture_dictionary(); /* now, rather than with the first record; failing it waits for that */
    const int result = rl_writer_start(&made->writer);
    if (result < 0)
        return rl_error_errno(result, "ringlog_init: start the writer");
    rl_settings_publish(&made->settings);
    return 0;
}

int ringlog_init_sized_(const struct ringlog_options *given, size_t bytes)
{
    struct ringlog_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    int result = check_options(&options);
    if (result < 0)
        return result;
    pthread_mutex_lock(rl_fork_proof_mutex(&life));
    if (rl_settings()->state == RL_RUNNING)
        result = rl_error(-EALREADY, "ringlog_init: runs already");
    else if (rl_writer_stop(0) < 0 && rl_writer_is_running())
        result = rl_error(-EAGAIN, "ringlog_init: the last shutdown has not finished yet");
    else
        result = start(&options);
    pthread_mutex_unlock(rl_fork_proof_mutex(&life));
    return result;
}

/* Waiting is where pthread_cancel(3) strikes: a thread that went there would take a mutex along. */
static int not_cancelled(int (*wait)(int timeout_ms), int timeout_ms)
{
    int state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    const int result = wait(timeout_ms);
    pthread_setcancelstate(state, NULL);
    return result;
}

static int flush(int timeout_ms)
{
    return rl_writer_flush(timeout_ms, true);
}

int ringlog_flush(int timeout_ms)
{
    if (rl_library_thread)
        return rl_error(-EDEADLK, "ringlog_flush: called on a thread of the library");
    if (rl_settings()->state == RL_EARLY)
        return rl_error(-EAGAIN, "ringlog_flush: before ringlog_init, records wait");
    const int result = not_cancelled(flush, timeout_ms);
    return result < 0 ? rl_error(result, "ringlog_flush: not all written after %d ms", timeout_ms)
                      : 0;
}

static int sync_handlers(int timeout_ms)
{
    (void)timeout_ms;
    return rl_writer_sync();
}

int ringlog_sync(int timeout_ms)
{
    const int flushed = ringlog_flush(timeout_ms);
    if (flushed < 0)
        return flushed;
    pthread_mutex_lock(rl_fork_proof_mutex(&life));
    const int result = not_cancelled(sync_handlers, timeout_ms);
    pthread_mutex_unlock(rl_fork_proof_mutex(&life));
    return result < 0 ? rl_error_errno(result, "ringlog_sync") : 0;
}

int ringlog_handler_close(ringlog_handler *handler)
{
    if (rl_library_thread)
        return rl_error(-EDEADLK, "ringlog_handler_close: called on a thread of the library");
    pthread_mutex_lock(rl_fork_proof_mutex(&life));
    int state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    int result = 0;
    if (rl_writer_is_running())
        result = rl_writer_close_handler(handler);
    else
        rl_handler_close(handler, rl_monotonic_ns());
    pthread_setcancelstate(state, NULL);
    pthread_mutex_unlock(rl_fork_proof_mutex(&life));
    return result < 0 ? rl_error_errno(result, "ringlog_handler_close") : 0;
}

int ringlog_set_process_name(const char *name)
{
    if (name == NULL || strlen(name) > 63)
        return rl_error(-EINVAL, "ringlog_set_process_name: %s",
                        name == NULL ? "NULL" : "longer than 63 bytes");
    const int result = rl_writer_set_process_name(name);
    return result < 0 ? rl_error(result, "ringlog_set_process_name: out of memory") : 0;
}

static int take_no_more(void)
{
    if (rl_settings()->state != RL_RUNNING)
        return 0;
    rl_settings_publish(&lives->stopped);
    return 0;
}

/* Also for a writer that an earlier call has left running. */
static int stop(int timeout_ms)
{
    const int64_t deadline_ns =
        timeout_ms < 0 ? -1 : rl_monotonic_ns() + (int64_t)timeout_ms * 1000000;
    if (rl_settings()->state != RL_RUNNING && !rl_writer_is_running())
        return 0;
    int result = take_no_more();
    if (result == 0)
        result = rl_writer_stop(timeout_ms);
    if (!rl_writer_is_running()) {
        rl_library_thread = true; /* what handlers do as they go is not the caller's doing */
        rl_loggers_clear();
        rl_rcu_reap();
        rl_library_thread = false;
        rl_compressor_stop(deadline_ns);
    }
    return result;
}

int ringlog_shutdown(int timeout_ms)
{
    if (rl_library_thread)
        return rl_error(-EDEADLK, "ringlog_shutdown: called on a thread of the library");
    pthread_mutex_lock(rl_fork_proof_mutex(&life));
    const int result = not_cancelled(stop, timeout_ms);
    pthread_mutex_unlock(rl_fork_proof_mutex(&life));
    return result < 0
               ? rl_error_errno(result, "ringlog_shutdown: not finished after %d ms", timeout_ms)
               : 0;
}

/* Records of a program that never called init go to the last resort when it ends. */
__attribute__((destructor)) static void deliver_early_records(void)
{
    if (rl_settings()->state != RL_EARLY || rl_set_first() == NULL)
        return;
    if (ringlog_init(NULL) == 0)
        ringlog_shutdown(EXIT_TIMEOUT_MS);
}

/* ---- figures ---- */

static void add_rings(struct ringlog_counts *counts)
{
    for (struct rl_ring *ring = rl_set_first(); ring != NULL; ring = ring->next) {
        const struct rl_ring_header *header = ring->header;
        counts->rings += ring->main == NULL;
        counts->lost_full += __atomic_load_n(&header->lost[RL_LOSS_FULL], __ATOMIC_RELAXED);
        counts->lost_early += __atomic_load_n(&header->lost[RL_LOSS_EARLY], __ATOMIC_RELAXED);
        counts->lost_late += __atomic_load_n(&header->lost[RL_LOSS_LATE], __ATOMIC_RELAXED);
        counts->lost_nested += __atomic_load_n(&header->lost[RL_LOSS_NESTED], __ATOMIC_RELAXED);
        counts->blocked_calls += __atomic_load_n(&header->blocked, __ATOMIC_RELAXED);
        counts->records_cut += __atomic_load_n(&header->cut, __ATOMIC_RELAXED);
        const uint64_t high_water = __atomic_load_n(&header->high_water, __ATOMIC_RELAXED);
        if (high_water > counts->ring_high_water)
            counts->ring_high_water = high_water;
    }
}

static uint64_t process_loss(unsigned kind)
{
    return __atomic_load_n(&rl_set()->lost[kind], __ATOMIC_RELAXED);
}

static void add_process(struct ringlog_counts *counts)
{
    counts->lost_late += process_loss(RL_LOSS_LATE);
    counts->lost_nested += process_loss(RL_LOSS_NESTED);
    counts->lost_memory += process_loss(RL_LOSS_NO_RING);
    counts->lost_library += process_loss(RL_LOSS_LIBRARY);
    struct rl_writer_counts writer;
    rl_writer_counts(&writer);
    counts->records_written = writer.written;
    counts->records_late = writer.late;
    counts->lateness_max_ns = writer.lateness_max_ns;
    counts->sites_undefined = writer.undefined;
    counts->writer_looks = writer.looks;
    const struct rl_dictionary *dictionary = rl_capture_dictionary();
    if (dictionary != NULL)
        counts->sites = __atomic_load_n(&dictionary->sites, __ATOMIC_RELAXED);
    counts->loggers = rl_logger_count();
    counts->loggers_refused = rl_loggers_refused();
    counts->handler_errors = rl_handlers_errors();
}

static void add_handlers(struct ringlog_counts *counts)
{
    rl_config_lock();
    const struct rl_routes *routes = rl_routes();
    for (uint32_t i = 0; routes != NULL && i < routes->handler_count; i++) {
        if (routes->handlers[i]->sink != NULL)
            continue; /* the figures of a shared file are its first handler's */
        struct ringlog_handler_counts of;
        ringlog_handler_stats(routes->handlers[i], &of);
        counts->handler_lost += of.lost;
    }
    rl_config_unlock();
}

int ringlog_stats_sized_(struct ringlog_counts *counts, size_t bytes)
{
    struct ringlog_counts now = {0};
    add_rings(&now);
    add_process(&now);
    add_handlers(&now);
    memcpy(counts, &now, bytes < sizeof now ? bytes : sizeof now);
    return 0;
}
