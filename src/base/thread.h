/* The library's own threads. */
#ifndef RL_BASE_THREAD_H
#define RL_BASE_THREAD_H

#include "base/export.h"

#include <pthread.h>
#include <stdbool.h>

/* True on the library's own threads: what they log is dropped and counted. */
extern __thread bool rl_library_thread;

/* A mutex that a fork child finds free, whoever held it: made at first use, kept in *slot. */
pthread_mutex_t *rl_fork_proof_mutex(pthread_mutex_t **slot);

/* Around calls that take a lock inside libc which fork(2) does not reset in the child (the time
 * zone's, the locale's): our fork handlers take it too, so that no fork finds us in there. */
RL_SHARED void rl_libc_lock(void);
RL_SHARED void rl_libc_unlock(void);

/* Starts a thread that receives no signals, under this name (15 bytes). The start routine runs with
 * rl_library_thread set. 0 or a negative errno. */
int rl_thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *argument);

/* pthread_join() with a deadline in ms (< 0: none): 0, or -ETIMEDOUT. */
int rl_thread_join(pthread_t thread, int timeout_ms);

#endif
