/* A binary log tells what the text beside it tells: read back through <ringlog/reader.h>. */
#include "end_to_end/support.h"

#include <ringlog/reader.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define FORMAT                                                                                     \
    "%(created)f %(levelname)s %(name)s %(threadName)s %(process)d %(lineno)d %(message)s"

enum { THREADS = 4, ROUNDS = 500, RECORDS_OF_A_ROUND = 6, OF_A_CHILD = 200 };

static ringlog_logger *logger;

static void start_with(const struct ringlog_file_options *options)
{
    ringlog_handler *binary;
    require(ringlog_binary_file_handler_new(&binary, "binary.rlog", options) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), binary) == 0);
    ringlog_handler_unref(binary);
    log_to("binary.log", FORMAT);
    logger = ringlog_get_logger("binary.file");
    require(ringlog_init(NULL) == 0);
}

static void start(void)
{
    start_with(NULL);
}

static const struct ringlog_file_options compressed = {.zstd_level = 1};

static void *log_all_sorts(void *name)
{
    ringlog_set_thread_name(name);
    const char *null = NULL;
    __asm__("" : "+r"(null)); /* the compiler shall not know */
    for (int i = 0; i < ROUNDS; i++) {
        ringlog_debug(logger, "nothing");
        ringlog_info(logger, "%d %s %.3f", i, "string", i / 7.0);
        ringlog_warning(ringlog_root(), "%c %-5s| %05u %lld", 'c', "ab", 42u, -(1LL << 40));
        ringlog_log(logger, 25, "%s %.*s %Lf", null, 3, "precise", 1.0L / 3);
        ringlog_error(logger, "%p %#x %%", (void *)0x1234, 255u);
        ringlog_log_text(logger, RINGLOG_INFO, "100% text\n", 10);
    }
    return NULL;
}

