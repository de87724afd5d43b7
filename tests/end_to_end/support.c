#include "end_to_end/support.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>

/* A fork child leaves behind, by intent, what its parent's threads were in the middle of: to
 * LeakSanitizer those are leaks. */
static bool is_child;

int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return is_child;
}

void fail_requirement(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: not so: %s (errno: %s; last error: %s)\n", file, line, condition,
            strerror(errno), ringlog_last_error());
    struct ringlog_counts counts;
    if (ringlog_stats(&counts) == 0)
        fprintf(stderr, "  %lu records written; lost: %lu full, %lu nested\n",
                (unsigned long)counts.records_written, (unsigned long)counts.lost_full,
                (unsigned long)counts.lost_nested);
    struct statvfs disk;
    if (statvfs(".", &disk) == 0)
        fprintf(stderr, "  %lu MB of the disk are free\n",
                (unsigned long)(disk.f_bavail * (disk.f_frsize >> 10) >> 10));
    _exit(1);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status;
    (void)type;
    (void)at;
    return remove(path);
}

void in_a_process(void (*body)(void))
{
    char directory[] = "/tmp/ringlog-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (chdir(directory) != 0)
            _exit(2);
        alarm(300); /* a hang shall name its test */
        body();
        fflush(NULL);
        _exit(0); /* what exit(3) does is a test of its own */
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    if (WIFSIGNALED(status))
        fail_msg("the process died of signal %d", WTERMSIG(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

ringlog_handler *log_to(const char *path, const char *format)
{
    ringlog_handler *file;
    require(ringlog_file_handler_new(&file, path, NULL) == 0);
    if (format != NULL) {
        ringlog_formatter *formatter;
        const struct ringlog_formatter_options options = {.format = format};
        require(ringlog_formatter_new(&formatter, &options) == 0);
        require(ringlog_handler_set_formatter(file, formatter) == 0);
        ringlog_formatter_unref(formatter);
    }
    require(ringlog_logger_add_handler(ringlog_root(), file) == 0);
    ringlog_handler_unref(file);
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    return file;
}

char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "r");
    require(file != NULL);
    fseek(file, 0, SEEK_END);
    const size_t bytes = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(bytes + 1);
    require(text != NULL && fread(text, 1, bytes, file) == bytes);
    text[bytes] = '\0';
    fclose(file);
    if (length != NULL)
        *length = bytes;
    return text;
}

unsigned long from_environment(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoul(text, NULL, 10);
}

struct ringlog_counts counts_now(void)
{
    struct ringlog_counts counts;
    require(ringlog_stats(&counts) == 0);
    return counts;
}

unsigned long count_lines(const char *path, const char *containing)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    unsigned long count = 0;
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, file) > 0)
        count += containing == NULL || strstr(line, containing) != NULL;
    free(line);
    fclose(file);
    return count;
}

void sleep_ms(unsigned milliseconds)
{
    struct timespec left = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void limit_file_size(unsigned long bytes)
{
    const struct rlimit limit = {bytes, RLIM_INFINITY};
    require(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

void lift_file_size_limit(void)
{
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    require(setrlimit(RLIMIT_FSIZE, &none) == 0);
}

void stderr_to(const char *path)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    require(fd >= 0 && dup2(fd, STDERR_FILENO) == STDERR_FILENO);
    close(fd);
}

/* A sanitizer's allocator stays locked in a child when another thread held its lock at the fork, as
 * glibc's does not: a writer that has just come to its end holds none. */
static void await_an_idle_writer(void)
{
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    ringlog_flush(5000);
#endif
}

pid_t start_child(void (*body)(void))
{
    fflush(NULL);
    await_an_idle_writer();
    const pid_t child = fork();
    require(child >= 0);
    if (child != 0)
        return child;
    is_child = true;
    alarm(60);
    body();
    exit(0);
}

void require_status(pid_t child, int expected)
{
    int status;
    require(waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status))
        fprintf(stderr, "the child died of signal %d\n", WTERMSIG(status));
    require(WIFEXITED(status));
    require(WEXITSTATUS(status) == expected);
}
