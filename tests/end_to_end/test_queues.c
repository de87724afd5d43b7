/* Memory handler, queue handler, listener. */
#include "end_to_end/support.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

static ringlog_logger *logger;

/* A file that no logger holds. */
static ringlog_handler *file_of(const char *path, const char *format)
{
    ringlog_handler *file;
    ringlog_formatter *formatter;
    require(ringlog_file_handler_new(&file, path, NULL) == 0);
    require(ringlog_formatter_new(&formatter,
                                  &(struct ringlog_formatter_options){.format = format}) == 0);
    require(ringlog_handler_set_formatter(file, formatter) == 0);
    ringlog_formatter_unref(formatter);
    return file;
}

static void attach(ringlog_handler *handler)
{
    require(ringlog_logger_add_handler(ringlog_root(), handler) == 0);
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
}

static void start(void)
{
    logger = ringlog_get_logger("queues");
    require(ringlog_init(NULL) == 0);
}

static void require_log(const char *path, const char *expected)
{
    require(ringlog_flush(10000) == 0);
    require_same_text(read_file(path, NULL), expected);
}

#define EVERYTHING                                                                                 \
    "%(levelname)s %(name)s %(filename)s %(funcName)s %(threadName)s %(processName)s "             \
    "%(message)s%(fields)s"

/* ---- memory ---- */

PROCESS_TEST(memory_holds_until_it_is_full_or_something_is_urgent)
{
    ringlog_handler *file = file_of("memory.log", "%(message)s"), *memory;
    require(ringlog_memory_handler_new(&memory, &(struct ringlog_memory_options){
                                                    .target = file, .capacity = 3}) == 0);
    ringlog_handler_unref(file);
    attach(memory);
    start();
    ringlog_info(logger, "1");
    ringlog_info(logger, "2");
    require_log("memory.log", "");
    ringlog_info(logger, "3");
    require_log("memory.log", "1\n2\n3\n");
    ringlog_info(logger, "4");
    ringlog_error(logger, "5");
    require_log("memory.log", "1\n2\n3\n4\n5\n");
    ringlog_info(logger, "6");
    require(ringlog_memory_handler_flush(memory) == 0);
    require_log("memory.log", "1\n2\n3\n4\n5\n6\n");
    ringlog_info(logger, "7");
    ringlog_handler_unref(memory);
    require(ringlog_shutdown(10000) == 0);
    require_same_text(read_file("memory.log", NULL), "1\n2\n3\n4\n5\n6\n7\n");
}

PROCESS_TEST(what_waited_is_whole)
{
    ringlog_handler *file = file_of("memory.log", EVERYTHING), *memory;
    ringlog_handler *beside = file_of("beside.log", EVERYTHING);
    require(ringlog_memory_handler_new(&memory, &(struct ringlog_memory_options){.target = file}) ==
            0);
    attach(beside);
    attach(memory);
    start();
    require(ringlog_context_set("request", 5) == 0);
    const struct ringlog_extra fields[] = {RINGLOG_EXTRA("shard", 3)};
    for (int i = 0; i < 3; i++) {
        char text[8] = "abc";
        ringlog_info(logger, "%d %s %.1f %s", i, text, 0.5, ringlog_bytes(text, 2));
        memset(text, 'x', sizeof text - 1);
        ringlog_warning_kv(ringlog_get_adapter(logger, fields, 1), "kv", "key", "va lue");
        ringlog_log(logger, 25, "level %d", 25);
        ringlog_log_text(logger, RINGLOG_INFO, "te\nxt", 5);
        require(ringlog_log_ex(logger, &(struct ringlog_event){.level = RINGLOG_INFO,
                                                               .text = "event",
                                                               .text_length = 5,
                                                               .file = "dir/other.c",
                                                               .function = "f",
                                                               .exception_text = "E1\nE2",
                                                               .stack_text = "S",
                                                               .extra = fields,
                                                               .extra_count = 1}) == 0);
        require(ringlog_set_thread_name("renamed") == 0);
    }
    require(ringlog_memory_handler_flush(memory) == 0);
    require(ringlog_flush(10000) == 0);
    const char *expected = read_file("beside.log", NULL);
    require(strstr(expected, "renamed") != NULL && strstr(expected, "E2\nS\n") != NULL);
    require_same_text(read_file("memory.log", NULL), expected);
    ringlog_handler_unref(file);
    ringlog_handler_unref(beside);
    ringlog_handler_unref(memory);
}

PROCESS_TEST(memory_can_be_discarded_and_counts_it)
{
    ringlog_handler *file = file_of("memory.log", "%(message)s"), *memory;
    require(ringlog_memory_handler_new(&memory, NULL) == -EINVAL);
    require(ringlog_memory_handler_flush(file) == -EINVAL);
    require(ringlog_memory_handler_new(&memory, &(struct ringlog_memory_options){
                                                    .target = file, .discard_at_close = true}) == 0);
    attach(memory);
    start();
    ringlog_info(logger, "held");
    require(ringlog_shutdown(10000) == 0);
    struct ringlog_handler_counts counts;
    require(ringlog_handler_stats(memory, &counts) == 0 && counts.lost == 1);
    require_same_text(read_file("memory.log", NULL), "");
    ringlog_handler_unref(memory);
    ringlog_handler_unref(file);
}

/* ---- queue ---- */

