#include "measure/clock.h"
#include "measure/measure.h"
#include "measure/quantile.h"
#include "measure/sample.h"
#include "record.h"

#define RING_BYTES (4 << 20)
/* One burst fits into what a call may take without looking at the writer's position. */
#define BURST_BYTES      (64 * 1024)
#define BURSTS_PER_FLUSH 8

static uint64_t calls_in(uint64_t bytes, uint64_t argument_bytes)
{
    const uint64_t calls = bytes / record_bytes(argument_bytes);
    return calls == 0 ? 1 : calls;
}

static bool take_bursts(const struct task *task, const struct sample *sample, double *call_ns,
                        char why[APART_WHY_BYTES])
{
    ringlog_logger *logger = ringlog_get_logger("tune");
    const uint64_t calls = calls_in(BURST_BYTES, task->argument_bytes);
    struct samples bursts = {.values = NULL};
    const int64_t end = now_ns() + (int64_t)(task->seconds * 1e9);
    if (ringlog_thread_init() < 0)
        return target_failed("ring", why);
    sample_log(sample, logger, calls); /* a call site's first call is slow */
    bool done = true;
    for (unsigned i = 0; done && (i < 2 * BURSTS_PER_FLUSH || now_ns() < end); i++) {
        if (i % BURSTS_PER_FLUSH == 0 && ringlog_flush(FLUSH_MS) < 0)
            done = target_failed("flush", why);
        const int64_t begin = now_ns();
        sample_log(sample, logger, calls);
        done = done && samples_add(&bursts, (double)(now_ns() - begin) / (double)calls);
    }
    samples_sort(&bursts);
    *call_ns = samples_quantile(&bursts, 0.5);
    samples_free(&bursts);
    return done;
}

bool measure_calls(const void *task_of, void *call_ns, char why[APART_WHY_BYTES])
{
    const struct task *task = task_of;
    ringlog_handler *handler;
    struct sample sample;
    if (!sample_new(&sample, task->argument_bytes))
        return false;
    const struct ringlog_options options = {.ring_bytes = RING_BYTES, .flush_interval_us = 1000000};
    bool done = ringlog_null_handler_new(&handler) == 0;
    if (done) {
        ringlog_logger_add_handler(ringlog_root(), handler);
        ringlog_handler_unref(handler);
        ringlog_logger_set_level(ringlog_root(), RINGLOG_INFO);
        done = ringlog_init(&options) == 0;
    }
    if (!done)
        target_failed("init", why);
    done = done && take_bursts(task, &sample, call_ns, why);
    ringlog_shutdown(done ? FLUSH_MS : 0);
    sample_free(&sample);
    return done;
}
