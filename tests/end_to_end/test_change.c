/* The configuration changes while threads log: handlers come and go, formatters and levels are
 * replaced. No record reaches a handler that is gone, and what was logged before a removal reaches
 * the handler. */
#include "end_to_end/support.h"

#include <pthread.h>
#include <string.h>

#define THREADS 4

#ifdef __SANITIZE_THREAD__
#    define ROUNDS 25 /* each waits for four threads that log flat out */
#else
#    define ROUNDS 150
#endif

static ringlog_logger *loggers[THREADS];
static bool over; /* atomic */

static void *log_until_over(void *argument)
{
    ringlog_logger *logger = argument;
    for (unsigned long i = 0; !__atomic_load_n(&over, __ATOMIC_RELAXED); i++)
        ringlog_info(logger, "number %lu", i);
    return NULL;
}

/* A handler whose context is freed with it: a late record would be a use after free. */
struct context {
    unsigned long records;
    unsigned long marks;
    unsigned long *closed; /* atomic */
};

static int emit(void *context, const struct ringlog_record *record, const char *text,
                size_t length)
{
    struct context *of = context;
    of->records++;
    of->marks += strcmp(record->message, "mark") == 0;
    return length == 0 || text == NULL;
}

static void close_context(void *context)
{
    struct context *of = context;
    require(of->marks == 1); /* what was logged before the removal has come */
    __atomic_fetch_add(of->closed, 1, __ATOMIC_RELEASE);
    free(of);
}

static void come_and_go(ringlog_logger *logger, unsigned long *closed, bool isolated)
{
    struct context *context = calloc(1, sizeof *context);
    require(context != NULL);
    context->closed = closed;
    ringlog_handler *handler;
    const struct ringlog_custom_options options = {
        .ops = {.emit = emit, .close = close_context},
        .context = context,
        .isolation = {.isolation = isolated ? RINGLOG_ISOLATED : RINGLOG_NOT_ISOLATED,
                      .policy = RINGLOG_QUEUE_BLOCK},
    };
    require(ringlog_custom_handler_new(&handler, &options) == 0);
    require(ringlog_logger_add_handler(logger, handler) == 0);
    ringlog_info(ringlog_root(), "mark");
    require(ringlog_logger_remove_handler(logger, handler) == 0);
    ringlog_handler_unref(handler);
}

static void change_format(ringlog_handler *file, unsigned round)
{
    char format[64];
    snprintf(format, sizeof format, "%u %%(message)s", round);
    ringlog_formatter *formatter;
    require(ringlog_formatter_new(&formatter,
                                  &(struct ringlog_formatter_options){.format = format}) == 0);
    require(ringlog_handler_set_formatter(file, formatter) == 0);
    ringlog_formatter_unref(formatter);
}

PROCESS_TEST(handlers_formatters_and_levels_change_under_load)
{
    const unsigned rounds = (unsigned)from_environment("RINGLOG_TEST_ROUNDS", ROUNDS);
    ringlog_handler *file = log_to("changed.log", NULL);
    require(ringlog_init(NULL) == 0);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        char name[16];
        snprintf(name, sizeof name, "change.%d", i);
        loggers[i] = ringlog_get_logger(name);
        require(pthread_create(&threads[i], NULL, log_until_over, loggers[i]) == 0);
    }
    unsigned long closed = 0;
    for (unsigned round = 0; round < rounds; round++) {
        come_and_go(ringlog_root(), &closed, round % 2 == 0);
        change_format(file, round);
        ringlog_logger *logger = loggers[round % THREADS];
        require(ringlog_logger_set_level(logger, round % 8 < 4 ? RINGLOG_ERROR : RINGLOG_DEBUG) ==
                0);
        require(ringlog_logger_set_propagate(logger, round % 3 != 0) == 0);
        char name[32];
        snprintf(name, sizeof name, "change.%u.new", round);
        require(ringlog_get_logger(name) != NULL);
    }
    __atomic_store_n(&over, true, __ATOMIC_RELAXED);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    require(ringlog_shutdown(20000) == 0);
    require(__atomic_load_n(&closed, __ATOMIC_ACQUIRE) == rounds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handlers_formatters_and_levels_change_under_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
