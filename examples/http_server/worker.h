/* One thread with its own listener, its own epoll set and its own connections. */
#ifndef WORKER_H
#define WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct connection;

struct worker {
    pthread_t thread;
    unsigned number; /* from 1 */
    int listener;
    int epoll;
    int stop; /* an eventfd of all workers: readable when it is time to stop; the server's */
    bool accepting;
    bool told_to_stop;
    bool stopping;
    uint64_t swept_at_us;
    uint64_t stop_by_us;
    struct connection *all;
    struct connection *parked; /* soonest first */
};

/* Takes over the listener. 0, or a negative errno; then nothing runs. */
int worker_start(struct worker *worker, unsigned number, int listener, int stop);
void worker_join(struct worker *worker);

#endif
