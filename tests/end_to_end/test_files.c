/* Log files: how they are opened, what is refused and why, and what a full disk does. */
#include "end_to_end/support.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

static ringlog_logger *logger;

static ringlog_handler *attach(ringlog_handler *handler)
{
    require(ringlog_logger_add_handler(ringlog_root(), handler) == 0);
    return handler; /* our reference stays, for its figures */
}

static void start(enum ringlog_full_policy policy)
{
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    logger = ringlog_get_logger("files");
    require(ringlog_init(&(struct ringlog_options){.full_policy = policy}) == 0);
}

/* Opens, logs a line, and closes. */
static void write_line(const char *path, struct ringlog_file_options options)
{
    ringlog_handler *file;
    require(ringlog_file_handler_new(&file, path, &options) == 0);
    ringlog_handler_unref(attach(file));
    start(RINGLOG_FULL_BLOCK);
    ringlog_info(logger, "line");
    require(ringlog_shutdown(5000) == 0);
}

static void require_refused(const char *path, struct ringlog_file_options options, int error,
                            const char *reason)
{
    ringlog_handler *file;
    require(ringlog_file_handler_new(&file, path, &options) == error);
    require(file == NULL);
    require(strstr(ringlog_last_error(), path) != NULL);
    require(strstr(ringlog_last_error(), reason) != NULL);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    require(stat(path, &status) == 0);
    return status.st_mode & 07777;
}

/* ---- opening ---- */

PROCESS_TEST(a_file_is_appended_to_or_emptied)
{
    write_line("file", (struct ringlog_file_options){0});
    write_line("file", (struct ringlog_file_options){0});
    require_same_text(read_file("file", NULL), "line\nline\n");
    write_line("file", (struct ringlog_file_options){.truncate = true});
    require_same_text(read_file("file", NULL), "line\n");
}

PROCESS_TEST(a_new_files_mode_is_the_one_given_less_umask)
{
    umask(022);
    write_line("default", (struct ringlog_file_options){0});
    write_line("given", (struct ringlog_file_options){.mode = 0666});
    require(mode_of("default") == 0640 && mode_of("given") == 0644);
    ringlog_handler *binary;
    require(ringlog_binary_file_handler_new(&binary, "binary", NULL) == 0);
    ringlog_handler_unref(binary);
    require(mode_of("binary") == 0600);
    require(umask(0) == 022);
}

PROCESS_TEST(missing_directories_are_made_when_asked_for)
{
    require_refused("a/b/file", (struct ringlog_file_options){0}, -ENOENT,
                    "No such file or directory");
    write_line("a/b/file", (struct ringlog_file_options){.mkdir = true});
    require_same_text(read_file("a/b/file", NULL), "line\n");
    require_refused("a/b/file/c", (struct ringlog_file_options){.mkdir = true}, -ENOTDIR,
                    "Not a directory");
}

PROCESS_TEST(a_symbolic_link_is_followed_when_asked_for)
{
    require(symlink("target", "link") == 0);
    require_refused("link", (struct ringlog_file_options){0}, -ELOOP, "a symbolic link");
    require(access("target", F_OK) != 0);
    write_line("link", (struct ringlog_file_options){.follow = true});
    require_same_text(read_file("target", NULL), "line\n");
}

PROCESS_TEST(directories_that_others_may_write_to_are_refused_unless_sticky)
{
    require(mkdir("shared", 0700) == 0 && chmod("shared", 0777) == 0);
    require_refused("shared/file", (struct ringlog_file_options){0}, -EPERM, "writable by others");
    require(access("shared/file", F_OK) != 0);
    require(chmod("shared", 01777) == 0);
    write_line("shared/file", (struct ringlog_file_options){0});
}

PROCESS_TEST(what_is_no_file_is_refused)
{
    require(mkdir("directory", 0700) == 0);
    require_refused("directory", (struct ringlog_file_options){0}, -EISDIR, "Is a directory");
    ringlog_handler *file;
    require(ringlog_file_handler_new(&file, "", NULL) == -EINVAL);
    require(ringlog_file_handler_new(&file, NULL, NULL) == -EINVAL);
}

