#include "rotation/rotating.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#define SECOND_NS INT64_C(1000000000)

static int64_t clock_ns;

static int64_t now(void *context)
{
    (void)context;
    return __atomic_load_n(&clock_ns, __ATOMIC_RELAXED);
}

void set_clock(int64_t second)
{
    __atomic_store_n(&clock_ns, second * SECOND_NS + 500000, __ATOMIC_RELAXED);
}

void start_at(int64_t second)
{
    set_clock(second);
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    require(ringlog_init(&(struct ringlog_options){.now = now, .on_error = note_report}) == 0);
}

ringlog_handler *attached(ringlog_handler *handler)
{
    require(ringlog_logger_add_handler(ringlog_root(), handler) == 0);
    ringlog_handler_unref(handler);
    return handler;
}

void say(const char *text)
{
    ringlog_log_text(ringlog_root(), RINGLOG_INFO, text, strlen(text));
}

void say_at(int64_t second, const char *text)
{
    require(ringlog_log_ex(ringlog_root(),
                           &(struct ringlog_event){.level = RINGLOG_INFO,
                                                   .text = text,
                                                   .text_length = strlen(text),
                                                   .time_ns = second * SECOND_NS + 500000}) == 0);
}

void settle(void)
{
    require(ringlog_flush(20000) == 0);
}

static void require_number_of_files(size_t expected)
{
    DIR *here = opendir(".");
    require(here != NULL);
    size_t found = 0;
    for (struct dirent *entry; (entry = readdir(here)) != NULL;)
        found += entry->d_name[0] != '.';
    if (found != expected) {
        rewinddir(here);
        for (struct dirent *entry; (entry = readdir(here)) != NULL;)
            fprintf(stderr, "there is %s\n", entry->d_name);
    }
    closedir(here);
    require(found == expected);
}

void require_files(const char *const *expected)
{
    settle();
    size_t count = 0;
    for (; expected[count * 2] != NULL; count++) {
        const char *path = expected[count * 2];
        if (access(path, F_OK) != 0)
            fprintf(stderr, "there is no %s\n", path);
        char *text = access(path, F_OK) == 0 ? read_file(path, NULL) : NULL;
        require(text != NULL);
        if (strcmp(text, expected[count * 2 + 1]) != 0)
            fprintf(stderr, "in %s:\n", path);
        require_same_text(text, expected[count * 2 + 1]);
        free(text);
    }
    require_number_of_files(count);
}

void put_file(const char *path, const char *text, int64_t modified_s)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
    require(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    const struct timespec times[2] = {{modified_s, 0}, {modified_s, 0}};
    require(futimens(fd, times) == 0);
    close(fd);
}

struct ringlog_handler_counts counts_of(ringlog_handler *handler)
{
    struct ringlog_handler_counts counts;
    require(ringlog_handler_stats(handler, &counts) == 0);
    return counts;
}

unsigned long reports;
char last_report[512];

void note_report(const char *message, void *context)
{
    (void)context;
    snprintf(last_report, sizeof last_report, "%s", message);
    __atomic_fetch_add(&reports, 1, __ATOMIC_RELEASE);
}
