/* Logs numbered lines to a file that rotates every few of them, and writes the number of each to
 * the file "acknowledged" once the library says that it is written.
 *
 *     rotate_under_strace numbered|dated|numbered-gzip|dated-zstd|binary FIRST COUNT PAUSE_MS */
#include <fcntl.h>
#include <ringlog/handlers.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define START_S INT64_C(1715126400)
#define LINES   4 /* a file */
#define MAX     100

static int make_handler(ringlog_handler **handler, const char *kind)
{
    const enum ringlog_compress compress = strstr(kind, "-gzip") != NULL   ? RINGLOG_COMPRESS_GZIP
                                           : strstr(kind, "-zstd") != NULL ? RINGLOG_COMPRESS_ZSTD
                                                                           : RINGLOG_COMPRESS_NONE;
    if (strncmp(kind, "dated", 5) == 0)
        return ringlog_timed_rotating_file_handler_new(
            handler, "app.log",
            &(struct ringlog_timed_rotating_file_options){
                .when = RINGLOG_WHEN_S, .utc = true, .compress = compress});
    const bool binary = strcmp(kind, "binary") == 0;
    return ringlog_rotating_file_handler_new(
        handler, binary ? "app.rlog" : "app.log",
        &(struct ringlog_rotating_file_options){.max_bytes = binary ? 1000 : LINES * 9 + 1,
                                                .backup_count = MAX,
                                                .compress = compress,
                                                .binary = binary});
}

static void on_error(const char *message, void *context)
{
    (void)context;
    FILE *errors = fopen("errors", "a");
    if (errors != NULL) {
        fprintf(errors, "%s\n", message);
        fclose(errors);
    }
}

static int64_t now(void *context)
{
    return *(const int64_t *)context;
}

static int log_line(int number, int64_t *time_ns)
{
    char text[16];
    snprintf(text, sizeof text, "%08d", number);
    *time_ns = (START_S + number / LINES) * 1000000000;
    ringlog_log_text(ringlog_root(), RINGLOG_WARNING, text, strlen(text));
    return ringlog_flush(20000);
}

/* By another system call than the library's, which write(2) may be made to fail. */
static int acknowledge(int fd, int number)
{
    char text[16];
    const int length = snprintf(text, sizeof text, "%d\n", number);
    return pwrite(fd, text, (size_t)length, 0) == length ? 0 : -1; /* O_APPEND: at the end */
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    const int first = atoi(argv[2]), count = atoi(argv[3]), pause_ms = atoi(argv[4]);
    const int acknowledged = open("acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0600);
    int64_t time_ns = START_S * 1000000000;
    ringlog_handler *handler;
    if (ringlog_init(&(struct ringlog_options){
            .now = now, .now_context = &time_ns, .on_error = on_error}) < 0 ||
        make_handler(&handler, argv[1]) < 0 ||
        ringlog_logger_add_handler(ringlog_root(), handler) < 0) {
        fprintf(stderr, "%s\n", ringlog_last_error());
        return 1;
    }
    ringlog_handler_unref(handler);
    for (int number = first; number < first + count; number++) {
        if (log_line(number, &time_ns) < 0 || acknowledge(acknowledged, number) < 0)
            return 1;
        usleep((useconds_t)pause_ms * 1000);
    }
    return ringlog_shutdown(20000) < 0;
}
