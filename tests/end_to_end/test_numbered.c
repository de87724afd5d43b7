/* Nothing is lost, nothing comes twice, each thread's records keep their order: four threads log a
 * million numbered records each, alone and in a storm of other threads, signals and forks. Text
 * file, binary file and what logdump makes of it are counted alike. */
#include "end_to_end/support.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define THREADS  4
#define CHILDREN 20

static ringlog_logger *logger;
static unsigned long records; /* of each thread */

static void *log_numbered(void *argument)
{
    const unsigned thread = (unsigned)(uintptr_t)argument;
    for (unsigned long i = 0; i < records; i++)
        ringlog_info(logger, "T %u %lu", thread, i);
    return NULL;
}

static void run_threads(void)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        require(pthread_create(&threads[i], NULL, log_numbered, (void *)i) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* ---- what came out ---- */

struct tally {
    unsigned long next[THREADS]; /* number expected of each thread */
    unsigned long churned, signalled, forked[CHILDREN];
    unsigned long last_signal[THREADS + 1];
};

/* Once, and in order. */
static void require_next(const char *line, unsigned long number, unsigned long expected)
{
    if (number != expected)
        fprintf(stderr, "expected number %lu: %s", expected, line);
    require(number == expected);
}

static void count_line(struct tally *tally, const char *line)
{
    unsigned who;
    unsigned long number;
    char end;
    if (sscanf(line, "T %u %lu%c", &who, &number, &end) == 3 && who < THREADS && end == '\n') {
        require_next(line, number, tally->next[who]++);
    } else if (sscanf(line, "child %u %lu%c", &who, &number, &end) == 3 && who < CHILDREN) {
        require_next(line, number, tally->forked[who]++);
    } else if (strcmp(line, "churn\n") == 0) {
        tally->churned++;
    } else if (sscanf(line, "signal %u %lu%c", &who, &number, &end) == 3 && who <= THREADS) {
        require(number > tally->last_signal[who]);
        tally->last_signal[who] = number;
        tally->signalled++;
    } else if (strstr(line, " records lost on thread ") == NULL) {
        fprintf(stderr, "not a line of ours: %s", line);
        _exit(1);
    }
}

static struct tally tally_stream(FILE *lines)
{
    struct tally tally = {0};
    char line[256];
    require(lines != NULL);
    while (fgets(line, sizeof line, lines) != NULL)
        count_line(&tally, line);
    for (int i = 0; i < THREADS; i++)
        require_next("the end\n", records, tally.next[i]);
    return tally;
}

static struct tally tally_file(const char *path)
{
    FILE *file = fopen(path, "r");
    const struct tally tally = tally_stream(file);
    fclose(file);
    return tally;
}

/* The messages of a binary log, as logdump prints them. */
static struct tally tally_binary(const char *path)
{
    char command[512];
    snprintf(command, sizeof command, "%s --format '%%(message)s' %s", LOGDUMP, path);
    FILE *lines = popen(command, "r");
    const struct tally tally = tally_stream(lines);
    require(pclose(lines) == 0); /* not damaged, nothing missing */
    return tally;
}

static void log_binary_to(const char *path)
{
    ringlog_handler *file;
    require(ringlog_binary_file_handler_new(&file, path, NULL) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), file) == 0);
    ringlog_handler_unref(file);
}

/* ---- alone ---- */

PROCESS_TEST(four_threads_lose_nothing)
{
    log_to("numbered.log", NULL);
    log_binary_to("numbered.rlog");
    logger = ringlog_get_logger("numbered");
    require(ringlog_init(NULL) == 0);
    run_threads();
    require(ringlog_flush(60000) == 0);
    tally_file("numbered.log");
    const struct ringlog_counts counts = counts_now();
    require(counts.records_written == THREADS * records);
    require(counts.lost_full == 0 && counts.lost_nested == 0);
    require(ringlog_shutdown(1000) == 0);
    tally_file("numbered.log");
    tally_binary("numbered.rlog");
}

/* ---- the storm ---- */

static bool storm_over;                            /* atomic */
static unsigned long signals_handled[THREADS + 1]; /* atomic */
static __thread unsigned long signals_here;
static __thread unsigned signal_thread = THREADS;
static unsigned long threads_churned;

