/* Before init, after shutdown, at exit: when a log call may come, and what becomes of its record.
 */
#include "end_to_end/support.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

static ringlog_logger *logger;

static void start_logging(void)
{
    log_to("life.log", NULL);
    logger = ringlog_get_logger("life");
    require(ringlog_init(NULL) == 0);
}

/* ---- before init ---- */

PROCESS_TEST(what_is_logged_before_init_waits_for_the_set_up_that_init_brings)
{
    ringlog_logger_set_level(ringlog_root(), RINGLOG_INFO);
    for (int i = 0; i < 3; i++)
        ringlog_info(ringlog_root(), "early %d", i);
    log_to("life.log", "%(levelname)s %(message)s");
    require(ringlog_init(NULL) == 0);
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("life.log", NULL), "INFO early 0\nINFO early 1\nINFO early 2\n");
}

PROCESS_TEST(also_when_init_brings_another_clock)
{
    const time_t before = time(NULL);
    log_to("life.log", "%(created)f %(message)s");
    ringlog_info(ringlog_root(), "early");
    sleep_ms(20);
    require(ringlog_init(&(struct ringlog_options){.clock = RINGLOG_CLOCK_MONOTONIC}) == 0);
    ringlog_info(ringlog_root(), "later");
    require(ringlog_flush(5000) == 0);
    double early, later;
    const char *text = read_file("life.log", NULL);
    require(sscanf(text, "%lf early\n%lf later\n", &early, &later) == 2);
    require(early >= (double)before && later <= (double)before + 60.0);
    require(later - early > 0.015 && later - early < 5.0);
}

PROCESS_TEST(a_ring_full_before_init_loses_what_comes_then_and_says_so)
{
    enum { CALLS = 30000 };
    log_to("life.log", NULL);
    for (int i = 0; i < CALLS; i++)
        ringlog_info(ringlog_root(), "early %d", i);
    const unsigned long lost = counts_now().lost_early;
    require(lost > 0 && lost < CALLS);
    require(ringlog_init(NULL) == 0);
    require(ringlog_flush(5000) == 0);
    require(count_lines("life.log", "early ") == CALLS - lost);
    char told[100];
    snprintf(told, sizeof told, "%lu records lost on thread MainThread between ", lost);
    require(count_lines("life.log", told) == 1);
    require(counts_now().records_written + lost == CALLS);
}

PROCESS_TEST(init_is_refused_while_running_and_flush_before_init)
{
    require(ringlog_flush(0) == -EAGAIN);
    require(ringlog_shutdown(0) == 0);
    require(ringlog_init(NULL) == 0);
    require(ringlog_init(NULL) == -EALREADY);
    require(strstr(ringlog_last_error(), "runs already") != NULL);
    require(ringlog_shutdown(1000) == 0);
    require(ringlog_init(NULL) == 0);
}

static void never_call_init(void)
{
    stderr_to("stderr");
    ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG);
    ringlog_info(ringlog_root(), "not shown");
    ringlog_warning(ringlog_root(), "shown %d", 1);
    ringlog_error(ringlog_get_logger("a.b"), "shown %s", "too");
}

PROCESS_TEST(without_init_warnings_appear_on_stderr_at_exit)
{
    require_status(start_child(never_call_init), 0);
    require_same_text(read_file("stderr", NULL), "shown 1\nshown too\n");
}

/* ---- at exit ---- */

static void log_and_return(void)
{
    start_logging();
    ringlog_info(logger, "written by exit");
}

static void log_and_leave_at_once(void)
{
    log_and_return();
    _exit(3);
}

PROCESS_TEST(exit_writes_what_is_left)
{
    require_status(start_child(log_and_return), 0);
    require_same_text(read_file("life.log", NULL), "written by exit\n");
}

PROCESS_TEST(leaving_without_exit_does_not_hang)
{
    const int64_t start = now_ms();
    require_status(start_child(log_and_leave_at_once), 3);
    require(now_ms() - start < 5000);
}

static void log_at_exit_before(void)
{
    ringlog_info(logger, "registered after init");
}

static void log_at_exit_after(void)
{
    ringlog_info(logger, "registered before init: silent");
    ringlog_warning(logger, "registered before init: %s", "shown");
}

static void log_at_exit(void)
{
    stderr_to("stderr");
    atexit(log_at_exit_after);
    start_logging();
    atexit(log_at_exit_before);
}

PROCESS_TEST(functions_of_atexit_may_log)
{
    require_status(start_child(log_at_exit), 0);
    require_same_text(read_file("life.log", NULL), "registered after init\n");
    require_same_text(read_file("stderr", NULL), "registered before init: shown\n");
}

/* ---- threads that come and go ---- */

static void log_from_destructor(void *value)
{
    ringlog_info(logger, "destructor of %s", (const char *)value);
}

static void *log_last_in_a_destructor(void *unused)
{
    pthread_key_t key;
    require(pthread_key_create(&key, log_from_destructor) == 0);
    require(pthread_setspecific(key, "a key") == 0);
    return unused;
}

