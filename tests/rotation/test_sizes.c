/* Rotation by size: the boundary, the order of the shift, what existed before, names of one's own.
 */
#include "rotation/rotating.h"

#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

static ringlog_handler *by_size(const char *path, uint64_t max_bytes, unsigned backup_count)
{
    ringlog_handler *handler;
    require(ringlog_rotating_file_handler_new(
                &handler, path,
                &(struct ringlog_rotating_file_options){.max_bytes = max_bytes,
                                                        .backup_count = backup_count}) == 0);
    return attached(handler);
}

PROCESS_TEST(the_youngest_backup_is_number_one)
{
    start_at(1710000000);
    by_size("app.log", 30, 3);
    char text[32];
    for (int i = 1; i <= 9; i++) {
        snprintf(text, sizeof text, "record number %d", i);
        say(text);
    }
    REQUIRE_FILES("app.log", "record number 9\n", "app.log.1", "record number 8\n", "app.log.2",
                  "record number 7\n", "app.log.3", "record number 6\n");
}

PROCESS_TEST(a_line_that_would_reach_the_limit_begins_a_file)
{
    start_at(1710000000);
    by_size("b.log", 20, 5);
    const char *lines[] = {"123456789", "12345678", "x", "123456789", "123456789", "1234567", "z"};
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++)
        say(lines[i]);
    REQUIRE_FILES("b.log", "z\n", "b.log.1", "123456789\n1234567\n", "b.log.2", "x\n123456789\n",
                  "b.log.3", "123456789\n12345678\n");
}

PROCESS_TEST(without_backups_the_file_grows)
{
    start_at(1710000000);
    by_size("c.log", 10, 0);
    say("line 1");
    say("line 2");
    REQUIRE_FILES("c.log", "line 1\nline 2\n");
}

PROCESS_TEST(a_line_larger_than_the_limit_is_alone_and_leaves_no_empty_file)
{
    start_at(1710000000);
    by_size("e.log", 12, 6);
    const char *lines[] = {"this record is larger", "s1", "another very large record", "s2", "s3"};
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++)
        say(lines[i]);
    REQUIRE_FILES("e.log", "s2\ns3\n", "e.log.1", "another very large record\n", "e.log.2", "s1\n",
                  "e.log.3", "this record is larger\n");
}

PROCESS_TEST(what_is_there_counts_and_gaps_stay)
{
    put_file("f.log", "0123456789\n", 1704067200);
    put_file("f.log.1", "one\n", 1704067200);
    put_file("f.log.3", "three\n", 1704067200);
    put_file("f.log.7", "seven\n", 1704067200);
    put_file("f.log.01", "not ours\n", 1704067200);
    put_file("f.log.1.gz", "nor this, without compression\n", 1704067200);
    start_at(1710000000);
    by_size("f.log", 16, 3);
    const char *lines[] = {"abcd", "efgh", "a longer one", "last"};
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++)
        say(lines[i]);
    REQUIRE_FILES("f.log", "last\n", "f.log.1", "a longer one\n", "f.log.2", "abcd\nefgh\n",
                  "f.log.3", "0123456789\n", "f.log.7", "seven\n", "f.log.01", "not ours\n",
                  "f.log.1.gz", "nor this, without compression\n");
}

PROCESS_TEST(a_line_with_a_traceback_is_one_record)
{
    start_at(1710000000);
    by_size("t.log", 40, 5);
    for (int i = 0; i < 2; i++)
        require(ringlog_log_ex(ringlog_root(), &(struct ringlog_event){
                                                   .level = RINGLOG_ERROR,
                                                   .text = "failed",
                                                   .text_length = 6,
                                                   .exception_text = "line one\nline two"}) == 0);
    REQUIRE_FILES("t.log", "failed\nline one\nline two\n", "t.log.1",
                  "failed\nline one\nline two\n");
}

PROCESS_TEST(truncate_is_for_files_that_do_not_rotate)
{
    put_file("a.log", "old\n", 1704067200);
    put_file("b.log", "old\n", 1704067200);
    struct ringlog_rotating_file_options options = {.file.truncate = true, .backup_count = 1};
    ringlog_handler *a, *b;
    start_at(1710000000);
    require(ringlog_rotating_file_handler_new(&a, "a.log", &options) == 0);
    attached(a);
    options.max_bytes = 100;
    require(ringlog_rotating_file_handler_new(&b, "b.log", &options) == 0);
    attached(b);
    say("new");
    REQUIRE_FILES("a.log", "new\n", "b.log", "old\nnew\n");
}

/* ---- many records at once ---- */

/* All the lines, from the oldest file to the youngest, in order; each file below the limit. */
static void require_numbers(const char *path, unsigned files, int count, long limit)
{
    int next = 0;
    for (unsigned i = files + 1; i-- > 0;) {
        char name[64];
        snprintf(name, sizeof name, i == 0 ? "%s" : "%s.%u", path, i);
        FILE *file = fopen(name, "r");
        if (file == NULL)
            continue;
        for (int number; fscanf(file, "%d\n", &number) == 1; next++)
            require(number == next);
        require(feof(file) && ftell(file) < limit && ftell(file) > 0);
        fclose(file);
    }
    require(next == count);
}

