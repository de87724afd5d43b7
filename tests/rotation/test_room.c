/* Rotation where the system says no: directories that may not be written, full disks, limits,
 * queues that give up. */
#include "rotation/rotating.h"

#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>

static void become_nobody(void)
{
    require(chmod(".", 0777) == 0 && mkdir("d", 0755) == 0);
    if (geteuid() == 0)
        require(chown("d", 65534, 65534) == 0 && setgid(65534) == 0 && setuid(65534) == 0);
}

static ringlog_handler *by_size(const char *path, uint64_t max_bytes, unsigned backup_count)
{
    ringlog_handler *handler;
    require(ringlog_rotating_file_handler_new(
                &handler, path,
                &(struct ringlog_rotating_file_options){.max_bytes = max_bytes,
                                                        .backup_count = backup_count}) == 0);
    return attached(handler);
}

PROCESS_TEST(in_a_directory_that_may_not_be_written_the_file_goes_on)
{
    become_nobody();
    start_at(1710000000);
    ringlog_handler *handler = by_size("d/app.log", 8, 3);
    say("one");
    settle();
    require(chmod("d", 0555) == 0);
    say("two");
    say("three");
    settle();
    require_same_text(read_file("d/app.log", NULL), "one\ntwo\nthree\n");
    require(counts_of(handler).errors == 1 && counts_of(handler).last_errno == EACCES);
    require(counts_of(handler).lost == 0);
    require(strstr(last_report, "rotate: Permission denied") != NULL);
    require(chmod("d", 0755) == 0);
    sleep_ms(1100);
    say("four");
    settle();
    require_same_text(read_file("d/app.log", NULL), "four\n");
    require_same_text(read_file("d/app.log.1", NULL), "one\ntwo\nthree\n");
}

/* ---- full ---- */

static int calls;

static void log_a_burst(void)
{
    for (int i = 0; i < 100; i++)
        ringlog_info(ringlog_root(), "%0100d", calls++);
}

/* From the oldest to the youngest: whole lines whose numbers only grow; how many. */
static unsigned long count_numbers(const char *path, unsigned files)
{
    unsigned long count = 0;
    long last = -1;
    char line[200], name[64];
    for (unsigned i = files + 1; i-- > 0;) {
        snprintf(name, sizeof name, i == 0 ? "%s" : "%s.%u", path, i);
        FILE *file = fopen(name, "r");
        while (file != NULL && fgets(line, sizeof line, file) != NULL) {
            char *end;
            const long number = strtol(line, &end, 10);
            if (strncmp(end, " records lost", 13) == 0)
                continue;
            require(strlen(line) == 101 && *end == '\n' && number > last);
            last = number;
            count++;
        }
        if (file != NULL)
            fclose(file);
    }
    return count;
}

static ringlog_handler *start_full(enum ringlog_full_policy policy, const char *path)
{
    ringlog_handler *handler;
    require(ringlog_rotating_file_handler_new(&handler, path,
                                              &(struct ringlog_rotating_file_options){
                                                  .max_bytes = 50500, .backup_count = 10000}) == 0);
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    require(ringlog_init(&(struct ringlog_options){
                .full_policy = policy, .ring_bytes = 64 << 10, .on_error = note_report}) == 0);
    return attached(handler);
}

static void fill_and_lift(enum ringlog_full_policy policy, void (*lift)(void), const char *path,
                          int error)
{
    ringlog_handler *handler = start_full(policy, path);
    while (counts_of(handler).errors == 0)
        log_a_burst();
    require(counts_of(handler).last_errno == error);
    while (policy == RINGLOG_FULL_DROP && counts_of(handler).lost == 0) {
        log_a_burst();
        sleep_ms(1);
    }
    lift();
    for (int i = 0; i < 50; i++)
        log_a_burst();
    require(ringlog_flush(20000) == 0);
    const struct ringlog_counts counts = counts_now();
    require(counts.records_written + counts.lost_full == (unsigned long)calls);
    const unsigned long numbers = count_numbers(path, 400);
    require(policy == RINGLOG_FULL_DROP || numbers == (unsigned long)calls);
    require(numbers + counts.lost_full + counts_of(handler).lost >= (unsigned long)calls);
    require(ringlog_shutdown(5000) == 0);
}

PROCESS_TEST(at_the_limit_of_file_size_nothing_is_lost)
{
    limit_file_size(50000);
    fill_and_lift(RINGLOG_FULL_BLOCK, lift_file_size_limit, "file", EFBIG);
}

PROCESS_TEST(under_drop_lines_stay_whole_and_losses_are_counted)
{
    limit_file_size(50000);
    fill_and_lift(RINGLOG_FULL_DROP, lift_file_size_limit, "file", EFBIG);
}

static void make_space(void)
{
    require(mount("none", "small", "tmpfs", MS_REMOUNT, "size=64m") == 0);
}

