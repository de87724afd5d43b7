#include "net/at_exit.h"

#include "ringlog/ringlog.h"

#include <stdlib.h>
#include <unistd.h>

/* What exit(3) waits for at most: for the logger, and for who was left behind. */
#define SHUTDOWN_MS 5000
#define LEAVE_MS    2000

static unsigned inside; /* threads in libcurl; atomic */
static bool leaving;    /* none may enter any more; atomic */
static pid_t process;   /* whose threads they are; atomic, relaxed */

bool rl_exit_enter(void)
{
    __atomic_store_n(&process, getpid(), __ATOMIC_RELAXED);
    /* Edge exit, sequentially consistent: either the exit sees this thread, or this thread sees the
     * exit, so that none is in there unseen. Pairs with: exit.look. */
    __atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST); /* exit.enter */
    /* Pairs with: exit.begin. */
    if (!__atomic_load_n(&leaving, __ATOMIC_SEQ_CST)) /* exit.ask */
        return true;
    rl_exit_leave();
    return false;
}

void rl_exit_leave(void)
{
    /* So that all it did in there is done before others take it apart. Pairs with: exit.look. */
    __atomic_fetch_sub(&inside, 1, __ATOMIC_RELEASE); /* exit.leave */
}

void rl_exit_forked(void)
{
    __atomic_store_n(&inside, 0, __ATOMIC_RELAXED);
}

static void leave_at_exit(void)
{
    ringlog_shutdown(SHUTDOWN_MS);
    if (__atomic_load_n(&process, __ATOMIC_RELAXED) != getpid())
        return; /* a child that sent nothing */
    /* Pairs with: exit.ask. */
    __atomic_store_n(&leaving, true, __ATOMIC_SEQ_CST); /* exit.begin */
    for (int i = 0; i < LEAVE_MS; i++) {
        /* Pairs with: exit.enter, exit.leave. */
        if (__atomic_load_n(&inside, __ATOMIC_SEQ_CST) == 0) /* exit.look */
            return;
        usleep(1000);
    }
}

void rl_exit_watch(void)
{
    atexit(leave_at_exit);
}