PROCESS_TEST(a_listener_hands_on_what_was_queued)
{
    ringlog_queue *queue;
    ringlog_handler *filler, *all = file_of("all.log", EVERYTHING), *errors;
    ringlog_listener *listener;
    errors = file_of("errors.log", "%(message)s");
    require(ringlog_handler_set_level(errors, RINGLOG_ERROR) == 0);
    require(ringlog_queue_new(&queue, NULL) == 0);
    require(ringlog_queue_handler_new(&filler, queue) == 0);
    ringlog_handler *const both[] = {all, errors};
    require(ringlog_listener_new(&listener, queue, both, 2, NULL) == 0);
    ringlog_queue_unref(queue);
    attach(filler);
    start();
    ringlog_info(logger, "waits %d", 1);
    require_log("all.log", "");
    require(ringlog_listener_start(listener) == 0 && ringlog_listener_start(listener) == 0);
    ringlog_error(logger, "comes %d", 2);
    require(ringlog_listener_stop(listener) == 0 && ringlog_listener_stop(listener) == 0);
    require(count_lines("all.log", "waits 1") == 1 && count_lines("all.log", "comes 2") == 1);
    ringlog_error(logger, "waits again");
    require_log("errors.log", "comes 2\n");
    require(ringlog_listener_start(listener) == 0);
    require_log("errors.log", "comes 2\nwaits again\n");
    ringlog_listener_unref(listener);
    ringlog_handler_unref(filler);
    ringlog_handler_unref(all);
    ringlog_handler_unref(errors);
}

static unsigned reports;

static void count_report(const char *message, void *context)
{
    (void)context;
    require(strstr(message, "queue handler: put") != NULL);
    reports++;
}

PROCESS_TEST(a_full_queue_is_an_error_of_its_handler)
{
    ringlog_queue *queue;
    ringlog_handler *filler;
    require(ringlog_queue_new(&queue, &(struct ringlog_queue_options){.capacity = 3}) == 0);
    require(ringlog_queue_handler_new(&filler, NULL) == -EINVAL);
    require(ringlog_queue_handler_new(&filler, queue) == 0);
    attach(filler);
    logger = ringlog_get_logger("queues");
    require(ringlog_init(&(struct ringlog_options){.on_error = count_report}) == 0);
    for (int i = 0; i < 5; i++)
        ringlog_info(logger, "%d", i);
    require(ringlog_flush(10000) == 0);
    struct ringlog_handler_counts counts;
    require(ringlog_handler_stats(filler, &counts) == 0 && counts.lost == 2 && reports == 2);
    ringlog_handler *file = file_of("late.log", "%(message)s");
    ringlog_listener *listener;
    require(ringlog_listener_new(&listener, queue, &file, 1, NULL) == 0);
    require(ringlog_listener_start(listener) == 0);
    require_log("late.log", "0\n1\n2\n");
    ringlog_listener_unref(listener);
    ringlog_handler_unref(file);
    ringlog_handler_unref(filler);
    ringlog_queue_unref(queue);
}

/* ---- under load ---- */

static bool done;

static void *log_on(void *number)
{
    for (int i = 0; i < 20000; i++)
        ringlog_info(logger, "%d %d", *(const int *)number, i);
    return NULL;
}

static void *start_and_stop(void *listener)
{
    while (!__atomic_load_n(&done, __ATOMIC_RELAXED)) {
        require(ringlog_listener_start(listener) == 0);
        require(ringlog_listener_stop(listener) == 0);
    }
    return NULL;
}

PROCESS_TEST(starting_and_stopping_loses_nothing)
{
    enum { THREADS = 3 };
    ringlog_queue *queue;
    ringlog_handler *filler, *file = file_of("load.log", "%(message)s");
    ringlog_listener *listener;
    require(ringlog_queue_new(&queue, &(struct ringlog_queue_options){.capacity = 1000000,
                                                                      .bytes = 1 << 30}) == 0);
    require(ringlog_queue_handler_new(&filler, queue) == 0);
    require(ringlog_listener_new(&listener, queue, &file, 1, NULL) == 0);
    attach(filler);
    start();
    pthread_t loggers[THREADS], changer;
    int numbers[THREADS];
    require(pthread_create(&changer, NULL, start_and_stop, listener) == 0);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        require(pthread_create(&loggers[i], NULL, log_on, &numbers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        require(pthread_join(loggers[i], NULL) == 0);
    __atomic_store_n(&done, true, __ATOMIC_RELAXED);
    require(pthread_join(changer, NULL) == 0);
    require(ringlog_listener_start(listener) == 0 && ringlog_flush(20000) == 0);
    int next[THREADS] = {0}, thread, number;
    FILE *lines = fopen("load.log", "r");
    while (fscanf(lines, "%d %d\n", &thread, &number) == 2)
        require(number == next[thread]++);
    fclose(lines);
    for (int i = 0; i < THREADS; i++)
        require(next[i] == 20000);
    ringlog_listener_unref(listener);
    ringlog_handler_unref(filler);
    ringlog_handler_unref(file);
    ringlog_queue_unref(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_holds_until_it_is_full_or_something_is_urgent),
        cmocka_unit_test(what_waited_is_whole),
        cmocka_unit_test(memory_can_be_discarded_and_counts_it),
        cmocka_unit_test(a_listener_hands_on_what_was_queued),
        cmocka_unit_test(a_full_queue_is_an_error_of_its_handler),
        cmocka_unit_test(starting_and_stopping_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
