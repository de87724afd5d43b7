/* libcurl's TLS library takes itself apart at exit(3), by a handler of its own, whoever is using
 * it. So ours, registered later and thus run before, shuts the logger down first, and then waits a
 * moment for threads that shutdown had to leave behind. */
#ifndef RL_NET_AT_EXIT_H
#define RL_NET_AT_EXIT_H

#include <stdbool.h>

/* Once, after libcurl has been initialised. */
void rl_exit_watch(void);

/* Around all that goes into libcurl. false: the process is leaving, keep out. */
bool rl_exit_enter(void);
void rl_exit_leave(void);

/* In a fork child: who was in there is the parent's. */
void rl_exit_forked(void);

#endif
