/* What handlers that deliver to a server share: one message at a time on its way, tried again with
 * growing pauses until it is delivered or given up.
 *
 * Records come from the isolation's queue by the handler's `write`, which keeps them. `tick` has
 * the handler load a message of them when it is time, sends it, and has the handler judge the
 * outcome. All of it on the handler's own thread. */
#ifndef RL_NET_COURIER_H
#define RL_NET_COURIER_H

#include "handlers/handler.h"
#include "net/transport.h"

enum rl_verdict { RL_DELIVERED, RL_AGAIN, RL_GIVEN_UP };

struct rl_courier;

struct rl_courier_ops {
    /* Puts the next message together, if it is time for it or `hurry` lets it be: 0. Otherwise when
     * that will be (monotonic ns), < 0: never, nothing is kept. */
    int64_t (*load)(struct rl_courier *courier, bool hurry, int64_t now_ns);
    /* Sets the options of this try on transport.easy. 0 or a negative errno with its error told. */
    int (*address)(struct rl_courier *courier);
    /* RL_AGAIN: it may set not_before_ns. */
    enum rl_verdict (*judge)(struct rl_courier *courier, const struct rl_outcome *outcome);
    /* The message is delivered or given up. */
    void (*unload)(struct rl_courier *courier);
    /* Gives up all that is kept beside the message; returns how many records that was. */
    uint64_t (*clear)(struct rl_courier *courier);
};

/* The first member of such a handler. */
struct rl_courier {
    struct ringlog_handler base;
    const struct rl_courier_ops *ops;
    struct rl_transport transport;
    bool once; /* one try a message */

    /* The message. `load` sets its bytes and records. */
    bool loaded;
    struct rl_buffer message;
    uint64_t records;
    unsigned failures;
    int64_t retry_ns;      /* when to try again, monotonic; 0: at once */
    int64_t not_before_ns; /* and when not yet, whatever the hurry */
    bool tried_at_end;
};

static inline struct rl_courier *rl_courier_of(struct ringlog_handler *handler)
{
    return (struct rl_courier *)(void *)handler;
}

/* For struct rl_handler_ops. */
int64_t rl_courier_tick(struct ringlog_handler *handler, struct rl_tick *why);
void rl_courier_abandon(struct ringlog_handler *handler);

/* In a fork child: what the parent has on its way is the parent's. */
void rl_courier_forked(struct rl_courier *courier);

/* The end: what is left is lost. */
void rl_courier_close(struct rl_courier *courier);

/* Bytes that the handler keeps, for figures. */
void rl_courier_note_kept(struct rl_courier *courier, size_t bytes);

/* Always isolated. 0 or a negative errno. */
int rl_courier_init(struct rl_courier *courier, const struct rl_handler_ops *handler_ops,
                    const struct rl_courier_ops *ops,
                    const struct ringlog_isolation_options *isolation);

/* A timeout_ms of 0 is the default. -EINVAL for what is out of range. `what`: whose it is. */
int rl_courier_timeout(const char *what, uint32_t *timeout_ms);

#endif
