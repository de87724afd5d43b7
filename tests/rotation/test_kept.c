/* What is kept of rotated files: by number, age and size; and compressed. Nobody else's is touched.
 */
#include "rotation/rotating.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#define MAY_8 INT64_C(1715126400) /* 2024-05-08 00:00 UTC */
#define DAY   86400

static ringlog_handler *timed(struct ringlog_timed_rotating_file_options options)
{
    ringlog_handler *handler;
    options.when = RINGLOG_WHEN_MIDNIGHT;
    options.utc = true;
    require(ringlog_timed_rotating_file_handler_new(&handler, "app.log", &options) == 0);
    return attached(handler);
}

static const char *const foreign[] = {
    "app.log.2024-01-05_10",
    "app.log.bak",
    "app.log.2024-1-5",
    "app.log.20240105",
    "app.log.2024-01-06x",
    "xapp.log.2024-01-01",
    "app.2024-01-01.log",
    "app.log.1",
    "app.log2.2024-01-03",
    "app.log.2024-01-05.tmp.x",
    "app.log.2024-01-05.01",
    "app.log.2024-01-05.0",
    "app.log.2024-01-05.1x",
    "app.log.2024-01-05.gz.tmpx",
    "app.log.tmp",
    "app.log.gz",
    "app.log.2024-01-05.tmp",
    "app.log.2024-01-05.bz2",
    "app.log.2024-01-055",
};
#define FOREIGN (sizeof foreign / sizeof *foreign)

static void put_foreign(void)
{
    for (unsigned i = 0; i < FOREIGN; i++)
        put_file(foreign[i], "not ours\n", 1704067200);
    require(mkdir("app.log.2024-01-02", 0755) == 0); /* a name of ours, but no file */
    require(symlink("app.log.bak", "app.log.2024-01-03") == 0);
}

static void require_foreign(void)
{
    for (unsigned i = 0; i < FOREIGN; i++)
        require_same_text(read_file(foreign[i], NULL), "not ours\n");
    require(rmdir("app.log.2024-01-02") == 0 && unlink("app.log.2024-01-03") == 0);
}

/* ---- how many, how old, how large ---- */

PROCESS_TEST(the_oldest_go_when_there_are_too_many)
{
    put_foreign();
    put_file("app.log.2024-01-01", "ours\n", 1704067200);
    put_file("app.log.2024-01-04.1", "ours\n", 1704067200);
    put_file("app.log.2024-01-04.2.gz", "not ours without compression\n", 1704067200);
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.backup_count = 2});
    require(access("app.log.2024-01-01", F_OK) == 0); /* until there is a new one */
    say("1");
    say_at(MAY_8 + DAY, "2");
    say_at(MAY_8 + 2 * DAY, "3");
    settle();
    require_foreign();
    for (unsigned i = 0; i < FOREIGN; i++)
        require(unlink(foreign[i]) == 0);
    REQUIRE_FILES("app.log", "3\n", "app.log.2024-05-08", "1\n", "app.log.2024-05-09", "2\n",
                  "app.log.2024-01-04.2.gz", "not ours without compression\n");
}

PROCESS_TEST(parts_of_a_day_go_in_their_order)
{
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.backup_count = 2, .max_bytes = 4});
    char text[12];
    for (int i = 1; i <= 13; i++) {
        snprintf(text, sizeof text, "%d", i);
        say(text);
    }
    /* Eleven is not older than two, and what is free at the front stays free. */
    REQUIRE_FILES("app.log", "13\n", "app.log.2024-05-08.10", "11\n", "app.log.2024-05-08.11",
                  "12\n");
}

PROCESS_TEST(those_too_old_go_at_the_start)
{
    put_foreign();
    put_file("app.log.2024-05-01", "old\n", MAY_8 - 7 * DAY);
    put_file("app.log.2024-05-07", "younger\n", MAY_8 - DAY + 1);
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.max_age_s = DAY});
    settle();
    require(access("app.log.2024-05-01", F_OK) != 0);
    require_foreign();
    require_same_text(read_file("app.log.2024-05-07", NULL), "younger\n");
}

