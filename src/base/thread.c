#include "base/thread.h"

#include "base/once.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

__thread bool rl_library_thread;

pthread_mutex_t *rl_fork_proof_mutex(pthread_mutex_t **slot)
{
    /* Zero bytes are an unlocked mutex, in this process and in a child. */
    static pthread_mutex_t without_memory = PTHREAD_MUTEX_INITIALIZER;
    return rl_once_wiped((void **)slot, sizeof **slot, &without_memory);
}

static pthread_mutex_t *libc_mutex;

void rl_libc_lock(void)
{
    pthread_mutex_lock(rl_fork_proof_mutex(&libc_mutex));
}

void rl_libc_unlock(void)
{
    pthread_mutex_unlock(rl_fork_proof_mutex(&libc_mutex));
}

struct start {
    void *(*run)(void *);
    void *argument;
    char name[16];
};

static void *begin(void *argument)
{
    struct start start = *(struct start *)argument;
    free(argument);
    rl_library_thread = true;
    pthread_setname_np(pthread_self(), start.name);
    return start.run(start.argument);
}

int rl_thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *argument)
{
    struct start *start = calloc(1, sizeof *start);
    if (start == NULL)
        return -ENOMEM;
    start->run = run;
    start->argument = argument;
    strncpy(start->name, name, sizeof start->name - 1);
    /* The new thread inherits the mask: signals are the application's. */
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    const int error = pthread_create(thread, NULL, begin, start);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (error != 0)
        free(start);
    return -error;
}

int rl_thread_join(pthread_t thread, int timeout_ms)
{
    if (timeout_ms < 0)
        return -pthread_join(thread, NULL);
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += timeout_ms / 1000;
    deadline.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_sec++;
        deadline.tv_nsec -= 1000000000;
    }
    return -pthread_timedjoin_np(thread, NULL, &deadline);
}
