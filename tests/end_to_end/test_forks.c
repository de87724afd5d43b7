/* Children: fork needs no rules. Each record is written once, by the process that logged it. */
#include "end_to_end/support.h"

#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <string.h>

extern char **environ;

static ringlog_logger *logger;

static void start_logging(void)
{
    log_to("forks.log", NULL);
    logger = ringlog_get_logger("forks");
    require(ringlog_init(NULL) == 0);
}

static void do_nothing(void)
{
}

static void log_as_a_child(void)
{
    ringlog_info(logger, "child");
}

static void have_a_child_that_logs(void)
{
    ringlog_info(logger, "child");
    require_status(start_child(log_as_a_child), 0);
}

static void flush_as_a_child(void)
{
    require(ringlog_flush(1000) == 0);
    ringlog_info(logger, "child");
    require(ringlog_init(NULL) == -EALREADY);
    require(ringlog_flush(1000) == 0);
    require(count_lines("forks.log", "child") == 1);
}

PROCESS_TEST(children_write_their_own_records_once_and_nothing_of_the_parents)
{
    start_logging();
    ringlog_info(logger, "parent");
    require_status(start_child(flush_as_a_child), 0);
    require_status(start_child(do_nothing), 0);
    require_status(start_child(log_as_a_child), 0);
    require_status(start_child(have_a_child_that_logs), 0);
    require(ringlog_flush(5000) == 0);
    require(count_lines("forks.log", NULL) == 5);
    require(count_lines("forks.log", "parent") == 1);
}

#if __GLIBC_PREREQ(2, 34)
PROCESS_TEST(children_of_underscore_fork_too)
{
    start_logging();
    ringlog_info(logger, "parent");
    const pid_t child = _Fork();
    require(child >= 0);
    if (child == 0) {
        ringlog_info(logger, "child");
        _exit(ringlog_flush(5000) == 0 ? 0 : 1);
    }
    require_status(child, 0);
    require(ringlog_flush(5000) == 0);
    require(count_lines("forks.log", "child") == 1 && count_lines("forks.log", "parent") == 1);
}
#endif

PROCESS_TEST(programs_may_be_started_in_every_way)
{
    start_logging();
    ringlog_info(logger, "parent");
    char name[] = "true";
    char *const arguments[] = {name, NULL};
    pid_t child = vfork();
    if (child == 0) {
        execv("/bin/true", arguments);
        _exit(1);
    }
    require_status(child, 0);
    require(posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) == 0);
    require_status(child, 0);
    ringlog_info(logger, "still here");
    require(ringlog_flush(5000) == 0);
    require_same_text(read_file("forks.log", NULL), "parent\nstill here\n");
}

static bool storm_over; /* atomic */

static void *log_numbers(void *argument)
{
    const unsigned thread = (unsigned)(uintptr_t)argument;
    for (unsigned i = 0; !__atomic_load_n(&storm_over, __ATOMIC_RELAXED); i++)
        ringlog_info(logger, "T%u %u", thread, i);
    return NULL;
}

/* Every line of a thread is one more than that thread's last. */
static void require_each_number_once(const char *path, unsigned threads)
{
    unsigned next[8] = {0};
    char line[200];
    FILE *file = fopen(path, "r");
    require(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned thread, number;
        if (sscanf(line, "T%u %u\n", &thread, &number) != 2)
            continue;
        require(thread < threads && number == next[thread]);
        next[thread]++;
    }
    fclose(file);
}

/* What the parent's writer was about to write when it was copied is the parent's. */
PROCESS_TEST(children_that_exit_write_nothing_again_however_busy_their_parent)
{
    const unsigned children = (unsigned)from_environment("RINGLOG_TEST_CHILDREN", 60);
    start_logging();
    pthread_t threads[4];
    for (uintptr_t i = 0; i < 4; i++)
        require(pthread_create(&threads[i], NULL, log_numbers, (void *)i) == 0);
    for (unsigned i = 0; i < children; i++)
        require_status(start_child(i % 2 == 0 ? do_nothing : log_as_a_child), 0);
    __atomic_store_n(&storm_over, true, __ATOMIC_RELAXED);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    require(ringlog_flush(20000) == 0);
    require_each_number_once("forks.log", 4);
    require(count_lines("forks.log", "child") == children / 2);
}

static void *log_once(void *number)
{
    ringlog_info(logger, "child's thread %u", (unsigned)(uintptr_t)number);
    return NULL;
}

static void log_from_threads_at_once(void)
{
    pthread_t threads[8];
    for (uintptr_t i = 0; i < 8; i++)
        require(pthread_create(&threads[i], NULL, log_once, (void *)i) == 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
}

PROCESS_TEST(a_childs_first_records_may_come_from_several_threads_at_once)
{
    start_logging();
    for (int i = 0; i < 20; i++)
        require_status(start_child(log_from_threads_at_once), 0);
    require(count_lines("forks.log", "child's thread ") == 160);
}

static void live_a_life_of_its_own(void)
{
    stderr_to("stderr");
    ringlog_warning(logger, "late as in the parent");
    log_to("child.log", NULL);
    require(ringlog_init(NULL) == 0);
    ringlog_info(logger, "child");
}

PROCESS_TEST(a_child_of_a_parent_that_has_shut_down_may_begin_anew)
{
    start_logging();
    require(ringlog_shutdown(5000) == 0);
    require_status(start_child(live_a_life_of_its_own), 0);
    require_same_text(read_file("stderr", NULL), "late as in the parent\n");
    require_same_text(read_file("child.log", NULL), "child\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_write_their_own_records_once_and_nothing_of_the_parents),
#if __GLIBC_PREREQ(2, 34)
        cmocka_unit_test(children_of_underscore_fork_too),
#endif
        cmocka_unit_test(programs_may_be_started_in_every_way),
        cmocka_unit_test(children_that_exit_write_nothing_again_however_busy_their_parent),
        cmocka_unit_test(a_childs_first_records_may_come_from_several_threads_at_once),
        cmocka_unit_test(a_child_of_a_parent_that_has_shut_down_may_begin_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
