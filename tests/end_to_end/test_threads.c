/* Many threads: alive at once, one after the other, cancelled, and none but the writer left. */
#include "end_to_end/support.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

static ringlog_logger *logger;

static void start(struct ringlog_options options)
{
    log_to("threads.log", NULL);
    logger = ringlog_get_logger("threads");
    require(ringlog_init(&options) == 0);
}

static pthread_t start_thread(void *(*run)(void *), uintptr_t argument)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 << 10);
    require(pthread_create(&thread, &attributes, run, (void *)argument) == 0);
    pthread_attr_destroy(&attributes);
    return thread;
}

/* ---- alive at once ---- */

static pthread_barrier_t logged, finish;

static void *log_and_stay(void *number)
{
    ringlog_info(logger, "thread %u", (unsigned)(uintptr_t)number);
    pthread_barrier_wait(&logged);
    pthread_barrier_wait(&finish);
    return NULL;
}

static int64_t cpu_us(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

PROCESS_TEST(a_thousand_threads_log_and_then_cost_next_to_nothing)
{
    const unsigned count = (unsigned)from_environment("RINGLOG_TEST_THREADS", 1000);
    start((struct ringlog_options){.ring_bytes = 16 << 10});
    pthread_t *threads = calloc(count, sizeof *threads);
    require(threads != NULL);
    pthread_barrier_init(&logged, NULL, count + 1);
    pthread_barrier_init(&finish, NULL, count + 1);
    for (unsigned i = 0; i < count; i++)
        threads[i] = start_thread(log_and_stay, i);
    pthread_barrier_wait(&logged);
    require(ringlog_flush(20000) == 0);
    require(count_lines("threads.log", "thread ") == count);
    require(counts_now().rings == count);

    sleep_ms(200); /* until the writer has found out that it is idle */
    const int64_t from_us = cpu_us(), from_ms = now_ms();
    sleep_ms(1000);
    const double share = (double)(cpu_us() - from_us) / 10.0 / (double)(now_ms() - from_ms);
    printf("idle with %u rings: %.2f %% of a core\n", count, share);
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
    require(share < 10.0); /* an order of magnitude; what a busy-waiting writer takes is 100 */
#endif

    pthread_barrier_wait(&finish);
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

/* ---- one after the other ---- */

static void *log_once(void *number)
{
    ringlog_info(logger, "thread %u", (unsigned)(uintptr_t)number);
    return NULL;
}

static unsigned long resident_pages(void)
{
    unsigned long size, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    require(file != NULL && fscanf(file, "%lu %lu", &size, &resident) == 2);
    fclose(file);
    return resident;
}

PROCESS_TEST(threads_that_come_and_go_use_each_others_rings)
{
    const unsigned count = (unsigned)from_environment("RINGLOG_TEST_CHURN", 20000);
    unsigned long pages = 0;
    start((struct ringlog_options){.ring_bytes = 16 << 10});
    for (unsigned i = 0; i < count; i++) {
        pthread_join(start_thread(log_once, i), NULL);
        if (i % 50 == 49) /* what has been read may be used again */
            require(ringlog_flush(10000) == 0);
        if (i == count / 10)
            pages = resident_pages();
    }
    require(ringlog_flush(20000) == 0);
    require(count_lines("threads.log", "thread ") == count);
    printf("%u threads, %lu rings, %ld pages more\n", count, (unsigned long)counts_now().rings,
           (long)(resident_pages() - pages));
    require(counts_now().rings <= 60);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    require(resident_pages() < pages + 2000);
#endif
}

/* ---- cancelled ---- */

static void *log_until_cancelled(void *unused)
{
    for (unsigned i = 0;; i++) {
        ringlog_info(logger, "%u", i);
        pthread_testcancel();
    }
    return unused;
}

PROCESS_TEST(threads_may_be_cancelled_while_they_log)
{
#ifdef __SANITIZE_ADDRESS__
    return; /* the stack of a cancelled thread stays poisoned when its destructors run */
#endif
    start((struct ringlog_options){.ring_bytes = 16 << 10});
    for (int i = 0; i < 30; i++) {
        const pthread_t thread = start_thread(log_until_cancelled, 0);
        sleep_ms(2);
        pthread_cancel(thread);
        pthread_join(thread, NULL);
    }
    ringlog_info(logger, "the end");
    require(ringlog_flush(20000) == 0);
    require(count_lines("threads.log", "the end") == 1);
    require(counts_now().records_written == count_lines("threads.log", NULL));
    require(ringlog_shutdown(20000) == 0);
}

/* ---- the end of main ---- */

static pthread_t main_thread;

static void *log_after_main(void *unused)
{
    pthread_join(main_thread, NULL);
    ringlog_info(logger, "main has ended");
    exit(0);
    return unused;
}

static void end_main(void)
{
    start((struct ringlog_options){0});
    main_thread = pthread_self();
    start_thread(log_after_main, 0);
    ringlog_info(logger, "main ends");
    pthread_exit(NULL);
}

PROCESS_TEST(others_may_log_after_main_has_ended_its_thread)
{
#ifdef __SANITIZE_THREAD__
    return; /* its run-time library needs the main thread */
#endif
    require_status(start_child(end_main), 0);
    require_same_text(read_file("threads.log", NULL), "main ends\nmain has ended\n");
}

/* ---- waking ---- */

PROCESS_TEST(an_error_wakes_a_writer_that_sleeps)
{
    start((struct ringlog_options){.flush_interval_us = 1000000});
    sleep_ms(100);
    int64_t slowest = 0;
    for (int i = 0; i < 10; i++) {
        char text[32];
        snprintf(text, sizeof text, "error %d", i);
        const int64_t before = now_ms();
        ringlog_error(logger, "%s", text);
        eventually(count_lines("threads.log", text) == 1);
        slowest = now_ms() - before > slowest ? now_ms() - before : slowest;
        sleep_ms(10);
    }
    require(slowest < 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_threads_log_and_then_cost_next_to_nothing),
        cmocka_unit_test(threads_that_come_and_go_use_each_others_rings),
        cmocka_unit_test(threads_may_be_cancelled_while_they_log),
        cmocka_unit_test(others_may_log_after_main_has_ended_its_thread),
        cmocka_unit_test(an_error_wakes_a_writer_that_sleeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
