/* What a peer is: the contract between peer_main, which places threads, measures and reports, and
 * the file that knows one logger. C, and C++.
 *
 * A peer's file defines what is declared here; its loops by including calls.h. Rules for all of
 * them, so that figures compare:
 *
 *     its queue holds ring_bytes a thread, or as many records as that comes to;
 *     a full queue makes the caller wait: nothing is lost;
 *     a line of text has date and time in microseconds or finer, level, thread id, file:line and
 *     the message; a binary file has what such lines can be made of;
 *     call sites are compiled as users do, with -O2.
 */
#ifndef BENCH_PEERS_PEER_H
#define BENCH_PEERS_PEER_H

#include "table.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct peer_options {
    const char *path; /* the file, new; a peer of many files makes a folder of it */
    const char *variant;
    size_t ring_bytes;
    unsigned threads; /* that will log */
};

/* What the peer can be told to be, the default first; NULL at the end. Text, binary, clocks. */
extern const char *const peer_variants[];

/* Opens the file and starts the threads of the peer's own. 0, or -1 having said why on stderr. */
int peer_start(const struct peer_options *options);

/* On each thread before it logs, and when it has. */
void peer_thread_start(void);
void peer_thread_end(void);

/* Once, after that. Returns when all that was logged is in the file. 0, or -1 having said why on
 * stderr. */
int peer_finish(void);

/* CPU seconds of other processes that work for this one. */
double peer_cpu_elsewhere(void);

/* By message. Each logs it `count` times from that row of the table on; `time` times each call by
 * itself, in ticks of timer.h. */
struct peer_loop {
    void (*log)(const struct columns *columns, size_t row, unsigned count);
    void (*time)(const struct columns *columns, size_t row, unsigned count, uint32_t *ticks);
};
extern const struct peer_loop peer_loops[PEER_MESSAGES];

#ifdef __cplusplus
}
#endif

#endif