PROCESS_TEST(so_is_what_the_user_may_not_write)
{
    require(mkdir("closed", 0755) == 0);
    if (geteuid() == 0) /* nobody: who may write nothing here */
        require(chmod(".", 0711) == 0 && setgid(65534) == 0 && setuid(65534) == 0);
    else
        require(chmod("closed", 0555) == 0);
    require_refused("closed/file", (struct ringlog_file_options){0}, -EACCES, "Permission denied");
}

PROCESS_TEST(a_fifo_is_written_to)
{
    require(mkfifo("fifo", 0600) == 0);
    const int reader = open("fifo", O_RDONLY | O_NONBLOCK);
    require(reader >= 0);
    write_line("fifo", (struct ringlog_file_options){0});
    char text[16];
    require(read(reader, text, sizeof text) == 5 && memcmp(text, "line\n", 5) == 0);
}

/* ---- full disks ---- */

static unsigned long reports; /* atomic */
static char last_report[200];

static void note_report(const char *message, void *context)
{
    (void)context;
    snprintf(last_report, sizeof last_report, "%s", message);
    __atomic_fetch_add(&reports, 1, __ATOMIC_RELEASE);
}

static ringlog_handler *log_into(const char *path, enum ringlog_full_policy policy)
{
    ringlog_handler *file;
    require(ringlog_file_handler_new(&file, path, NULL) == 0);
    attach(file);
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    logger = ringlog_get_logger("files");
    require(ringlog_init(&(struct ringlog_options){
                .full_policy = policy, .ring_bytes = 64 << 10, .on_error = note_report}) == 0);
    return file;
}

static struct ringlog_handler_counts counts_of(ringlog_handler *handler)
{
    struct ringlog_handler_counts counts;
    require(ringlog_handler_stats(handler, &counts) == 0);
    return counts;
}

/* Each line is whole, and numbers only grow; how many. */
static unsigned long count_numbers(const char *path)
{
    unsigned long count = 0;
    long last = -1;
    char line[200];
    FILE *file = fopen(path, "r");
    require(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        char *end;
        const long number = strtol(line, &end, 10);
        if (strncmp(end, " records lost", 13) == 0)
            continue;
        require(strlen(line) == 101 && *end == '\n' && number > last);
        last = number;
        count++;
    }
    fclose(file);
    return count;
}

static int calls;

static void log_a_burst(void)
{
    for (int i = 0; i < 100; i++)
        ringlog_info(logger, "%0100d", calls++);
}

/* Logs into a file until it is full and some more, lifts what limits it, and logs on. */
static void fill_and_lift(enum ringlog_full_policy policy, void (*lift)(void), const char *path,
                          int error)
{
    ringlog_handler *file = log_into(path, policy);
    while (counts_of(file).errors == 0)
        log_a_burst();
    require(ringlog_flush(50) == -ETIMEDOUT);
    require(counts_of(file).last_errno == error && counts_of(file).pending > 0);
    require(__atomic_load_n(&reports, __ATOMIC_ACQUIRE) == 1);
    require(strstr(last_report, "file handler: write: ") != NULL);
    while (policy == RINGLOG_FULL_DROP && counts_of(file).lost == 0) {
        log_a_burst();
        sleep_ms(1);
    }
    lift();
    for (int i = 0; i < 50; i++)
        log_a_burst();
    require(ringlog_flush(20000) == 0);
    /* Every call was written or lost in the ring; every record in the file or lost before it. */
    const struct ringlog_counts counts = counts_now();
    require(counts.records_written + counts.lost_full == (unsigned long)calls);
    require(count_lines(path, NULL) + counts_of(file).lost == counts_of(file).records);
    const unsigned long numbers = count_numbers(path);
    require(policy == RINGLOG_FULL_DROP || numbers == (unsigned long)calls);
    require(ringlog_shutdown(5000) == 0);
}

/* The library's threads block SIGXFSZ; the application has done nothing about it. */
PROCESS_TEST(at_the_limit_of_file_size_nothing_is_lost_under_block)
{
    limit_file_size(100000);
    fill_and_lift(RINGLOG_FULL_BLOCK, lift_file_size_limit, "file", EFBIG);
}

