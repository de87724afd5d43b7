/* The writer: the one thread that takes records out of the rings, puts them in order of time, and
 * hands them to the handlers. This header is what the library's entry points know of it. */
#ifndef RL_WRITER_WRITER_H
#define RL_WRITER_WRITER_H

#include <stdbool.h>
#include <stdint.h>

/* What ringlog_init() decided about writing; immutable, kept for ever. */
struct rl_writer_options {
    int64_t flush_interval_ns;
    int64_t order_window_ns;
    bool monotonic_clock;
    int64_t coarse_clock_ns; /* between two turns of the coarse clock; 0: none */
    char process_name[64];
};

/* Starts the writer of this process. 0 or a negative errno. */
int rl_writer_start(const struct rl_writer_options *options);

bool rl_writer_is_running(void);

/* Waits until everything logged before has been handed to the handlers and written by those that
 * write on the writer's thread; `deliver`: and until isolated ones are done. 0 or -ETIMEDOUT. */
int rl_writer_flush(int timeout_ms, bool deliver);

/* Has every handler put what it wrote on the disk. 0 or the first negative errno. */
int rl_writer_sync(void);

/* Writes what is there, closes the handlers, ends the thread. The settings say "stopped" already.
 * 0, or -ETIMEDOUT when something was left behind or the thread has not ended: it then still runs,
 * and this may be called again. */
int rl_writer_stop(int timeout_ms);

/* Has the writer close the handler, and waits for it. 0; -ENOMEM; -ETIMEDOUT: it hangs in some
 * handler, and will close this one when it goes on. */
struct ringlog_handler;
int rl_writer_close_handler(struct ringlog_handler *handler);

/* Records show this process name from the caller's next record on. 0 or -ENOMEM. */
int rl_writer_set_process_name(const char *name);

/* What changes of configuration wait for: rl_config_barrier. */
void rl_writer_barrier(void);

/* A thread got a ring: in a fork child this starts the child's own writer. false: it could not. */
bool rl_writer_on_attach(void);

struct rl_writer_counts {
    uint64_t written;
    uint64_t late;
    uint64_t lateness_max_ns;
    uint64_t undefined; /* records that carried their site */
    uint64_t looks;
};

void rl_writer_counts(struct rl_writer_counts *counts);

#endif