static void log_many(enum ringlog_isolation isolation)
{
    enum { COUNT = 20000, LIMIT = 3000 };
    ringlog_handler *handler;
    start_at(1710000000);
    require(ringlog_rotating_file_handler_new(
                &handler, "many.log",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = LIMIT,
                    .backup_count = 100,
                    .file.isolation = {isolation, RINGLOG_QUEUE_BLOCK, 0}}) == 0);
    attached(handler);
    for (int i = 0; i < COUNT; i++)
        ringlog_info(ringlog_root(), "%d", i);
    settle();
    require_numbers("many.log", 100, COUNT, LIMIT);
    require(access("many.log.35", F_OK) == 0);
    require(ringlog_shutdown(5000) == 0);
}

PROCESS_TEST(a_batch_is_cut_where_a_file_is_full)
{
    log_many(RINGLOG_NOT_ISOLATED);
}

PROCESS_TEST(and_so_it_is_behind_a_queue)
{
    log_many(RINGLOG_ISOLATED);
}

static void *sync_on(void *done)
{
    while (!__atomic_load_n((bool *)done, __ATOMIC_RELAXED))
        require(ringlog_sync(20000) == 0);
    return NULL;
}

PROCESS_TEST(a_sync_may_meet_a_rollover)
{
    bool done = false;
    pthread_t thread;
    start_at(1710000000);
    by_size("s.log", 100, 3);
    require(pthread_create(&thread, NULL, sync_on, &done) == 0);
    for (int i = 0; i < 2000; i++)
        ringlog_info(ringlog_root(), "%d", i);
    settle();
    __atomic_store_n(&done, true, __ATOMIC_RELAXED);
    require(pthread_join(thread, NULL) == 0);
    require(ringlog_shutdown(5000) == 0);
}

/* ---- names and deeds of one's own ---- */

static int add_log(void *context, const char *default_path, char *path, size_t bytes)
{
    require(strcmp(context, "context") == 0);
    return snprintf(path, bytes, "%s.log", default_path) < 0 ? -EIO : 0;
}

static char context[] = "context";

PROCESS_TEST(a_namer_names)
{
    ringlog_handler *handler;
    start_at(1710000000);
    require(ringlog_rotating_file_handler_new(
                &handler, "n",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = 4, .backup_count = 2, .namer = add_log, .context = context}) == 0);
    attached(handler);
    say("one");
    say("two");
    say("three");
    say("four");
    REQUIRE_FILES("n", "four\n", "n.1.log", "three\n", "n.2.log", "two\n");
}

static int rotations;

static int move_aside(void *unused, const char *source, const char *dest)
{
    (void)unused;
    char name[4200];
    if (rotations++ == 1)
        return -EXDEV;
    snprintf(name, sizeof name, "%s-by-rotator", dest);
    return rename(source, name) == 0 ? 0 : -errno;
}

PROCESS_TEST(a_rotator_rotates_and_may_fail)
{
    ringlog_handler *handler;
    start_at(1710000000);
    require(ringlog_rotating_file_handler_new(
                &handler, "r",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = 4, .backup_count = 1, .rotator = move_aside}) == 0);
    attached(handler);
    say("one");
    say("two");
    settle();
    say("three"); /* which is where it fails */
    REQUIRE_FILES("r", "two\nthree\n", "r.1-by-rotator", "one\n");
    require(counts_of(handler).errors == 1 && counts_of(handler).last_errno == EXDEV);
    require(strstr(last_report, "rotating file handler: rotate: Invalid cross-device link") !=
            NULL);
    sleep_ms(1100);
    say("four");
    REQUIRE_FILES("r", "four\n", "r.1-by-rotator", "two\nthree\n");
}

/* ---- what is refused, and what does not rotate ---- */

PROCESS_TEST(bad_options_are_refused)
{
    ringlog_handler *handler;
    struct ringlog_rotating_file_options options = {.compress = (enum ringlog_compress)3};
    require(ringlog_rotating_file_handler_new(&handler, "x", &options) == -EINVAL);
    require(strstr(ringlog_last_error(), "compress 3") != NULL);
    options = (struct ringlog_rotating_file_options){.compress = RINGLOG_COMPRESS_GZIP,
                                                     .rotator = move_aside};
    require(ringlog_rotating_file_handler_new(&handler, "x", &options) == -EINVAL);
    require(handler == NULL && access("x", F_OK) != 0);
    require(ringlog_rotating_file_handler_new(&handler, "no/x", NULL) == -ENOENT);
}

PROCESS_TEST(a_device_does_not_rotate)
{
    start_at(1710000000);
    ringlog_handler *null = by_size("/dev/null", 1, 3);
    say("one");
    say("two");
    settle();
    require(access("/dev/null.1", F_OK) != 0 && counts_of(null).errors == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_youngest_backup_is_number_one),
        cmocka_unit_test(a_line_that_would_reach_the_limit_begins_a_file),
        cmocka_unit_test(without_backups_the_file_grows),
        cmocka_unit_test(a_line_larger_than_the_limit_is_alone_and_leaves_no_empty_file),
        cmocka_unit_test(what_is_there_counts_and_gaps_stay),
        cmocka_unit_test(a_line_with_a_traceback_is_one_record),
        cmocka_unit_test(truncate_is_for_files_that_do_not_rotate),
        cmocka_unit_test(a_batch_is_cut_where_a_file_is_full),
        cmocka_unit_test(and_so_it_is_behind_a_queue),
        cmocka_unit_test(a_sync_may_meet_a_rollover),
        cmocka_unit_test(a_namer_names),
        cmocka_unit_test(a_rotator_rotates_and_may_fail),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(a_device_does_not_rotate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
