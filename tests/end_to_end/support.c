#include "end_to_end/support.h"

#include <errno.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#ifdef __SANITIZE_THREAD__
/* Children that log start a writer: ThreadSanitizer refuses threads after fork unless asked. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0";
}
#endif

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
