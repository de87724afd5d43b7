#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static cpu_set_t allowed;

__attribute__((constructor)) static void read_allowed(void)
{
    sched_getaffinity(0, sizeof allowed, &allowed);
}

static int last_but(int core)
{
    for (int last = CPU_SETSIZE - 1; last >= 0; last--)
        if (CPU_ISSET(last, &allowed) && last != core)
            return last;
    return core;
}

int place_last_core(void)
{
    return last_but(-1);
}

int place_other_core(int core)
{
    return last_but(core);
}

static void place(pid_t thread, int core)
{
    cpu_set_t cores = allowed;
    if (core >= 0) {
        CPU_ZERO(&cores);
        CPU_SET(core, &cores);
    }
    if (sched_setaffinity(thread, sizeof cores, &cores) != 0 && errno != ESRCH)
        fprintf(stderr, "sched_setaffinity: %s\n", strerror(errno));
}

void place_self(int core)
{
    place(0, core);
}

void place_others(int core)
{
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL)
        return;
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        const pid_t thread = atoi(task->d_name);
        if (thread > 0 && thread != gettid())
            place(thread, core);
    }
    closedir(tasks);
}