static void run_threads(void)
{
    static char names[THREADS][8] = {"one", "two", "three", "four"};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        require(pthread_create(&threads[i], NULL, log_all_sorts, names[i]) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* ---- what came out ---- */

struct tally {
    unsigned long records, processes, gaps;
};

/* Reads the log, and writes its lines to `path` if that is not NULL. */
static struct tally read_log(const char *path)
{
    struct tally tally = {0};
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    const struct ringlog_formatter_options format = {.format = FORMAT};
    FILE *lines = path == NULL ? NULL : fopen(path, "w");
    int kind;
    require(ringlog_reader_open(&reader, "binary.rlog") == 0);
    require(ringlog_reader_set_format(reader, &format) == 0);
    while ((kind = ringlog_reader_next(reader, &record)) > 0) {
        tally.records += kind == RINGLOG_READER_RECORD;
        tally.processes += kind == RINGLOG_READER_PROCESS;
        tally.gaps += kind == RINGLOG_READER_GAP;
        const char *line;
        size_t length;
        if (lines == NULL || kind != RINGLOG_READER_RECORD)
            continue;
        require(ringlog_reader_line(reader, &line, &length) == 0);
        fprintf(lines, "%.*s\n", (int)length, line);
    }
    require(kind == RINGLOG_READER_END);
    ringlog_reader_close(reader);
    if (lines != NULL)
        fclose(lines);
    return tally;
}

static void compare_with_text(void)
{
    run_threads();
    require(ringlog_shutdown(20000) == 0);
    const struct tally tally = read_log("decoded.log");
    require(tally.records == THREADS * ROUNDS * RECORDS_OF_A_ROUND);
    require(tally.processes == 1 && tally.gaps == 0);
    require_same_text(read_file("decoded.log", NULL), read_file("binary.log", NULL));
}

PROCESS_TEST(text_and_binary_tell_the_same)
{
    start();
    compare_with_text();
}

static size_t size_of(const char *path)
{
    struct stat status;
    require(stat(path, &status) == 0);
    return (size_t)status.st_size;
}

static size_t size_of_texts(const struct ringlog_file_options *options)
{
    start_with(options);
    for (int i = 0; i < 20000; i++)
        ringlog_info(logger, "user %d of group %d, and of several more", i * 7919, i % 100);
    require(ringlog_shutdown(20000) == 0);
    require(read_log(NULL).records == 20000);
    const size_t bytes = size_of("binary.rlog");
    unlink("binary.rlog");
    return bytes;
}

PROCESS_TEST(compressed_it_tells_the_same)
{
    start_with(&compressed);
    compare_with_text();
}

PROCESS_TEST(compressed_it_is_smaller)
{
    const size_t plain = size_of_texts(NULL);
    require(size_of_texts(&compressed) < plain * 9 / 10);
}

PROCESS_TEST(levels_that_zstd_has_not_and_text_files_are_refused)
{
    static const int levels[] = {20, 100, -131073, INT_MIN};
    ringlog_handler *handler;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        const struct ringlog_file_options options = {.zstd_level = levels[i]};
        require(ringlog_binary_file_handler_new(&handler, "no.rlog", &options) == -EINVAL);
        char text[32];
        snprintf(text, sizeof text, "zstd_level %d: not", levels[i]);
        require(strstr(ringlog_last_error(), text) != NULL);
    }
    require(ringlog_file_handler_new(&handler, "no.log", &compressed) == -EINVAL);
    require(strstr(ringlog_last_error(), "binary") != NULL);
    const struct ringlog_rotating_file_options text = {.max_bytes = 1, .file = compressed};
    require(ringlog_rotating_file_handler_new(&handler, "no.log", &text) == -EINVAL);
    require(access("no.rlog", F_OK) != 0 && access("no.log", F_OK) != 0);
    static const int ends[] = {-131072, 19};
    for (size_t i = 0; i < 2; i++) {
        const struct ringlog_file_options options = {.zstd_level = ends[i]};
        require(ringlog_binary_file_handler_new(&handler, "yes.rlog", &options) == 0);
        ringlog_handler_unref(handler);
    }
}

/* ---- several processes ---- */

static void log_as_a_child(void)
{
    char path[64];
    for (int i = 0; i < OF_A_CHILD; i++) {
        snprintf(path, sizeof path, "/api/v1/users/%d/orders", i * 7919);
        ringlog_info(logger, "child %d %s", i, path);
    }
}

/* By their headers: docs/rlog-format.md. */
static unsigned count_compressed_blocks(void)
{
    static const char magic[] = "\x9erlog\r\n\x1a";
    size_t length;
    const char *bytes = read_file("binary.rlog", &length);
    unsigned count = 0;
    for (size_t at = 0; at + 80 <= length; at++)
        count += memcmp(bytes + at, magic, 8) == 0 && bytes[at + 72] == 1;
    return count;
}

static void do_nothing(void)
{
}

static void log_in_children(const struct ringlog_file_options *options)
{
#ifdef __SANITIZE_THREAD__
    return; /* its run-time library cannot start threads in children that exit(3) */
#endif
    start_with(options);
    ringlog_info(logger, "parent");
    require(ringlog_flush(5000) == 0);
    for (int i = 0; i < 3; i++) {
        require_status(start_child(log_as_a_child), 0);
        require_status(start_child(do_nothing), 0);
        ringlog_info(logger, "parent again");
    }
    require(ringlog_shutdown(5000) == 0);
    const struct tally tally = read_log(NULL);
    require(tally.processes == 4 && tally.gaps == 0);
    require(tally.records == 1 + 3 * (1 + OF_A_CHILD));
    /* What the parent writes is too little for it; a child's may be in several batches. */
    const unsigned count = count_compressed_blocks();
    require(options != NULL ? count >= 3 : count == 0);
}

PROCESS_TEST(children_append_streams_of_their_own_if_they_log)
{
    log_in_children(NULL);
}

PROCESS_TEST(children_compress_as_their_parent_does)
{
    log_in_children(&compressed);
}

static void log_and_die(void)
{
    start();
    run_threads();
    require(ringlog_flush(10000) == 0);
    _exit(0);
}

PROCESS_TEST(what_was_flushed_is_there_when_the_process_dies)
{
    require_status(start_child(log_and_die), 0);
    require(read_log(NULL).records == THREADS * ROUNDS * RECORDS_OF_A_ROUND);
}

/* ---- a torn tail ---- */

PROCESS_TEST(a_torn_tail_costs_the_block_that_is_torn)
{
    start();
    for (int i = 0; i < 10; i++) {
        ringlog_info(logger, "block %d", i);
        require(ringlog_flush(5000) == 0);
    }
    const unsigned long whole = read_log(NULL).records;
    require(whole == 10);
    struct stat status;
    require(stat("binary.rlog", &status) == 0);
    require(truncate("binary.rlog", status.st_size - 3) == 0);
    const struct tally torn = read_log(NULL);
    require(torn.records == whole - 1 && torn.gaps == 1);
    /* What is appended behind it is found again. */
    ringlog_info(logger, "after");
    require(ringlog_shutdown(5000) == 0);
    const struct tally mended = read_log("decoded.log");
    require(mended.records == whole && mended.gaps >= 1);
    require(count_lines("decoded.log", " after\n") == 1);
}

/* ---- clocks ---- */

static int64_t set_by_ns; /* atomic */

static int64_t stepping_clock(void *unused)
{
    struct timespec now;
    (void)unused;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec +
           __atomic_load_n(&set_by_ns, __ATOMIC_RELAXED);
}

/* The clock is read ten times a second. */
static void log_on_both_sides_of_a_step(int64_t step_ns)
{
    ringlog_info(logger, "before");
    require(ringlog_flush(5000) == 0);
    sleep_ms(150);
    __atomic_fetch_add(&set_by_ns, step_ns, __ATOMIC_RELAXED);
    ringlog_info(logger, "after");
    require(ringlog_flush(5000) == 0);
}

PROCESS_TEST(a_step_of_the_clock_is_in_the_log)
{
    static const int64_t steps_ns[] = {-3600000000000, 2000000000};
    ringlog_handler *binary;
    require(ringlog_binary_file_handler_new(&binary, "binary.rlog", NULL) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), binary) == 0);
    ringlog_handler_unref(binary);
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    logger = ringlog_get_logger("binary.file");
    require(ringlog_init(&(struct ringlog_options){.now = stepping_clock}) == 0);
    for (int i = 0; i < 2; i++)
        log_on_both_sides_of_a_step(steps_ns[i]);
    require(ringlog_shutdown(5000) == 0);
    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    require(ringlog_reader_open(&reader, "binary.rlog") == 0);
    int steps = 0, kind;
    while ((kind = ringlog_reader_next(reader, &record)) > 0) {
        if (kind != RINGLOG_READER_CLOCK)
            continue;
        require(steps < 2);
        const int64_t off_by_ns = record->clock_step_ns - steps_ns[steps];
        require(off_by_ns > -100000000 && off_by_ns < 100000000);
        steps++;
    }
    require(kind == 0 && steps == 2);
    ringlog_reader_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_binary_tell_the_same),
        cmocka_unit_test(compressed_it_tells_the_same),
        cmocka_unit_test(compressed_it_is_smaller),
        cmocka_unit_test(levels_that_zstd_has_not_and_text_files_are_refused),
        cmocka_unit_test(children_append_streams_of_their_own_if_they_log),
        cmocka_unit_test(children_compress_as_their_parent_does),
        cmocka_unit_test(what_was_flushed_is_there_when_the_process_dies),
        cmocka_unit_test(a_torn_tail_costs_the_block_that_is_torn),
        cmocka_unit_test(a_step_of_the_clock_is_in_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
