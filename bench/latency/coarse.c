#include "coarse.h"

#include "../clocks.h"

#include <ringlog/ringlog.h>

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LOOKS 4000

/* First word of a file of one of this process's threads. */
static int read_word(const char *thread, const char *name, char word[64])
{
    char path[300];
    snprintf(path, sizeof path, "/proc/self/task/%s/%s", thread, name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -1;
    const int read = fscanf(file, "%63s", word);
    fclose(file);
    return read == 1 ? 0 : -1;
}

/* Time that the clock's thread has run, in ns; NAN: no such thread, or a kernel that does not say.
 */
static double run_time(void)
{
    double ns = NAN;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL)
        return ns;
    char word[64];
    for (struct dirent *task; (task = readdir(tasks)) != NULL;)
        if (read_word(task->d_name, "comm", word) == 0 && strcmp(word, "ringlog-tick") == 0 &&
            read_word(task->d_name, "schedstat", word) == 0)
            sscanf(word, "%lf", &ns);
    closedir(tasks);
    return ns;
}

/* Where a core is busy, the thread may not have come to give itself its name. */
static void await_thread(void)
{
    for (int i = 0; i < 1000 && isnan(run_time()); i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* At moments that have nothing to do with the clock's. */
static void wait_a_while(unsigned turn)
{
    const double until = seconds_of(CLOCK_MONOTONIC) + 3e-4 + turn * 7919 % 700000 / 1e9;
    while (seconds_of(CLOCK_MONOTONIC) < until)
        ;
}

int coarse_measure(struct coarse *coarse, double ns_per_tick)
{
    const uint64_t *ticks_at = ringlog_producer_->ticks_at;
    struct samples ages;
    if (ticks_at == NULL)
        return -EINVAL;
    if (samples_init(&ages, LOOKS) < 0)
        return -ENOMEM;
    await_thread();
    const double begin = seconds_of(CLOCK_MONOTONIC), begin_run = run_time();
    for (unsigned i = 0; i < LOOKS; i++) {
        wait_a_while(i);
        const uint64_t kept = __atomic_load_n(ticks_at, __ATOMIC_RELAXED);
        samples_add(&ages, (uint32_t)(ringlog_ticks_() - kept));
    }
    coarse->core_share = (run_time() - begin_run) / 1e9 / (seconds_of(CLOCK_MONOTONIC) - begin);
    coarse->age_ns = samples_summarise(&ages, ns_per_tick, 0);
    samples_free(&ages);
    return 0;
}
