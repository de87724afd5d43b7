/* The coarse clock: what records say, in every thread and in children. */
#include "end_to_end/support.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static ringlog_logger *logger;

static void start_with(struct ringlog_options options)
{
    log_to("clocks.log", "%(created)f %(message)s");
    logger = ringlog_get_logger("clocks");
    require(ringlog_init(&options) == 0);
}

static double wall(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The times in the log, and how many different ones follow each other. */
struct times {
    double first, last;
    unsigned long count, different;
    bool forwards; /* none is before the one above it */
};

static struct times times_of(const char *message)
{
    FILE *file = fopen("clocks.log", "r");
    require(file != NULL);
    struct times times = {.forwards = true};
    char line[256];
    while (fgets(line, sizeof line, file) != NULL) {
        char *end;
        const double time = strtod(line, &end);
        if (strncmp(end + 1, message, strlen(message)) != 0)
            continue;
        if (times.count == 0)
            times.first = time;
        times.forwards &= times.count == 0 || time >= times.last;
        times.different += times.count == 0 || time != times.last;
        times.last = time;
        times.count++;
    }
    fclose(file);
    return times;
}

/* The first call goes out of line, those behind it are inlined; both read the same clock. */
PROCESS_TEST(records_between_two_turns_have_one_time)
{
    start_with((struct ringlog_options){.clock = RINGLOG_CLOCK_COARSE, .coarse_clock_us = 1000000});
    const double before = wall();
    for (int i = 0; i < 1000; i++)
        ringlog_info(logger, "now %d", i);
    const double after = wall();
    require(ringlog_shutdown(5000) == 0);
    const struct times times = times_of("now");
    require(times.count == 1000 && times.forwards);
    require(times.different <= 2 + (unsigned long)(after - before));
    require(times.first > before - 2 && times.last < after + 0.01);
}

PROCESS_TEST(the_clock_goes_on)
{
    start_with((struct ringlog_options){.clock = RINGLOG_CLOCK_COARSE});
    for (int i = 0; i < 200; i++) {
        ringlog_info(logger, "now");
        sleep_ms(2);
    }
    const double after = wall();
    require(ringlog_shutdown(5000) == 0);
    const struct times times = times_of("now");
    require(times.count == 200 && times.forwards);
    require(times.different > 20); /* 200, where the machine has nothing else to do */
    require(times.last > after - 0.5);
}

enum { THREADS = 4, RECORDS = 20000 };

static void *log_all(void *unused)
{
    for (int i = 0; i < RECORDS; i++)
        ringlog_info(logger, "one of several");
    return unused;
}

/* The writer's horizon goes by the same clock: no record comes behind a younger one because its
 * time is older than the call. */
PROCESS_TEST(records_of_several_threads_are_in_order)
{
    start_with((struct ringlog_options){
        .clock = RINGLOG_CLOCK_COARSE, .coarse_clock_us = 30000, .order_window_us = 200000});
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        require(pthread_create(&threads[i], NULL, log_all, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    require(ringlog_flush(20000) == 0);
    const struct times times = times_of("one of several");
    require(times.count == THREADS * RECORDS);
    require(times.forwards || counts_now().records_late > 0);
    require(counts_now().records_late < 10);
}

PROCESS_TEST(what_was_logged_before_init_and_after_another_init_has_its_own_clock)
{
    ringlog_logger_set_level(ringlog_root(), RINGLOG_INFO);
    ringlog_info(ringlog_root(), "early");
    sleep_ms(20);
    start_with((struct ringlog_options){.clock = RINGLOG_CLOCK_COARSE, .coarse_clock_us = 100000});
    ringlog_info(logger, "coarse");
    require(ringlog_shutdown(5000) == 0);
    start_with((struct ringlog_options){.clock = RINGLOG_CLOCK_TSC});
    for (int i = 0; i < 30; i++) {
        ringlog_info(logger, "fine");
        sleep_ms(1);
    }
    require(ringlog_shutdown(5000) == 0);
    require(times_of("coarse").first - times_of("early").first > 0.015);
    require(times_of("fine").different == 30);
}

#ifndef __SANITIZE_THREAD__ /* takes a child's thread for one of its parent's that had not begun */
static void log_for_a_while(void)
{
    for (int i = 0; i < 50; i++) {
        ringlog_info(logger, "child");
        sleep_ms(2);
    }
    require(ringlog_flush(5000) == 0);
}

PROCESS_TEST(a_child_has_a_clock_that_goes_on)
{
    start_with((struct ringlog_options){.clock = RINGLOG_CLOCK_COARSE});
    ringlog_info(logger, "parent");
    require_status(start_child(log_for_a_while), 0);
    const double after = wall();
    const struct times times = times_of("child");
    require(times.count == 50 && times.different > 5 && times.forwards);
    require(times.last > after - 0.5);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_between_two_turns_have_one_time),
        cmocka_unit_test(the_clock_goes_on),
        cmocka_unit_test(records_of_several_threads_are_in_order),
        cmocka_unit_test(what_was_logged_before_init_and_after_another_init_has_its_own_clock),
#ifndef __SANITIZE_THREAD__
        cmocka_unit_test(a_child_has_a_clock_that_goes_on),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
