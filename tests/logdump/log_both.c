/* Logs everything that can be logged to a text file and to a binary one, side by side: what logdump
 * makes of the second must be the first.
 *
 *     log_both FORMAT TEXT-FILE BINARY-FILE */
#include <errno.h>
#include <pthread.h>
#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

static void check(int result)
{
    if (result < 0) {
        fprintf(stderr, "%s\n", ringlog_last_error());
        exit(1);
    }
}

/* glibc's, which ISO C does not have. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wformat"
static void log_errno(ringlog_logger *log)
{
    ringlog_critical(log, "why: %m");
}
#pragma GCC diagnostic pop

static void log_kinds(ringlog_logger *log)
{
    const char *nothing = NULL;
    char long_text[20000];
    for (size_t i = 0; i < sizeof long_text; i++)
        long_text[i] = (char)('a' + i % 26);
    long_text[sizeof long_text - 1] = '\0';
    ringlog_debug(log, "no arguments, 100%%");
    ringlog_info(log, "%d %u %ld %lu %lld %hhd %c", -1, 2U, -3L, 4UL, -5LL, (signed char)-6, 'x');
    ringlog_info(log, "%5d|%-5d|%05d|%+d|%#x|%.3d|%*d", 1, 2, 3, 4, 5, 6, 7, 8);
    ringlog_warning(log, "%f %e %g %a %.3f", 1.5, 2.5e10, 1e-7, 0.1, 3.14159);
    ringlog_warning(log, "%Lf %.20Lg", 1.5L, 3.14159265358979323846L);
    ringlog_error(log, "%s|%10s|%-10s|%.2s", "text", "right", "left", "cut off");
    ringlog_error(log, "%s and %p", nothing, (void *)0x1234);
    ringlog_error(log, "%ls", L"wide \u20ac");
    ringlog_error(log, "injected: %s", "a\nb\x1b[31m\r");
    ringlog_critical(log, "long: %s", long_text);
    errno = ENOSPC;
    log_errno(log);
    ringlog_log(log, 25, "level %d", 25);
    ringlog_log(log, RINGLOG_ERROR, "level of %s", "run time");
    ringlog_log_text(log, RINGLOG_INFO, "100% text", 9);
}

static void log_event(ringlog_logger *log)
{
    const struct ringlog_event event = {
        .level = RINGLOG_ERROR,
        .text = "it failed",
        .text_length = 9,
        .file = "elsewhere.py",
        .function = "f",
        .line = 7,
        .exception_text = "Traceback:\n  line 7\nValueError",
        .stack_text = "Stack:\n  f\n",
    };
    check(ringlog_log_ex(log, &event));
}

static void *log_on_a_thread(void *log)
{
    ringlog_set_thread_name("worker");
    for (int i = 0; i < 1000; i++)
        ringlog_info((ringlog_logger *)log, "number %d of %s", i, "a thousand");
    ringlog_set_thread_name("renamed");
    ringlog_info((ringlog_logger *)log, "after");
    return NULL;
}

static ringlog_handler *text_handler(const char *path, const char *format)
{
    ringlog_handler *handler;
    ringlog_formatter *formatter;
    check(ringlog_file_handler_new(&handler, path, NULL));
    check(ringlog_formatter_new(&formatter, &(struct ringlog_formatter_options){.format = format}));
    check(ringlog_handler_set_formatter(handler, formatter));
    ringlog_formatter_unref(formatter);
    return handler;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    ringlog_handler *text = text_handler(argv[2], argv[1]);
    ringlog_handler *binary;
    check(ringlog_binary_file_handler_new(&binary, argv[3], NULL));
    check(ringlog_init(NULL));
    ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG);
    ringlog_logger_add_handler(ringlog_root(), text);
    ringlog_logger_add_handler(ringlog_root(), binary);
    ringlog_handler_unref(text);
    ringlog_handler_unref(binary);

    log_kinds(ringlog_get_logger("kinds.of"));
    log_event(ringlog_get_logger("events"));
    pthread_t thread;
    pthread_create(&thread, NULL, log_on_a_thread, ringlog_get_logger("threads"));
    pthread_join(thread, NULL);
    ringlog_flush(-1);
#ifdef __SANITIZE_THREAD__
    const pid_t child = -1; /* its run-time takes the child's threads for the parent's */
#else
    const pid_t child = fork();
#endif
    if (child == 0) {
        ringlog_info(ringlog_get_logger("child"), "in the child, %d", 1);
        ringlog_shutdown(-1);
        _exit(0);
    }
    int status = 0;
    if (child > 0)
        waitpid(child, &status, 0);
    ringlog_info(ringlog_root(), "the child has ended");
    ringlog_shutdown(-1);
    return status == 0 ? 0 : 1;
}
