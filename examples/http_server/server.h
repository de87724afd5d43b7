/* The server: a number of workers that share a port. */
#ifndef SERVER_H
#define SERVER_H

#include "worker.h"

#include <stdint.h>

enum { SERVER_MAX_WORKERS = 64 };

struct server {
    uint16_t port;
    int stop; /* eventfd */
    unsigned worker_count;
    struct worker workers[SERVER_MAX_WORKERS];
};

/* Starts on this port of 127.0.0.1, 0 for a free one. 0, or a negative errno. */
int server_start(struct server *server, uint16_t port, unsigned workers);

/* Lets requests under way finish, for three seconds at most, and ends the workers. */
void server_stop(struct server *server);

#endif
