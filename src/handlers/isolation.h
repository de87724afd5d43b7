/* Isolation: a bounded queue and a thread of its own for a handler that may be slow.
 *
 * The writer hands over whole batches of bytes; the thread writes them. What a dead server or a
 * stopped terminal delays is this queue alone. A handler with a schedule of its own (a digest, a
 * retry) has its `tick` called by the same thread. */
#ifndef RL_HANDLERS_ISOLATION_H
#define RL_HANDLERS_ISOLATION_H

#include "handlers/handler.h"

/* The queue of one handler, on a private page that a fork child finds zeroed: the child's queue is
 * empty and its thread starts with the child's first batch. */
int rl_isolation_new(struct rl_isolation **isolation,
                     const struct ringlog_isolation_options *options);

/* Writer: hands over what was appended, by the queue's policy when it is full. */
void rl_isolation_push(struct ringlog_handler *handler);

/* Nothing is queued; the handler may still keep something. */
bool rl_isolation_is_empty(struct ringlog_handler *handler);
/* Neither is anything queued, nor does the handler keep anything. */
bool rl_isolation_is_idle(struct ringlog_handler *handler);

/* Everything that is there now shall go out soon: rl_isolation_wait() without the wait, so that
 * several handlers can be hurried before one is waited for. */
void rl_isolation_hurry(struct ringlog_handler *handler);
bool rl_isolation_wait(struct ringlog_handler *handler, int64_t deadline_ns);

/* The same for rl_isolation_stop(): nothing comes any more. */
void rl_isolation_end(struct ringlog_handler *handler, int64_t deadline_ns);

/* Delivers what it can until the deadline, then gives up the rest, counted as lost, and ends the
 * thread. false: something was given up. */
bool rl_isolation_stop(struct ringlog_handler *handler, int64_t deadline_ns);

/* After rl_isolation_stop(): the thread did not end, being stuck in a write or a callback. It goes
 * on using the handler. */
bool rl_isolation_runs(const struct rl_isolation *isolation);

/* The handler is no longer anybody's: its thread delivers what is queued, then closes and frees it.
 * false: there is no such thread, and nothing is queued. */
bool rl_isolation_orphan(struct ringlog_handler *handler);

/* Waits until no orphan has anything left to deliver; false: not until the deadline. */
bool rl_isolation_await_orphans(int64_t deadline_ns);
void rl_isolation_free(struct rl_isolation *isolation);

#endif
