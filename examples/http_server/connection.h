/* One client: its bytes in, the request being served, its bytes out.
 *
 * A connection serves one request after the other, in the order in which they came; what else is
 * in the input waits. It belongs to one worker, and nobody else touches it. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "app.h"
#include "http_parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONNECTION_INPUT_BYTES = 2 * HTTP_MAX_HEAD_BYTES,
    CONNECTION_HEAD_BYTES = 512, /* the most that a response's own head takes */
    CONNECTION_OUTPUT_BYTES = 2 * (APP_MAX_BODY_BYTES + CONNECTION_HEAD_BYTES)
};

enum connection_state {
    CONNECTION_SERVING,   /* reads, answers */
    CONNECTION_PARKED,    /* a response waits for its time, resume_at_us */
    CONNECTION_LINGERING, /* all is said; reads what the client still sends, so that closing does
                             not reset the connection under our last words */
    CONNECTION_OVER       /* to be freed by its worker */
};

struct connection {
    int fd;
    enum connection_state state;
    bool closing;      /* no more requests: the last response says so */
    bool read_all;     /* the client has ended its side */
    uint32_t interest; /* of epoll, as last set */
    uint64_t active_at_us;
    uint64_t resume_at_us;
    struct connection *next, *previous; /* all of the worker's */
    struct connection *next_parked;     /* in the order of resume_at_us */

    struct http_request request;
    struct app_response response;
    uint64_t started_at_us; /* when the request's head was complete */
    uint64_t skip_bytes;    /* of a body nobody wants */

    size_t input_length;
    size_t scanned;
    size_t output_length;
    size_t output_sent;
    char input[CONNECTION_INPUT_BYTES + 1];
    char output[CONNECTION_OUTPUT_BYTES];
};

/* Responses slower than this are logged at WARNING. Set before the first worker starts. */
void connection_set_slow_us(uint64_t slow_us);

/* Takes over the descriptor. NULL without memory; the descriptor is then closed. */
struct connection *connection_new(int fd);
void connection_free(struct connection *connection);

/* Reads, serves and writes as far as it goes without waiting. */
void connection_advance(struct connection *connection);

/* The parked response's time has come. */
void connection_resume(struct connection *connection);

/* The client is gone. */
void connection_lose(struct connection *connection);

/* No more requests after the one under way. */
void connection_finish(struct connection *connection);

/* What to wait for, as epoll events. */
uint32_t connection_wants(const struct connection *connection);

#endif
