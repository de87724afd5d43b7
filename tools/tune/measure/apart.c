#include "measure/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool write_all(int fd, const void *bytes, size_t count)
{
    for (const char *at = bytes; count != 0;) {
        const ssize_t written = write(fd, at, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        count -= (size_t)written;
    }
    return true;
}

static bool read_all(int fd, void *bytes, size_t count)
{
    for (char *at = bytes; count != 0;) {
        const ssize_t got = read(fd, at, count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        count -= (size_t)got;
    }
    return true;
}

static _Noreturn void work_and_tell(apart_work work, const void *task, size_t bytes, int to)
{
    /* Who interrupts the tool ends this too. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char why[APART_WHY_BYTES] = "";
    void *result = calloc(1, bytes);
    const bool done = result != NULL && work(task, result, why);
    if (!done && why[0] == '\0')
        snprintf(why, sizeof why, "out of memory");
    const bool told = write_all(to, why, sizeof why) && (!done || write_all(to, result, bytes));
    free(result);
    /* What has failed might hold up the end of the library as well. */
    if (!done)
        _exit(EXIT_FAILURE);
    exit(told ? EXIT_SUCCESS : EXIT_FAILURE);
}

static bool failed(char why[APART_WHY_BYTES], const char *what)
{
    snprintf(why, APART_WHY_BYTES, "%s: %s", what, strerror(errno));
    return false;
}

bool apart_run(apart_work work, const void *task, void *result, size_t bytes,
               char why[APART_WHY_BYTES])
{
    int pipe_of[2];
    if (pipe2(pipe_of, O_CLOEXEC) != 0)
        return failed(why, "pipe");
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        close(pipe_of[0]);
        work_and_tell(work, task, bytes, pipe_of[1]);
    }
    close(pipe_of[1]);
    if (child < 0) {
        close(pipe_of[0]);
        return failed(why, "fork");
    }
    snprintf(why, APART_WHY_BYTES, "the process that measures has died");
    const bool done = read_all(pipe_of[0], why, APART_WHY_BYTES) && why[0] == '\0' &&
                      read_all(pipe_of[0], result, bytes);
    close(pipe_of[0]);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return done;
}
