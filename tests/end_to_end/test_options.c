/* The options of ringlog_init(): what is refused, and that what is accepted works. */
#include "end_to_end/support.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

/* ---- refused ---- */

static void require_refused(struct ringlog_options options, const char *field, const char *value)
{
    require(ringlog_init(&options) == -EINVAL);
    require(strstr(ringlog_last_error(), field) != NULL);
    require(strstr(ringlog_last_error(), value) != NULL);
}

#define REFUSED(field, value)                                                                      \
    require_refused((struct ringlog_options){.field = value}, #field, #value)

PROCESS_TEST(what_is_out_of_range_is_refused_by_name_and_value)
{
    REFUSED(ring_bytes, 4095);
    REFUSED(ring_bytes, 1073741825);
    REFUSED(flush_interval_us, 9);
    REFUSED(flush_interval_us, 1000001);
    REFUSED(full_policy, 2);
    REFUSED(clock, 3);
    REFUSED(coarse_clock_us, 99);
    REFUSED(coarse_clock_us, 1000001);
    REFUSED(order_window_us, 1000001);
    REFUSED(string_bytes, 15);
    REFUSED(string_bytes, 262145);
    REFUSED(dictionary_bytes, 65535);
    REFUSED(dictionary_bytes, 1073741825);
    char name[65] = "";
    memset(name, 'n', 64);
    require_refused((struct ringlog_options){.process_name = name}, "process_name", "64");
    require(ringlog_flush(0) == -EAGAIN); /* nothing of it has started */
}

/* ---- accepted ---- */

static ringlog_logger *logger;

/* Whether logging works with these options, from init to shutdown. */
static void require_works(struct ringlog_options options)
{
    enum { CALLS = 1000 };
    unlink("options.log");
    log_to("options.log", NULL);
    logger = ringlog_get_logger("options");
    require(ringlog_init(&options) == 0);
    const unsigned long before = counts_now().records_written;
    for (int i = 0; i < CALLS; i++)
        ringlog_info(logger, "%d %s", i, "fifteen bytes..");
    require(ringlog_flush(10000) == 0);
    require(count_lines("options.log", " fifteen bytes..\n") == CALLS);
    require(counts_now().records_written == before + CALLS);
    require(ringlog_shutdown(10000) == 0);
}

#define WORKS(...) require_works((struct ringlog_options){__VA_ARGS__})

PROCESS_TEST(the_ends_of_every_range_work)
{
    WORKS(.ring_bytes = 4096);
    WORKS(.ring_bytes = 5000);
    WORKS(.ring_bytes = 1 << 26);
    WORKS(.flush_interval_us = 10);
    WORKS(.flush_interval_us = 1000000);
    WORKS(.clock = RINGLOG_CLOCK_MONOTONIC);
    WORKS(.clock = RINGLOG_CLOCK_COARSE, .coarse_clock_us = 100);
    WORKS(.clock = RINGLOG_CLOCK_COARSE, .coarse_clock_us = 1000000);
    WORKS(.order_window_us = 1);
    WORKS(.order_window_us = 1000000);
    WORKS(.order_window_us = RINGLOG_NO_ORDER_WINDOW);
    WORKS(.string_bytes = 16);
    WORKS(.string_bytes = 262144);
    WORKS(.block_timeout_ms = UINT32_MAX);
    WORKS(.reserve_for_warnings = true, .ring_bytes = 4096);
}

PROCESS_TEST(the_smallest_dictionary_works)
{
    WORKS(.dictionary_bytes = 65536);
}

/* The largest record is a quarter of the ring: that shows its size. */
PROCESS_TEST(ring_bytes_are_rounded_up_to_a_power_of_two)
{
    log_to("options.log", NULL);
    require(ringlog_init(&(struct ringlog_options){.ring_bytes = 5000}) == 0);
    char text[8192];
    memset(text, 'x', sizeof text);
    ringlog_log_text(ringlog_root(), RINGLOG_INFO, text, sizeof text);
    require(ringlog_flush(5000) == 0);
    size_t length;
    read_file("options.log", &length);
    require(length > 5000 / 4 && length <= 8192 / 4);
}

PROCESS_TEST(a_process_has_the_name_that_it_was_given)
{
    log_to("options.log", "%(processName)s %(message)s");
    char name[] = "worker-7";
    require(ringlog_init(&(struct ringlog_options){.process_name = name}) == 0);
    memset(name, 'x', sizeof name - 1); /* it was copied */
    ringlog_info(ringlog_root(), "1");
    require(ringlog_shutdown(5000) == 0);
    log_to("options.log", "%(processName)s %(message)s");
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "2");
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("options.log", NULL), "worker-7 1\nMainProcess 2\n");
}

PROCESS_TEST(times_are_the_wall_clocks_under_either_clock)
{
    for (int clock = RINGLOG_CLOCK_TSC; clock <= RINGLOG_CLOCK_MONOTONIC; clock++) {
        unlink("options.log");
        log_to("options.log", "%(created)f");
        require(ringlog_init(&(struct ringlog_options){.clock = (enum ringlog_clock)clock}) == 0);
        struct timespec before, after;
        clock_gettime(CLOCK_REALTIME, &before);
        for (int i = 0; i < 2; i++) /* out of line, then inlined */
            ringlog_info(ringlog_root(), "now");
        clock_gettime(CLOCK_REALTIME, &after);
        require(ringlog_shutdown(5000) == 0);
        double first, second;
        require(sscanf(read_file("options.log", NULL), "%lf\n%lf", &first, &second) == 2);
        require(first > (double)before.tv_sec + (double)before.tv_nsec * 1e-9 - 0.01);
        require(second >= first);
        require(second < (double)after.tv_sec + (double)after.tv_nsec * 1e-9 + 0.01);
    }
}