PROCESS_TEST(those_that_are_too_large_together_go_the_oldest_first)
{
    char text[1001];
    memset(text, 'x', 1000);
    text[1000] = '\0';
    put_foreign();
    put_file("app.log.2024-05-04", text, MAY_8 - 4 * DAY);
    put_file("app.log.2024-05-05", text, MAY_8 - 3 * DAY);
    put_file("app.log.2024-05-06", text, MAY_8 - 2 * DAY);
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.max_total_bytes = 2500});
    require(access("app.log.2024-05-04", F_OK) != 0);
    say_at(MAY_8, text);
    say_at(MAY_8 + DAY, "new");
    settle();
    require(access("app.log.2024-05-05", F_OK) != 0);
    require_same_text(read_file("app.log.2024-05-06", NULL), text);
    require(access("app.log.2024-05-08", F_OK) == 0);
    require_foreign();
}

PROCESS_TEST(numbered_ones_too)
{
    ringlog_handler *handler;
    put_file("n.log.1", "123456789", MAY_8);
    put_file("n.log.2", "123456789", MAY_8);
    put_file("n.log.3", "123456789", MAY_8);
    put_file("n.log.9", "beyond", MAY_8);
    start_at(MAY_8);
    require(ringlog_rotating_file_handler_new(
                &handler, "n.log",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = 100, .backup_count = 5, .max_total_bytes = 20}) == 0);
    attached(handler);
    REQUIRE_FILES("n.log", "", "n.log.1", "123456789", "n.log.2", "123456789", "n.log.9", "beyond");
}

static int upside_down(void *context, const char *default_path, char *path, size_t bytes)
{
    (void)context;
    const char *slash = strrchr(default_path, '/');
    return snprintf(path, bytes, "%.*s/%s-of-app", (int)(slash - default_path), default_path,
                    slash + strlen("/app.log.")) < 0;
}

PROCESS_TEST(names_of_ones_own_are_found_again)
{
    put_file("2024-01-01-of-app", "ours\n", MAY_8);
    put_file("2024-01-01-of-web", "not ours\n", MAY_8);
    put_file("x2024-01-01-of-app", "not ours\n", MAY_8);
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.backup_count = 1, .namer = upside_down});
    say("1");
    say_at(MAY_8 + DAY, "2");
    REQUIRE_FILES("app.log", "2\n", "2024-05-08-of-app", "1\n", "2024-01-01-of-web", "not ours\n",
                  "x2024-01-01-of-app", "not ours\n");
}

/* ---- compression ---- */

static char *unpacked(const char *command)
{
    require(system(command) == 0);
    return read_file("unpacked", NULL);
}

#define LINES 20000

static void log_many(void)
{
    for (int i = 0; i < LINES; i++)
        ringlog_info(ringlog_root(), "a line that says nothing much, number %d", i);
}

/* What was logged comes out again, byte for byte. */
static void require_unpacks(enum ringlog_compress compress, const char *command)
{
    ringlog_handler *plain;
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.compress = compress, .file.mode = 0604});
    require(ringlog_file_handler_new(&plain, "plain", NULL) == 0);
    attached(plain);
    umask(0);
    log_many();
    settle();
    char *expected = read_file("plain", NULL);
    say_at(MAY_8 + DAY, "next day");
    settle();
    require(ringlog_shutdown(20000) == 0);
    require(access("app.log.2024-05-08", F_OK) != 0);
    require_same_text(unpacked(command), expected);
    require_same_text(read_file("app.log", NULL), "next day\n");
}

PROCESS_TEST(gzip_makes_it_small_and_gunzip_large_again)
{
    require_unpacks(RINGLOG_COMPRESS_GZIP, "gzip -dc app.log.2024-05-08.gz > unpacked");
    struct stat status;
    require(stat("app.log.2024-05-08.gz", &status) == 0 && status.st_size < LINES * 10);
}