PROCESS_TEST(destructors_of_keys_may_log_and_be_the_first_to)
{
    start_logging();
    pthread_t thread;
    require(pthread_create(&thread, NULL, log_last_in_a_destructor, NULL) == 0);
    pthread_join(thread, NULL);
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("life.log", NULL), "destructor of a key\n");
}

static bool all_there; /* atomic */

static void *log_detached(void *number)
{
    pthread_detach(pthread_self());
    require(ringlog_thread_init() == 0);
    while (!__atomic_load_n(&all_there, __ATOMIC_RELAXED))
        sleep_ms(1);
    ringlog_info(logger, "detached %u", (unsigned)(uintptr_t)number);
    return NULL;
}

PROCESS_TEST(detached_threads_may_log)
{
    start_logging();
    pthread_t thread;
    for (uintptr_t i = 0; i < 20; i++)
        require(pthread_create(&thread, NULL, log_detached, (void *)i) == 0);
    eventually(counts_now().rings == 20);
    __atomic_store_n(&all_there, true, __ATOMIC_RELAXED);
    eventually(count_lines("life.log", "detached ") == 20);
}

/* ---- after shutdown ---- */

PROCESS_TEST(after_shutdown_calls_are_counted_and_warnings_shown)
{
    stderr_to("stderr");
    start_logging();
    ringlog_info(logger, "in time");
    require(ringlog_shutdown(5000) == 0);
    require(ringlog_shutdown(5000) == 0);
    ringlog_info(logger, "late");
    ringlog_warning(logger, "late, %d %s", 42, "arguments");
    ringlog_log(logger, RINGLOG_ERROR, "late at %d", RINGLOG_ERROR);
    ringlog_log_text(logger, RINGLOG_CRITICAL, "late text", 9);
    require(counts_now().lost_late == 4);
    require(ringlog_flush(1000) == 0);
    require_same_text(read_file("life.log", NULL), "in time\n");
    require_same_text(read_file("stderr", NULL), "late, 42 arguments\nlate at 40\nlate text\n");
}

PROCESS_TEST(init_after_shutdown_begins_anew_with_rings_of_its_own_size)
{
    start_logging();
    ringlog_info(logger, "first life");
    require(ringlog_shutdown(5000) == 0);
    ringlog_info(logger, "nobody listens");
    log_to("second.log", NULL);
    require(ringlog_init(&(struct ringlog_options){.ring_bytes = 4096,
                                                   .full_policy = RINGLOG_FULL_DROP,
                                                   .flush_interval_us = 1000000}) == 0);
    sleep_ms(50); /* the writer is asleep for a second */
    for (int i = 0; i < 100; i++)
        ringlog_info(logger, "second life %d", i);
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("life.log", NULL), "first life\n");
    require(count_lines("second.log", "second life ") == 100);
    require(counts_now().ring_high_water <= 4096);
    require(counts_now().lost_late == 1);
}

/* ---- in a handler's callback ---- */

static int flush_in_emit, shutdown_in_emit;

static int emit_and_ask(void *context, const struct ringlog_record *record, const char *text,
                        size_t length)
{
    (void)context, (void)record, (void)text, (void)length;
    flush_in_emit = ringlog_flush(1000);
    shutdown_in_emit = ringlog_shutdown(1000);
    ringlog_error(logger, "from a handler");
    return 0;
}

static void attach(const struct ringlog_custom_options *options)
{
    ringlog_handler *handler;
    require(ringlog_custom_handler_new(&handler, options) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), handler) == 0);
    ringlog_handler_unref(handler);
}

PROCESS_TEST(a_handler_can_neither_flush_nor_shut_down_nor_log)
{
    start_logging();
    attach(&(struct ringlog_custom_options){.ops.emit = emit_and_ask});
    for (int i = 0; i < 3; i++)
        ringlog_info(logger, "%d", i);
    require(ringlog_flush(5000) == 0);
    require(flush_in_emit == -EDEADLK && shutdown_in_emit == -EDEADLK);
    require_same_text(read_file("life.log", NULL), "0\n1\n2\n");
    require(counts_now().lost_library == 3);
}

/* ---- deadlines ---- */

static bool stuck = true; /* atomic */

static int emit_when_let(void *context, const struct ringlog_record *record, const char *text,
                         size_t length)
{
    (void)context, (void)record, (void)text, (void)length;
    while (__atomic_load_n(&stuck, __ATOMIC_RELAXED))
        sleep_ms(1);
    return 0;
}

static void deadlines_hold(enum ringlog_isolation isolation)
{
    start_logging();
    attach(&(struct ringlog_custom_options){.ops.emit = emit_when_let,
                                            .isolation.isolation = isolation});
    ringlog_info(logger, "is not delivered");
    const int64_t start = now_ms();
    require(ringlog_flush(100) == -ETIMEDOUT);
    const int64_t flushed = now_ms();
    require(flushed - start >= 100 && flushed - start < 2000);
    require(ringlog_shutdown(100) == -ETIMEDOUT);
    require(now_ms() - flushed >= 100 && now_ms() - flushed < 2000);
}

