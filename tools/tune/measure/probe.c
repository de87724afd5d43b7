#include "measure/probe.h"

#include "measure/clock.h"

#include <ringlog/handlers.h>

static int note(void *context, const struct ringlog_record *record, const char *text, size_t length)
{
    (void)text;
    (void)length;
    struct probe *probe = context;
    if (probe->oldest_ns == 0)
        probe->oldest_ns = record->time_ns;
    return 0;
}

/* What was noted is written by now. */
static int take(void *context)
{
    struct probe *probe = context;
    if (probe->oldest_ns != 0 && __atomic_load_n(&probe->counts, __ATOMIC_RELAXED))
        samples_add(&probe->late_us, (double)(clock_ns(CLOCK_REALTIME) - probe->oldest_ns) / 1000);
    probe->oldest_ns = 0;
    return 0;
}

int probe_new(struct probe *probe, const char *name)
{
    ringlog_handler *handler;
    const struct ringlog_custom_options options = {.ops = {.emit = note, .flush = take},
                                                   .context = probe};
    const int made = ringlog_custom_handler_new(&handler, &options);
    if (made < 0)
        return made;
    const int added = ringlog_logger_add_handler(ringlog_get_logger(name), handler);
    ringlog_handler_unref(handler);
    return added;
}

void probe_set_counts(struct probe *probe, bool counts)
{
    __atomic_store_n(&probe->counts, counts, __ATOMIC_RELAXED);
}