static void on_signal(int number)
{
    (void)number;
    if (signal_thread == THREADS)
        return;
    signals_here++;
    __atomic_store_n(&signals_handled[signal_thread], signals_here, __ATOMIC_RELAXED);
    ringlog_info(logger, "signal %u %lu", signal_thread, signals_here);
}

static void *log_and_be_signalled(void *argument)
{
    signal_thread = (unsigned)(uintptr_t)argument;
    log_numbered(argument);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return NULL;
}

static pthread_t stormed[THREADS];

/* About 10,000 signals a second, to each thread in turn. */
static void *signal_them(void *unused)
{
    (void)unused;
    for (unsigned i = 0; !__atomic_load_n(&storm_over, __ATOMIC_RELAXED); i++) {
        pthread_kill(stormed[i % THREADS], SIGUSR1);
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
    return NULL;
}

/* A lock in a sanitizer's run-time (AddressSanitizer's allocator, the one in which ThreadSanitizer
 * keeps its threads) stays locked in a child when a thread held it at the fork: under them children
 * come when the storm is over. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
static const bool forks_in_the_storm = false;
#else
static const bool forks_in_the_storm = true;
#endif

static void *log_once(void *unused)
{
    ringlog_info(logger, "churn");
    return unused;
}

static void *come_and_go(void *unused)
{
    (void)unused;
    while (!__atomic_load_n(&storm_over, __ATOMIC_RELAXED)) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, log_once, NULL) != 0)
            continue;
        pthread_join(thread, NULL);
        threads_churned++;
    }
    return NULL;
}

static void fork_children(unsigned long lines)
{
    for (unsigned child = 0; child < CHILDREN; child++) {
        const pid_t pid = fork();
        require(pid >= 0);
        if (pid == 0) {
            for (unsigned long i = 0; i < lines; i++)
                ringlog_info(logger, "child %u %lu", child, i);
            _exit(ringlog_flush(20000) == 0 ? 0 : 1);
        }
        int status;
        require(waitpid(pid, &status, 0) == pid);
        require(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
}

PROCESS_TEST(nor_do_they_in_a_storm)
{
    log_to("storm.log", NULL);
    log_binary_to("storm.rlog");
    logger = ringlog_get_logger("storm");
    require(ringlog_init(NULL) == 0);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    require(sigaction(SIGUSR1, &action, NULL) == 0);

    for (uintptr_t i = 0; i < THREADS; i++)
        require(pthread_create(&stormed[i], NULL, log_and_be_signalled, (void *)i) == 0);
    pthread_t signaller, churner;
    require(pthread_create(&signaller, NULL, signal_them, NULL) == 0);
    require(pthread_create(&churner, NULL, come_and_go, NULL) == 0);
    if (forks_in_the_storm)
        fork_children(1000);
    else
        sleep(1);
    __atomic_store_n(&storm_over, true, __ATOMIC_RELAXED);
    pthread_join(signaller, NULL);
    pthread_join(churner, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(stormed[i], NULL);
    require(ringlog_flush(60000) == 0);
    if (!forks_in_the_storm)
        fork_children(1000);

    const struct tally tally = tally_file("storm.log");
    for (unsigned child = 0; child < CHILDREN; child++)
        require(tally.forked[child] == 1000);
    require(tally.churned == threads_churned);
    unsigned long handled = 0;
    for (int i = 0; i < THREADS; i++)
        handled += signals_handled[i];
    const struct ringlog_counts counts = counts_now();
    printf("storm: %lu signals logged of %lu, %lu threads came and went, %lu rings\n",
           tally.signalled, handled, threads_churned, (unsigned long)counts.rings);
    require(tally.signalled > 0);
    require(tally.signalled + counts.lost_nested == handled);
    require(counts.lost_full == 0);
    require(ringlog_shutdown(10000) == 0);
    const struct tally binary = tally_binary("storm.rlog");
    require(memcmp(&binary, &tally, sizeof tally) == 0);
    /* Those of dead threads are used again, once the writer was there. */
    require(counts.rings < 20 + threads_churned / 10);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    records = from_environment("RINGLOG_TEST_RECORDS", 1000000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_threads_lose_nothing),
        cmocka_unit_test(nor_do_they_in_a_storm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
