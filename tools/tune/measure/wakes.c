#include "measure/clock.h"
#include "measure/measure.h"
#include "measure/quantile.h"

#include <errno.h>
#include <linux/futex.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of a second at least so many samples, and then some. */
#define LEAST_SLEEPS 20
#define MOST_SLEEP   0.002 /* of the time there is */

/* As the writer sleeps: on a word that nobody changes. */
static void sleep_ns(int64_t ns)
{
    static uint32_t word;
    const struct timespec timeout = {ns / 1000000000, ns % 1000000000};
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0);
}

bool measure_wakes(const void *task_of, void *result, char why[APART_WHY_BYTES])
{
    const struct task *task = task_of;
    struct lateness *lateness = result;
    (void)why;
    struct samples late_us = {.values = NULL};
    lateness->asked_us = floor(fmax(fmin(task->sleep_us, task->seconds * 1e6 * MOST_SLEEP), 10));
    const int64_t ask_ns = (int64_t)(lateness->asked_us * 1000);
    const int64_t end = now_ns() + (int64_t)(task->seconds * 1e9);
    const int64_t cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    bool done = true;
    for (unsigned i = 0; done && (i < LEAST_SLEEPS || now_ns() < end); i++) {
        const int64_t begin = now_ns();
        sleep_ns(ask_ns);
        /* A signal ends a sleep early, and says nothing. */
        const int64_t late_ns = now_ns() - begin - ask_ns;
        if (late_ns >= 0)
            done = samples_add(&late_us, (double)late_ns / 1000);
    }
    lateness->cpu_us =
        (double)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu) / 1000 / fmax((double)late_us.count, 1);
    samples_sort(&late_us);
    lateness->samples = late_us.count;
    lateness->p50_us = samples_quantile(&late_us, 0.5);
    lateness->p99_us = samples_quantile(&late_us, 0.99);
    lateness->p999_us = samples_quantile(&late_us, 0.999);
    lateness->max_us = samples_quantile(&late_us, 1);
    samples_free(&late_us);
    return done;
}
