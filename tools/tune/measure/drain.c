#include "measure/clock.h"
#include "measure/hold.h"
#include "measure/measure.h"
#include "measure/quantile.h"
#include "measure/sample.h"
#include "record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One round fills half a ring while the writer is held up, and takes the time until the writer has
 * written all of it. The ring is larger than what caches of a core hold. */
#define RING_BYTES   (4 << 20)
#define ROUND_BYTES  (RING_BYTES / 2)
#define LEAST_ROUNDS 3
#define HOLD         "tune.hold"

struct rounds {
    struct hold hold;
    struct samples wall_ns, cpu_ns; /* of a record */
    uint64_t records;
    int fd;
};

/* A disk need not hold what a writer that does nothing else can write in a second. */
static bool make_empty(int fd, char why[APART_WHY_BYTES])
{
    if (fd < 0 || ftruncate(fd, 0) == 0)
        return true;
    snprintf(why, APART_WHY_BYTES, "ftruncate: %s", strerror(errno));
    return false;
}

static bool take_round(struct rounds *rounds, const struct sample *sample, uint64_t count,
                       char why[APART_WHY_BYTES])
{
    if (!hold_writer(&rounds->hold, HOLD, why))
        return false;
    sample_log(sample, ringlog_get_logger("tune"), count);
    const int64_t cpu = clock_ns(rounds->hold.clock), begin = now_ns();
    hold_release(&rounds->hold);
    if (!target_flush(why))
        return false;
    const double wall_ns = (double)(now_ns() - begin);
    const double cpu_ns = (double)(clock_ns(rounds->hold.clock) - cpu);
    rounds->records += count;
    if (!make_empty(rounds->fd, why))
        return false;
    return samples_add(&rounds->wall_ns, wall_ns / (double)count) &&
           samples_add(&rounds->cpu_ns, cpu_ns / (double)count);
}

static void sum_up(struct rounds *rounds, ringlog_handler *handler, struct drain *drain)
{
    struct ringlog_handler_counts counts = {.records = 0};
    ringlog_handler_stats(handler, &counts);
    samples_sort(&rounds->wall_ns);
    samples_sort(&rounds->cpu_ns);
    drain->rate = 1e9 / samples_quantile(&rounds->wall_ns, 0.5);
    drain->cpu_ns = samples_quantile(&rounds->cpu_ns, 0.5);
    drain->bytes = (double)counts.bytes / (double)rounds->records;
}

static bool take_rounds(const struct task *task, ringlog_handler *handler, int fd,
                        struct drain *drain, char why[APART_WHY_BYTES])
{
    struct rounds rounds = {.fd = fd};
    struct sample sample;
    if (hold_new(&rounds.hold, HOLD) < 0)
        return target_failed("handler", why);
    if (ringlog_thread_init() < 0)
        return target_failed("ring", why);
    if (!sample_new(&sample, task->argument_bytes))
        return false;
    const uint64_t count = ROUND_BYTES / record_bytes(task->argument_bytes);
    const int64_t end = now_ns() + (int64_t)(task->seconds * 1e9);
    bool done = true;
    for (unsigned i = 0; done && (i < LEAST_ROUNDS || now_ns() < end); i++)
        done = take_round(&rounds, &sample, count, why);
    if (done)
        sum_up(&rounds, handler, drain);
    samples_free(&rounds.wall_ns);
    samples_free(&rounds.cpu_ns);
    sample_free(&sample);
    return done;
}

bool measure_drain(const void *task_of, void *drain, char why[APART_WHY_BYTES])
{
    const struct task *task = task_of;
    ringlog_handler *handler;
    int fd;
    if (!target_open(&task->target, &handler, &fd, why))
        return false;
    const struct ringlog_options options = {.ring_bytes = RING_BYTES,
                                            .on_error = target_note_error};
    ringlog_logger_add_handler(ringlog_root(), handler);
    ringlog_logger_set_level(ringlog_root(), RINGLOG_INFO);
    const bool done = ringlog_init(&options) == 0 ? take_rounds(task, handler, fd, drain, why)
                                                  : target_failed("init", why);
    ringlog_shutdown(done ? FLUSH_MS : 0);
    ringlog_handler_unref(handler);
    if (fd >= 0)
        close(fd);
    return done;
}
