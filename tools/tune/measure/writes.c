#include "measure/clock.h"
#include "measure/measure.h"
#include "measure/quantile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* About what a busy logger hands to the file system, and not so much that the disk is all that is
 * measured: 64 MB a second. */
#define WRITE_BYTES  (64 * 1024)
#define EVERY_NS     1000000
#define LEAST_WRITES 20

static bool take_writes(int fd, double seconds, struct samples *us)
{
    static char bytes[WRITE_BYTES];
    memset(bytes, 'x', sizeof bytes);
    const struct timespec pause = {.tv_nsec = EVERY_NS};
    const int64_t end = now_ns() + (int64_t)(seconds * 1e9);
    for (unsigned i = 0; i < LEAST_WRITES || now_ns() < end; i++) {
        const int64_t begin = now_ns();
        if (write(fd, bytes, sizeof bytes) < 0)
            return false;
        if (!samples_add(us, (double)(now_ns() - begin) / 1000))
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

bool measure_writes(const void *task_of, void *result, char why[APART_WHY_BYTES])
{
    const struct task *task = task_of;
    struct writes *writes = result;
    const int fd = target_open_plain(&task->target, why);
    if (fd < 0)
        return false;
    struct samples us = {.values = NULL};
    const bool done = take_writes(fd, task->seconds, &us);
    if (!done)
        snprintf(why, APART_WHY_BYTES, "write: %s", strerror(errno));
    close(fd);
    samples_sort(&us);
    *writes = (struct writes){
        .p50_us = samples_quantile(&us, 0.5),
        .longest_us = samples_quantile(&us, 1),
        .samples = us.count,
        .bytes = WRITE_BYTES,
    };
    samples_free(&us);
    return done;
}