PROCESS_TEST(under_drop_what_is_lost_is_counted)
{
    limit_file_size(100000);
    fill_and_lift(RINGLOG_FULL_DROP, lift_file_size_limit, "file", EFBIG);
}

static bool mount_small(void)
{
    require(mkdir("small", 0755) == 0);
    return mount("none", "small", "tmpfs", 0, "size=1m") == 0;
}

static void make_space(void)
{
    require(mount("none", "small", "tmpfs", MS_REMOUNT, "size=16m") == 0);
}

PROCESS_TEST(a_disk_that_fills_and_is_freed_loses_nothing)
{
    if (!mount_small())
        return; /* not for everyone */
    fill_and_lift(RINGLOG_FULL_BLOCK, make_space, "small/file", ENOSPC);
    require(umount("small") == 0);
}

PROCESS_TEST(shutdown_on_a_full_disk_keeps_its_deadline_and_counts_what_is_lost)
{
    ringlog_handler *file;
    require(ringlog_file_handler_new(
                &file, "/dev/full",
                &(struct ringlog_file_options){.isolation.isolation = RINGLOG_NOT_ISOLATED}) == 0);
    attach(file);
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    logger = ringlog_get_logger("files");
    require(ringlog_init(&(struct ringlog_options){.on_error = note_report}) == 0);
    for (int i = 0; i < 10; i++)
        ringlog_info(logger, "%d", i);
    const int64_t before = now_ms();
    require(ringlog_flush(100) == -ETIMEDOUT);
    require(counts_of(file).pending == 20);
    require(ringlog_shutdown(100) == -ETIMEDOUT);
    require(now_ms() - before < 3000);
    require(counts_of(file).lost == 10 && counts_of(file).last_errno == ENOSPC);
    require(strstr(last_report, "No space left on device") != NULL);
}

static char first_directory[4096];

PROCESS_TEST(not_a_byte_goes_to_a_file_that_got_the_descriptors_number)
{
    require(getcwd(first_directory, sizeof first_directory) != NULL);
    log_to("own.log", NULL);
    ringlog_handler *binary;
    require(ringlog_binary_file_handler_new(&binary, "own.rlog", NULL) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), binary) == 0);
    ringlog_handler_unref(binary);
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "before");
    require(ringlog_flush(5000) == 0);
    closefrom(3);
    int others[8];
    for (int i = 0; i < 8; i++) {
        others[i] = open("other", O_RDWR | O_CREAT | O_APPEND, 0600);
        require(others[i] >= 0);
    }
    require(chdir("/") == 0);
    ringlog_info(ringlog_root(), "after");
    require(ringlog_flush(5000) == 0);
    require(ringlog_shutdown(5000) == 0);
    require(lseek(others[0], 0, SEEK_END) == 0);
    require(write(others[7], "theirs", 6) == 6); /* and nobody closed it */
    require(fchdir(open(first_directory, O_DIRECTORY | O_RDONLY)) == 0);
    require_same_text(read_file("own.log", NULL), "before\nafter\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_appended_to_or_emptied),
        cmocka_unit_test(a_new_files_mode_is_the_one_given_less_umask),
        cmocka_unit_test(missing_directories_are_made_when_asked_for),
        cmocka_unit_test(a_symbolic_link_is_followed_when_asked_for),
        cmocka_unit_test(directories_that_others_may_write_to_are_refused_unless_sticky),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(so_is_what_the_user_may_not_write),
        cmocka_unit_test(a_fifo_is_written_to),
        cmocka_unit_test(at_the_limit_of_file_size_nothing_is_lost_under_block),
        cmocka_unit_test(under_drop_what_is_lost_is_counted),
        cmocka_unit_test(a_disk_that_fills_and_is_freed_loses_nothing),
        cmocka_unit_test(shutdown_on_a_full_disk_keeps_its_deadline_and_counts_what_is_lost),
        cmocka_unit_test(not_a_byte_goes_to_a_file_that_got_the_descriptors_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
