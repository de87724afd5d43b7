/* The configuration changes while eight threads log: handlers and filters come and go, formatters,
 * levels and names are replaced. No record reaches a handler or filter that is gone, what was logged
 * before a removal reaches the handler, and a handler that stays misses nothing. */
#include "end_to_end/support.h"

#include <pthread.h>
#include <string.h>

#define THREADS 8
#define CHANGED 4 /* loggers that are changed themselves; the others are not */

#ifdef __SANITIZE_THREAD__
#    define ROUNDS 6 /* each waits for eight threads that log flat out */
#else
#    define ROUNDS 30
#endif

static ringlog_logger *loggers[THREADS];
static unsigned long logged[THREADS];
static bool over; /* atomic */

static void *log_until_over(void *argument)
{
    const int number = *(const int *)argument;
    ringlog_logger *logger = loggers[number];
    unsigned long i = 0;
    for (; !__atomic_load_n(&over, __ATOMIC_RELAXED); i++)
        ringlog_info_kv(logger, "number", "thread_number", number, "i", i);
    logged[number] = i;
    return NULL;
}

/* ---- a handler that stays ---- */

static unsigned long seen[THREADS]; /* the writer's */

static int count(void *context, const struct ringlog_record *record, const char *text,
                 size_t length)
{
    (void)context;
    (void)text;
    (void)length;
    struct ringlog_value thread, i;
    if (!ringlog_record_field(record, "thread_number", &thread))
        return 0;
    require(ringlog_record_field(record, "i", &i));
    if (thread.integer >= CHANGED)
        require(i.natural == seen[thread.integer]); /* none is missing, none comes twice */
    seen[thread.integer]++;
    return 0;
}

static void stay(void)
{
    ringlog_handler *handler;
    require(ringlog_custom_handler_new(
                &handler, &(struct ringlog_custom_options){.ops.emit = count}) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), handler) == 0);
    ringlog_handler_unref(handler);
}

/* ---- filters that come and go ---- */

static bool pass(const struct ringlog_record *record, void *context)
{
    require(*(const unsigned *)context == 0x600d);
    return ringlog_record_set(record, &RINGLOG_EXTRA("filtered", 1)) == 0;
}

static bool admit(const ringlog_logger *logger, int level, const struct ringlog_place *place,
                  void *context)
{
    require(*(const unsigned *)context == 0x600d);
    return logger != NULL && level == RINGLOG_INFO && place->line != 0;
}

static void filters_come_and_go(ringlog_handler *file, ringlog_logger *logger, unsigned round)
{
    static const unsigned good = 0x600d;
    struct ringlog_filter_options options = {.context = (void *)(uintptr_t)&good};
    if (round % 2 == 0)
        options.callback = pass;
    else
        options.caller = admit;
    ringlog_filter *filter;
    require(ringlog_filter_new(&filter, &options) == 0);
    require(ringlog_logger_add_filter(logger, filter) == 0);
    if (options.callback != NULL)
        require(ringlog_handler_add_filter(file, filter) == 0);
    require(ringlog_logger_remove_filter(logger, filter) == 0);
    if (options.callback != NULL)
        require(ringlog_handler_remove_filter(file, filter) == 0);
    ringlog_filter_unref(filter);
}

static void change_names(unsigned round)
{
    char name[32];
    snprintf(name, sizeof name, "ROUND%u", round % 10);
    require(ringlog_add_level_name(RINGLOG_INFO, name) == 0);
    require(ringlog_set_process_name(name) == 0);
}

/* ---- handlers that come and go ---- */

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
    stay();
    require(ringlog_init(NULL) == 0);
    pthread_t threads[THREADS];
    int numbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        char name[32];
        snprintf(name, sizeof name, "change.%d", i);
        loggers[i] = ringlog_get_logger(name);
        numbers[i] = i;
        require(pthread_create(&threads[i], NULL, log_until_over, &numbers[i]) == 0);
    }
    unsigned long closed = 0;
    for (unsigned round = 0; round < rounds; round++) {
        come_and_go(ringlog_root(), &closed, round % 2 == 0);
        change_format(file, round);
        ringlog_logger *logger = loggers[round % CHANGED];
        filters_come_and_go(file, loggers[round % THREADS], round);
        if (round % 8 == 0)
            change_names(round);
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
    for (int i = CHANGED; i < THREADS; i++)
        require(seen[i] == logged[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handlers_formatters_and_levels_change_under_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
