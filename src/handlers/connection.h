/* A connected socket that comes back: what the handlers that send to a server share.
 *
 * Runs in a handler's `write` and `idle`, on the handler's own thread: nothing here waits longer than
 * RL_CONNECTION_WAIT_MS, but for the resolver. A broken connection is made again, at once if it had
 * lasted, otherwise after a wait that doubles. */
#ifndef RL_HANDLERS_CONNECTION_H
#define RL_HANDLERS_CONNECTION_H

#include "base/file_id.h"
#include "handlers/address.h"
#include "handlers/handler.h"
#include "ringlog/network.h"

#include <netdb.h>

/* Short of what an isolated handler's `write` may wait, so that shutdown finds its thread in time.
 */
#define RL_CONNECTION_WAIT_MS 50

struct rl_connection {
    struct rl_address address;
    struct ringlog_connection_options options; /* no zeros left */
    enum { RL_CONNECTION_CLOSED, RL_CONNECTION_PENDING, RL_CONNECTION_OPEN } state;
    bool is_stream;  /* of the socket there is */
    uint64_t number; /* of connections so far: a new one has been sent nothing yet */

    /* The socket. An application that closes all descriptors may have given the number to another
     * one of its own, to which not one byte of ours may go. */
    int fd;
    struct rl_file_id id;

    int64_t until_ns;  /* closed: not before; pending: not longer; monotonic */
    int64_t opened_ns; /* monotonic */
    uint32_t delay_ms; /* the last wait; 0: none yet */

    struct addrinfo *found;      /* what the host's name stands for */
    const struct addrinfo *next; /* of them not tried yet */
    const char *lookup_error;    /* of the resolver, where errno has no word for it */
};

/* `address` is set by the caller. 0, or -EINVAL with its error told. */
int rl_connection_init(struct rl_connection *connection,
                       const struct ringlog_connection_options *options);

/* Refuses what would let a server delay the writer. 0, or -EINVAL with its error told. */
int rl_connection_check_isolation(const struct ringlog_isolation_options *options);

/* 0: open; -EAGAIN: not yet, it has waited. Failures are reported as the handler's. */
int rl_connection_open(struct rl_connection *connection, struct ringlog_handler *handler);

/* It does not work any more, for this reason (errno): reports that, and closes it. */
void rl_connection_break(struct rl_connection *connection, struct ringlog_handler *handler,
                         int error);

/* Reports an error of sending that leaves the connection as it is. */
void rl_connection_report(const struct rl_connection *connection, struct ringlog_handler *handler,
                          const char *what, int error);

/* Waits until the kernel would take more. */
void rl_connection_await_room(const struct rl_connection *connection);
void rl_connection_pause(int64_t until_ns);

/* In a fork child: the connection is the parent's. */
void rl_connection_forked(struct rl_connection *connection);
void rl_connection_close(struct rl_connection *connection);

#endif
