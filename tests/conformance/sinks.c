#include "sinks.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct sink {
    const char *name;
    int fd;
    struct sink *next;
};

static struct sink *add_sink(struct run *run, const char *name, int fd)
{
    struct sink *sink = malloc(sizeof *sink);
    if (sink == NULL || fd < 0)
        trouble("sink \"%s\": %s", name, strerror(errno));
    *sink = (struct sink){name, fd, run->sinks};
    run->sinks = sink;
    return sink;
}

static void take_descriptor(struct run *run, const char *name, int number)
{
    const int fd = memfd_create(name, 0);
    if (fd < 0 || dup2(fd, number) != number)
        trouble("sink \"%s\": %s", name, strerror(errno));
    close(fd);
    add_sink(run, name, number);
}

static int saved_stderr = STDERR_FILENO;

int driver_stderr(void)
{
    return saved_stderr;
}

void sinks_take_standard(struct run *run)
{
    saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    take_descriptor(run, "stdout", STDOUT_FILENO);
    take_descriptor(run, "stderr", STDERR_FILENO);
}

int sink_fd(struct run *run, const char *name)
{
    for (struct sink *sink = run->sinks; sink != NULL; sink = sink->next)
        if (strcmp(sink->name, name) == 0)
            return sink->fd;
    return add_sink(run, name, memfd_create(name, MFD_CLOEXEC))->fd;
}

char *text_of_fd(int fd, size_t *length)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        trouble("fstat: %s", strerror(errno));
    const size_t bytes = (size_t)status.st_size;
    char *text = malloc(bytes + 1);
    if (text == NULL || pread(fd, text, bytes, 0) != (ssize_t)bytes)
        trouble("read: %s", strerror(errno));
    text[bytes] = '\0';
    *length = bytes;
    return text;
}

char *sink_text(struct run *run, const char *name, size_t *length)
{
    return text_of_fd(sink_fd(run, name), length);
}

json_t *sinks_found(struct run *run)
{
    json_t *found = json_array();
    for (struct sink *sink = run->sinks; sink != NULL; sink = sink->next) {
        size_t length;
        char *text = text_of_fd(sink->fd, &length);
        json_array_append_new(found, json_pack("{s:s, s:o}", "name", sink->name, "text",
                                               json_stringn_nocheck(text, length)));
        free(text);
    }
    return found;
}