PROCESS_TEST(flush_and_shutdown_keep_their_deadlines_against_a_stuck_handler)
{
    deadlines_hold(RINGLOG_NOT_ISOLATED);
    /* It is not over: until it is, there is no init, and shutdown goes on waiting. */
    require(ringlog_init(NULL) < 0);
    require(ringlog_shutdown(100) == -ETIMEDOUT);
    __atomic_store_n(&stuck, false, __ATOMIC_RELAXED);
    require(ringlog_shutdown(5000) == 0);
    log_to("second.log", NULL);
    require(ringlog_init(NULL) == 0);
    ringlog_info(logger, "second life");
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("second.log", NULL), "second life\n");
}

PROCESS_TEST(and_against_a_stuck_isolated_one_which_may_end_later)
{
    deadlines_hold(RINGLOG_ISOLATED);
    __atomic_store_n(&stuck, false, __ATOMIC_RELAXED);
    sleep_ms(100); /* its thread finds whatever shutdown has left */
}

static void *flush_without_end(void *unused)
{
    for (int i = 0; i < 1000; i++)
        ringlog_flush(-1);
    return unused;
}

PROCESS_TEST(flush_and_shutdown_may_come_at_once)
{
    for (int i = 0; i < 20; i++) {
        start_logging();
        pthread_t thread;
        require(pthread_create(&thread, NULL, flush_without_end, NULL) == 0);
        ringlog_info(logger, "round %d", i);
        require(ringlog_shutdown(-1) == 0);
        pthread_join(thread, NULL);
    }
    require(count_lines("life.log", "round ") == 20);
}

static void *flush_and_be_cancelled(void *unused)
{
    ringlog_flush(1000);
    pthread_testcancel();
    return unused;
}

PROCESS_TEST(a_thread_may_be_cancelled_in_flush)
{
    start_logging();
    attach(&(struct ringlog_custom_options){.ops.emit = emit_when_let,
                                            .isolation.isolation = RINGLOG_ISOLATED});
    ringlog_info(logger, "slow");
    pthread_t thread;
    require(pthread_create(&thread, NULL, flush_and_be_cancelled, NULL) == 0);
    sleep_ms(50);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    __atomic_store_n(&stuck, false, __ATOMIC_RELAXED);
    require(ringlog_flush(5000) == 0);
    require(ringlog_shutdown(5000) == 0);
}

/* ---- constructors: this program again, with another main ---- */

#define LOG_FROM_CONSTRUCTOR "log-from-constructor"

__attribute__((constructor)) static void log_before_main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], LOG_FROM_CONSTRUCTOR) == 0)
        ringlog_warning(ringlog_get_logger("constructor"), "before main, %d arguments", argc);
}

static int main_after_constructor(void)
{
    log_to("life.log", "%(name)s %(message)s");
    require(ringlog_init(NULL) == 0);
    return ringlog_flush(5000) == 0 ? 0 : 1;
}

PROCESS_TEST(constructors_may_log)
{
    const pid_t child = fork();
    require(child >= 0);
    if (child == 0) {
        execl("/proc/self/exe", "test_life", LOG_FROM_CONSTRUCTOR, (char *)NULL);
        _exit(1);
    }
    require_status(child, 0);
    require_same_text(read_file("life.log", NULL), "constructor before main, 2 arguments\n");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], LOG_FROM_CONSTRUCTOR) == 0)
        return main_after_constructor();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_logged_before_init_waits_for_the_set_up_that_init_brings),
        cmocka_unit_test(also_when_init_brings_another_clock),
        cmocka_unit_test(a_ring_full_before_init_loses_what_comes_then_and_says_so),
        cmocka_unit_test(init_is_refused_while_running_and_flush_before_init),
        cmocka_unit_test(without_init_warnings_appear_on_stderr_at_exit),
        cmocka_unit_test(exit_writes_what_is_left),
        cmocka_unit_test(leaving_without_exit_does_not_hang),
        cmocka_unit_test(functions_of_atexit_may_log),
        cmocka_unit_test(destructors_of_keys_may_log_and_be_the_first_to),
        cmocka_unit_test(detached_threads_may_log),
        cmocka_unit_test(after_shutdown_calls_are_counted_and_warnings_shown),
        cmocka_unit_test(init_after_shutdown_begins_anew_with_rings_of_its_own_size),
        cmocka_unit_test(a_handler_can_neither_flush_nor_shut_down_nor_log),
        cmocka_unit_test(flush_and_shutdown_keep_their_deadlines_against_a_stuck_handler),
        cmocka_unit_test(and_against_a_stuck_isolated_one_which_may_end_later),
        cmocka_unit_test(flush_and_shutdown_may_come_at_once),
        cmocka_unit_test(a_thread_may_be_cancelled_in_flush),
        cmocka_unit_test(constructors_may_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