PROCESS_TEST(a_disk_that_fills_and_is_freed_loses_nothing)
{
    require(mkdir("small", 0755) == 0);
    if (mount("none", "small", "tmpfs", 0, "size=1m") != 0)
        return; /* not for everyone */
    fill_and_lift(RINGLOG_FULL_BLOCK, make_space, "small/file", ENOSPC);
    require(umount("small") == 0);
}

PROCESS_TEST(a_disk_without_room_for_another_file_keeps_the_one_it_has)
{
    require(mkdir("small", 0755) == 0);
    if (mount("none", "small", "tmpfs", 0, "size=1m,nr_inodes=3") != 0)
        return; /* not for everyone */
    start_at(1710000000);
    ringlog_handler *handler = by_size("small/app.log", 8, 5);
    say("one");
    say("two"); /* the last inode */
    say("three");
    say("four");
    settle();
    require(counts_of(handler).errors == 1 && counts_of(handler).last_errno == ENOSPC);
    require_same_text(read_file("small/app.log.2", NULL), "one\n");
    require_same_text(read_file("small/app.log.1", NULL), "two\nthree\nfour\n");
    require(unlink("small/app.log.2") == 0);
    sleep_ms(1100);
    say("five");
    settle();
    require_same_text(read_file("small/app.log", NULL), "five\n");
    require(ringlog_shutdown(5000) == 0 && umount("small") == 0);
}

/* ---- in the middle of a line ---- */

static bool may_rotate;

static int rotator_on_demand(void *context, const char *source, const char *dest)
{
    (void)context;
    if (!__atomic_load_n(&may_rotate, __ATOMIC_RELAXED))
        return -EBUSY;
    return rename(source, dest) == 0 ? 0 : -errno;
}

/* A rollover is owed, and becomes possible when half a line is out. */
PROCESS_TEST(a_line_that_is_half_written_is_finished_first)
{
    ringlog_handler *handler;
    require(ringlog_rotating_file_handler_new(
                &handler, "file",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = 50, .backup_count = 5, .rotator = rotator_on_demand}) == 0);
    start_at(1710000000);
    attached(handler);
    limit_file_size(150);
    ringlog_info(ringlog_root(), "%0100d", 1);
    ringlog_info(ringlog_root(), "%0100d", 2);
    eventually(counts_of(handler).last_errno == EFBIG);
    __atomic_store_n(&may_rotate, true, __ATOMIC_RELAXED);
    sleep_ms(1100);
    lift_file_size_limit();
    ringlog_info(ringlog_root(), "%0100d", 3);
    settle();
    require(count_lines("file.1", NULL) == 2 && count_lines("file", NULL) == 1);
    require(count_numbers("file", 5) == 3);
}

/* ---- a queue that gives up ---- */

static bool is_held_up;

static int held_up_rotator(void *context, const char *source, const char *dest)
{
    (void)context;
    while (__atomic_load_n(&is_held_up, __ATOMIC_RELAXED))
        sleep_ms(1);
    return rename(source, dest) == 0 ? 0 : -errno;
}

PROCESS_TEST(what_a_full_queue_gives_up_takes_its_marks_along)
{
    ringlog_handler *handler;
    is_held_up = true;
    require(ringlog_rotating_file_handler_new(
                &handler, "file",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = 20200,
                    .backup_count = 10000,
                    .rotator = held_up_rotator,
                    .file.isolation = {RINGLOG_ISOLATED, RINGLOG_QUEUE_DROP, 64 << 10}}) == 0);
    start_at(1710000000);
    attached(handler);
    while (counts_of(handler).lost == 0) {
        log_a_burst();
        sleep_ms(2);
    }
    __atomic_store_n(&is_held_up, false, __ATOMIC_RELAXED);
    settle();
    for (int i = 0; i < 20; i++) {
        log_a_burst();
        settle();
    }
    require(counts_of(handler).errors == 0);
    require(count_numbers("file", 400) + counts_of(handler).lost >= (unsigned long)calls);
    require(count_numbers("file", 400) + counts_of(handler).lost <= (unsigned long)calls + 60);
    for (int i = 1; i < 20; i++) {
        char name[24];
        struct stat status;
        snprintf(name, sizeof name, "file.%d", i);
        require(stat(name, &status) != 0 || (status.st_size < 20200 && status.st_size > 18000));
    }
    require(ringlog_shutdown(5000) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_a_directory_that_may_not_be_written_the_file_goes_on),
        cmocka_unit_test(at_the_limit_of_file_size_nothing_is_lost),
        cmocka_unit_test(under_drop_lines_stay_whole_and_losses_are_counted),
        cmocka_unit_test(a_disk_that_fills_and_is_freed_loses_nothing),
        cmocka_unit_test(a_disk_without_room_for_another_file_keeps_the_one_it_has),
        cmocka_unit_test(a_line_that_is_half_written_is_finished_first),
        cmocka_unit_test(what_a_full_queue_gives_up_takes_its_marks_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