PROCESS_TEST(so_does_zstd)
{
    require_unpacks(RINGLOG_COMPRESS_ZSTD, "zstd -qdc app.log.2024-05-08.zst > unpacked");
}

PROCESS_TEST(a_compressed_file_has_mode_and_time_of_what_is_in_it)
{
    put_file("app.log.2024-05-07", "left by an earlier process\n", MAY_8 - 5);
    require(chmod("app.log.2024-05-07", 0604) == 0);
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.compress = RINGLOG_COMPRESS_GZIP});
    require(ringlog_shutdown(20000) == 0);
    struct stat status;
    require(stat("app.log.2024-05-07.gz", &status) == 0);
    require((status.st_mode & 07777) == 0604 && status.st_mtim.tv_sec == MAY_8 - 5);
    require_same_text(unpacked("gzip -dc app.log.2024-05-07.gz > unpacked"),
                      "left by an earlier process\n");
}

PROCESS_TEST(what_an_earlier_process_left_half_done_goes)
{
    put_foreign();
    put_file("app.log.2024-05-07.gz.tmp", "torn", MAY_8);
    put_file("app.log.2024-05-06.3.zst.tmp", "torn", MAY_8);
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.compress = RINGLOG_COMPRESS_GZIP});
    require(ringlog_shutdown(20000) == 0);
    require(access("app.log.2024-05-07.gz.tmp", F_OK) != 0);
    require(access("app.log.2024-05-06.3.zst.tmp", F_OK) != 0);
    require_foreign();
}

PROCESS_TEST(died_between_the_last_two_steps)
{
    start_at(MAY_8);
    put_file("app.log.2024-05-07", "twice\n", MAY_8 - DAY);
    require(system("cp -p app.log.2024-05-07 copy") == 0);
    timed((struct ringlog_timed_rotating_file_options){.compress = RINGLOG_COMPRESS_GZIP});
    require(ringlog_shutdown(20000) == 0);
    require(access("app.log.2024-05-07", F_OK) != 0);
    /* As if it had died before the removal. And the same with another file under that name. */
    require(rename("copy", "app.log.2024-05-07") == 0);
    put_file("app.log.2024-05-06", "mine\n", MAY_8 - DAY);
    put_file("app.log.2024-05-06.gz", "somebody else's\n", MAY_8 - DAY);
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.compress = RINGLOG_COMPRESS_GZIP});
    require(ringlog_shutdown(20000) == 0);
    require(access("app.log.2024-05-07", F_OK) != 0);
    require_same_text(unpacked("gzip -dc app.log.2024-05-07.gz > unpacked"), "twice\n");
    require_same_text(read_file("app.log.2024-05-06", NULL), "mine\n");
    require_same_text(read_file("app.log.2024-05-06.gz", NULL), "somebody else's\n");
    require(strstr(last_report, "compress ") != NULL && strstr(last_report, "File exists") != NULL);
}

PROCESS_TEST(compressed_files_shift_and_count_too)
{
    enum { FILES = 30 };
    ringlog_handler *handler;
    put_file("n.log.3.gz", "\x1f\x8b rather old", MAY_8);
    start_at(MAY_8);
    require(ringlog_rotating_file_handler_new(
                &handler, "n.log",
                &(struct ringlog_rotating_file_options){.max_bytes = 3,
                                                        .backup_count = FILES,
                                                        .compress = RINGLOG_COMPRESS_GZIP}) == 0);
    attached(handler);
    /* Shifts meet the compressor at its work; one that is held up makes a larger file. */
    for (int i = 0; i < 1000; i++) {
        ringlog_info(ringlog_root(), "%04d", i);
        settle();
        sleep_ms(i % 10 == 0 ? 10 : 0);
    }
    require(ringlog_shutdown(20000) == 0);
    /* One that the compressor did not come to is there as it was. */
    require(system("for n in $(seq 1100 -1 1); do"
                   "  if [ -e n.log.$n.gz ]; then zcat n.log.$n.gz;"
                   "  elif [ -e n.log.$n ]; then cat n.log.$n; fi || exit 1;"
                   "done > unpacked && cat n.log >> unpacked") == 0);
    char *text = read_file("unpacked", NULL), *line = text;
    int previous = 1000 - (int)strlen(text) / 5 - 1;
    for (; *line != '\0'; line += 5) {
        require(atoi(line) == previous + 1 && line[4] == '\n');
        previous++;
    }
    require(previous == 999 && strlen(text) >= FILES * 5);
}