/* ---- order ---- */

enum { THREADS = 4, RECORDS = 3000 };

static void *log_now_and_then(void *unused)
{
    for (int i = 0; i < RECORDS; i++) {
        ringlog_info(logger, "tick");
        if (i % 10 == 0)
            nanosleep(&(struct timespec){.tv_nsec = 10000}, NULL);
    }
    return unused;
}

/* How many lines come before one that is older. */
static unsigned long disorder(void)
{
    unsigned long count = 0;
    double last = 0, time;
    FILE *file = fopen("options.log", "r");
    require(file != NULL);
    for (int i = 0; i < THREADS * RECORDS; i++) {
        require(fscanf(file, "%lf tick\n", &time) == 1);
        count += time < last;
        last = time;
    }
    fclose(file);
    return count;
}

PROCESS_TEST(records_of_several_threads_are_in_order_within_the_window)
{
    log_to("options.log", "%(created)f %(message)s");
    logger = ringlog_get_logger("options");
    require(ringlog_init(&(struct ringlog_options){.order_window_us = 200000}) == 0);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        require(pthread_create(&threads[i], NULL, log_now_and_then, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    require(ringlog_flush(10000) == 0);
    const struct ringlog_counts counts = counts_now();
    /* Exceptions, had a thread been stopped for long in the middle of a call, are counted. */
    require(disorder() <= counts.records_late);
    require(counts.records_late < 10);
}

/* ---- callers built earlier ---- */

/* Whatever lies behind the struct that the caller knew. */
PROCESS_TEST(a_caller_that_knows_fewer_fields_gets_defaults_for_the_rest)
{
    const size_t known = offsetof(struct ringlog_options, clock);
    struct ringlog_options options;
    memset(&options, 0xff, sizeof options);
    memset(&options, 0, known);
    options.ring_bytes = 4096;
    log_to("options.log", "%(processName)s %(message)s");
    require(ringlog_init_sized_(&options, known) == 0);
    ringlog_info(ringlog_root(), "works");

    struct ringlog_counts counts;
    memset(&counts, 0xff, sizeof counts);
    require(ringlog_flush(5000) == 0);
    require(ringlog_stats_sized_(&counts, offsetof(struct ringlog_counts, lost_full)) == 0);
    require(counts.records_written == 1 && counts.lost_full == UINT64_MAX);

    struct ringlog_event event;
    memset(&event, 0xff, sizeof event);
    event.level = RINGLOG_INFO;
    event.text = "event";
    event.text_length = 5;
    require(ringlog_log_ex_sized_(ringlog_root(), &event, offsetof(struct ringlog_event, file)) ==
            0);
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("options.log", NULL), "MainProcess works\nMainProcess event\n");
}

/* ---- a clock of one's own ---- */

static int64_t faked_ns;

static int64_t fake_now(void *context)
{
    require(context == &faked_ns);
    return __atomic_load_n(&faked_ns, __ATOMIC_RELAXED);
}

/* Each kind of call once, a second apart. */
static void log_each_kind(void)
{
    for (int i = 0; i < 2; i++) {
        __atomic_fetch_add(&faked_ns, 1000000000, __ATOMIC_RELAXED);
        ringlog_warning(logger, "static");
    }
    __atomic_fetch_add(&faked_ns, 1000000000, __ATOMIC_RELAXED);
    ringlog_error(logger, "%.*s", 3, "slow");
    __atomic_fetch_add(&faked_ns, 1000000000, __ATOMIC_RELAXED);
    ringlog_log_text(logger, RINGLOG_WARNING, "text", 4);
    __atomic_fetch_add(&faked_ns, 1000000000, __ATOMIC_RELAXED);
    ringlog_log_ex(logger, &(struct ringlog_event){
                               .level = RINGLOG_WARNING, .text = "event", .text_length = 5});
    /* A clock may stand still and go back. */
    __atomic_fetch_sub(&faked_ns, 3600000000000, __ATOMIC_RELAXED);
    ringlog_warning(logger, "earlier");
}

PROCESS_TEST(records_are_stamped_by_the_clock_that_was_given)
{
    setenv("TZ", "UTC0", 1);
    log_to("clock.log", "%(asctime)s %(message)s");
    logger = ringlog_get_logger("options");
    const struct ringlog_options options = {
        .now = fake_now, .now_context = &faked_ns, .dictionary_bytes = 65536};
    faked_ns = 1710000000500000000;
    require(ringlog_init(&options) == 0);
    log_each_kind();
    require(ringlog_shutdown(10000) == 0);
    require_same_text(read_file("clock.log", NULL), "2024-03-09 16:00:01,500 static\n"
                                                    "2024-03-09 16:00:02,500 static\n"
                                                    "2024-03-09 16:00:03,500 slo\n"
                                                    "2024-03-09 16:00:04,500 text\n"
                                                    "2024-03-09 16:00:05,500 event\n"
                                                    "2024-03-09 15:00:05,500 earlier\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_stamped_by_the_clock_that_was_given),
        cmocka_unit_test(what_is_out_of_range_is_refused_by_name_and_value),
        cmocka_unit_test(the_ends_of_every_range_work),
        cmocka_unit_test(the_smallest_dictionary_works),
        cmocka_unit_test(ring_bytes_are_rounded_up_to_a_power_of_two),
        cmocka_unit_test(a_process_has_the_name_that_it_was_given),
        cmocka_unit_test(times_are_the_wall_clocks_under_either_clock),
        cmocka_unit_test(records_of_several_threads_are_in_order_within_the_window),
        cmocka_unit_test(a_caller_that_knows_fewer_fields_gets_defaults_for_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
