/* From a handler's queue to a server: messages by datagrams or on a stream, over a connection that
 * comes back.
 *
 * On a stream, what the kernel took is kept until the peer has acknowledged it (SIOCOUTQ), and sent
 * again, message by message, on the next connection: so a connection that breaks, or a peer that
 * dies without a word, costs no message that was still on its way. */
#ifndef RL_HANDLERS_OUTLET_H
#define RL_HANDLERS_OUTLET_H

#include "base/buffer.h"
#include "handlers/connection.h"
#include "handlers/frames.h"

struct rl_outlet {
    struct rl_connection connection;
    rl_framing *on_stream;
    rl_framing *as_datagram;

    uint64_t used;         /* number of the connection that the following is about */
    struct rl_buffer sent; /* messages that the kernel took and the peer may not have */
    size_t settled;        /* bytes at its front that the peer has */
    size_t repeated;       /* bytes at its front that this connection was given; >= settled */
    size_t partial;        /* wire bytes of the message in between that are out */
    /* Wire bytes of this connection: that the kernel took, that the peer is known to have. */
    uint64_t wire_sent, wire_settled;
};

/* For struct rl_handler_ops: sends what it can of whole messages. */
ssize_t rl_outlet_write(struct rl_outlet *outlet, struct ringlog_handler *handler,
                        const char *bytes, size_t length);
/* The same: sends again what a stream that broke when all was written had not brought to its peer.
 */
int64_t rl_outlet_idle(struct rl_outlet *outlet, struct ringlog_handler *handler);
void rl_outlet_forked(struct rl_outlet *outlet);

/* Counts as lost what a broken connection has left. */
void rl_outlet_close(struct rl_outlet *outlet, struct ringlog_handler *handler);

#endif