#ifdef WITH_FORKS
static void child_compresses(void)
{
    ringlog_handler *handler;
    require(ringlog_rotating_file_handler_new(
                &handler, "child.log",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = 4, .backup_count = 2, .compress = RINGLOG_COMPRESS_ZSTD}) == 0);
    attached(handler);
    say("one");
    say("two");
    require(ringlog_shutdown(20000) == 0);
}

PROCESS_TEST(a_child_compresses_its_own)
{
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.compress = RINGLOG_COMPRESS_GZIP});
    log_many();
    settle();
    say_at(MAY_8 + DAY, "next day"); /* the parent's compressor is at work */
    settle();
    require_status(start_child(child_compresses), 0);
    require(ringlog_shutdown(20000) == 0);
    require_same_text(unpacked("zstd -qdc child.log.1.zst > unpacked"), "one\n");
    require_same_text(read_file("child.log", NULL), "two\n");
    require(access("app.log.2024-05-08.gz", F_OK) == 0 && access("app.log.2024-05-08", F_OK) != 0);
}
#endif

PROCESS_TEST(shutdown_does_not_wait_longer_than_it_may)
{
    enum { BYTES = 64 << 20 };
    const int fd = open("app.log.2024-05-07", O_WRONLY | O_CREAT, 0600);
    unsigned word = 1;
    for (int i = 0; i < BYTES / 4096; i++) {
        unsigned page[1024];
        for (int k = 0; k < 1024; k++)
            page[k] = word = word * 1664525 + 1013904223;
        require(write(fd, page, sizeof page) == sizeof page);
    }
    close(fd);
    start_at(MAY_8);
    timed((struct ringlog_timed_rotating_file_options){.compress = RINGLOG_COMPRESS_GZIP});
    say("a line");
    const int64_t before = now_ms();
    require(ringlog_shutdown(200) == 0);
    require(now_ms() - before < 2000);
    struct stat status;
    require(stat("app.log.2024-05-07", &status) == 0 && status.st_size == BYTES);
    require(access("app.log.2024-05-07.gz", F_OK) != 0);
    eventually(access("app.log.2024-05-07.gz.tmp", F_OK) != 0); /* it may be in a call of zlib's */
    require(access("app.log.2024-05-07.gz", F_OK) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_go_when_there_are_too_many),
        cmocka_unit_test(parts_of_a_day_go_in_their_order),
        cmocka_unit_test(those_too_old_go_at_the_start),
        cmocka_unit_test(those_that_are_too_large_together_go_the_oldest_first),
        cmocka_unit_test(numbered_ones_too),
        cmocka_unit_test(names_of_ones_own_are_found_again),
        cmocka_unit_test(gzip_makes_it_small_and_gunzip_large_again),
        cmocka_unit_test(so_does_zstd),
        cmocka_unit_test(a_compressed_file_has_mode_and_time_of_what_is_in_it),
        cmocka_unit_test(what_an_earlier_process_left_half_done_goes),
        cmocka_unit_test(died_between_the_last_two_steps),
        cmocka_unit_test(compressed_files_shift_and_count_too),
#ifdef WITH_FORKS
        cmocka_unit_test(a_child_compresses_its_own),
#endif
        cmocka_unit_test(shutdown_does_not_wait_longer_than_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
