#include "measure/hold.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0 && errno == EINTR)
        ;
}

static int hold_here(void *context, const struct ringlog_record *record, const char *text,
                     size_t length)
{
    (void)record;
    (void)text;
    (void)length;
    struct hold *hold = context;
    pthread_getcpuclockid(pthread_self(), &hold->clock);
    sem_post(&hold->held);
    wait_for(&hold->released);
    return 0;
}

int hold_new(struct hold *hold, const char *name)
{
    sem_init(&hold->held, 0, 0);
    sem_init(&hold->released, 0, 0);
    ringlog_handler *handler;
    const struct ringlog_custom_options options = {.ops.emit = hold_here, .context = hold};
    const int made = ringlog_custom_handler_new(&handler, &options);
    if (made < 0)
        return made;
    ringlog_logger *logger = ringlog_get_logger(name);
    ringlog_logger_set_propagate(logger, false);
    const int added = ringlog_logger_add_handler(logger, handler);
    ringlog_handler_unref(handler);
    return added;
}

bool hold_writer(struct hold *hold, const char *name, char why[APART_WHY_BYTES])
{
    ringlog_error(ringlog_get_logger(name), "hold"); /* an error wakes it at once */
    return hold_await(hold, why);
}

bool hold_await(struct hold *hold, char why[APART_WHY_BYTES])
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += FLUSH_MS / 1000;
    int result;
    while ((result = sem_timedwait(&hold->held, &deadline)) != 0 && errno == EINTR)
        ;
    if (result != 0)
        snprintf(why, APART_WHY_BYTES, "the writer has not come in %d s", FLUSH_MS / 1000);
    return result == 0;
}

void hold_release(struct hold *hold)
{
    sem_post(&hold->released);
}
