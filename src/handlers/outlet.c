#include "handlers/outlet.h"

#include "base/os.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* More than this is not kept: the peer has to acknowledge first. */
#define SENT_MAX_BYTES ((size_t)1 << 20)
/* Messages for one system call. */
#define BATCH 64
/* How often an idle stream is looked at whose peer does not have all yet. */
#define LOOK_NS INT64_C(200000000)
/* How long the peer's acknowledgements, and the kernel's buffers, are given. */
#define PAUSE_NS INT64_C(5000000)

/* ---- datagrams ---- */

/* Whether the connection's very first datagram was refused: on the machine itself that is known at
 * once, and saves it. */
static int error_of_first(const struct rl_outlet *outlet)
{
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(outlet->connection.fd, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

static int send_datagram(struct rl_outlet *outlet, const struct rl_frame *frame)
{
    struct rl_connection *connection = &outlet->connection;
    ssize_t sent;
    do
        sent = send(connection->fd, frame->wire, frame->wire_bytes, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return errno;
    if (outlet->used == connection->number)
        return 0;
    outlet->used = connection->number;
    return error_of_first(outlet);
}

/* The kernel has no room, or the peer. */
static ssize_t wait_for_room(const struct rl_outlet *outlet, int error)
{
    if (error == EAGAIN)
        rl_connection_await_room(&outlet->connection);
    else
        rl_connection_pause(rl_monotonic_ns() + PAUSE_NS);
    return -EAGAIN;
}

/* 0: go on behind the datagram; else what `write` returns. */
static ssize_t fail_datagram(struct rl_outlet *outlet, struct ringlog_handler *handler, int error,
                             bool is_first)
{
    if (error == EAGAIN || error == ENOBUFS)
        return wait_for_room(outlet, error);
    if (error == EMSGSIZE) {
        rl_connection_report(&outlet->connection, handler, "send to", error);
        rl_handler_count_lost(handler, 1);
        return 0;
    }
    /* A refusal is that of an earlier datagram, unless nothing was sent before this one. */
    if (error == ECONNREFUSED && outlet->connection.address.kind == RL_ADDRESS_UDP && !is_first)
        rl_handler_count_lost(handler, 1);
    rl_connection_break(&outlet->connection, handler, error);
    return -EAGAIN;
}

static ssize_t write_datagrams(struct rl_outlet *outlet, struct ringlog_handler *handler,
                               const char *bytes, size_t length)
{
    size_t taken = 0;
    for (int i = 0; i < BATCH && taken < length; i++) {
        const struct rl_frame frame = outlet->as_datagram(bytes + taken, length - taken);
        const bool is_first = outlet->used != outlet->connection.number;
        const int error = send_datagram(outlet, &frame);
        const ssize_t result = error == 0 ? 0 : fail_datagram(outlet, handler, error, is_first);
        if (result < 0)
            return taken != 0 ? (ssize_t)taken : result;
        taken += frame.bytes;
    }
    return (ssize_t)taken;
}

/* ---- streams: what the peer has ---- */

static void begin_again(struct rl_outlet *outlet)
{
    outlet->used = outlet->connection.number;
    outlet->repeated = outlet->settled;
    outlet->partial = 0;
    outlet->wire_sent = outlet->wire_settled = 0;
}

/* Drops the front that the peer has, when that is most of it. */
static void compact(struct rl_outlet *outlet)
{
    struct rl_buffer *sent = &outlet->sent;
    if (outlet->settled < sent->length - outlet->settled)
        return;
    memmove(sent->data, sent->data + outlet->settled, sent->length - outlet->settled);
    sent->length -= outlet->settled;
    outlet->repeated -= outlet->settled;
    outlet->settled = 0;
}

static void settle(struct rl_outlet *outlet, uint64_t on_the_way)
{
    const uint64_t has = on_the_way < outlet->wire_sent ? outlet->wire_sent - on_the_way : 0;
    while (outlet->settled < outlet->repeated) {
        const struct rl_frame frame = outlet->on_stream(outlet->sent.data + outlet->settled,
                                                        outlet->repeated - outlet->settled);
        if (outlet->wire_settled + frame.wire_bytes > has)
            break;
        outlet->wire_settled += frame.wire_bytes;
        outlet->settled += frame.bytes;
    }
    if (outlet->settled != 0)
        compact(outlet);
}

/* Bytes that the peer has not acknowledged; of a Unix socket a little more than it has not read. */
static uint64_t count_on_the_way(const struct rl_outlet *outlet)
{
    int bytes = 0;
    return ioctl(outlet->connection.fd, SIOCOUTQ, &bytes) == 0 ? (uint64_t)bytes
                                                               : outlet->wire_sent;
}

/* 0, or why there is no peer any more. What it says to us is nobody's. */
static int look_at_peer(const struct rl_outlet *outlet)
{
    char ignored[512];
    ssize_t got;
    do
        got = recv(outlet->connection.fd, ignored, sizeof ignored, MSG_DONTWAIT);
    while (got > 0 || (got < 0 && errno == EINTR));
    if (got == 0)
        return EPIPE;
    return errno == EAGAIN ? 0 : errno;
}

/* Learns what the peer has, and whether there still is one: in this order, for a Unix socket whose
 * peer is gone has nothing on its way, read or not. */
static int learn(struct rl_outlet *outlet)
{
    const uint64_t on_the_way = count_on_the_way(outlet);
    const int error = look_at_peer(outlet);
    if (error == 0 || outlet->connection.address.kind == RL_ADDRESS_TCP)
        settle(outlet, on_the_way);
    return error;
}

/* ---- streams: sending ---- */

static size_t gather(const struct rl_outlet *outlet, const char *bytes, size_t length,
                     struct iovec parts[BATCH])
{
    size_t count = 0, at = 0;
    for (; count < BATCH && at < length; count++) {
        const struct rl_frame frame = outlet->on_stream(bytes + at, length - at);
        parts[count].iov_base = (void *)(uintptr_t)frame.wire;
        parts[count].iov_len = frame.wire_bytes;
        at += frame.bytes;
    }
    parts[0].iov_base = (char *)parts[0].iov_base + outlet->partial;
    parts[0].iov_len -= outlet->partial;
    return count;
}

/* Bytes of the messages that are out whole, or a negative errno. */
static ssize_t send_messages(struct rl_outlet *outlet, const char *bytes, size_t length)
{
    struct iovec parts[BATCH];
    const struct msghdr message = {.msg_iov = parts,
                                   .msg_iovlen = gather(outlet, bytes, length, parts)};
    const ssize_t sent = sendmsg(outlet->connection.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
        return -errno;
    outlet->wire_sent += (uint64_t)sent;
    size_t taken = 0;
    outlet->partial += (size_t)sent;
    while (taken < length) {
        const struct rl_frame frame = outlet->on_stream(bytes + taken, length - taken);
        if (outlet->partial < frame.wire_bytes)
            break;
        outlet->partial -= frame.wire_bytes;
        taken += frame.bytes;
    }
    return (ssize_t)taken;
}

static ssize_t fail_stream(struct rl_outlet *outlet, struct ringlog_handler *handler, int error)
{
    if (error == EAGAIN || error == ENOBUFS)
        return wait_for_room(outlet, error);
    if (error != EINTR)
        rl_connection_break(&outlet->connection, handler, error);
    return -EAGAIN;
}

/* What an earlier connection was given and its peer may not have. */
static ssize_t repeat(struct rl_outlet *outlet, struct ringlog_handler *handler)
{
    const ssize_t sent = send_messages(outlet, outlet->sent.data + outlet->repeated,
                                       outlet->sent.length - outlet->repeated);
    if (sent < 0)
        return fail_stream(outlet, handler, (int)-sent);
    outlet->repeated += (size_t)sent;
    return -EAGAIN; /* of what is new nothing is out yet */
}

/* Without memory nothing is kept, and a break costs what is on its way. */
static void keep(struct rl_outlet *outlet, const char *bytes, size_t taken)
{
    struct rl_buffer *sent = &outlet->sent;
    rl_buffer_append(sent, bytes, taken);
    if (sent->failed) {
        sent->failed = false;
        sent->length = outlet->settled = 0;
        outlet->wire_settled = outlet->wire_sent - outlet->partial;
    }
    outlet->repeated = sent->length;
}

/* 0: this connection was given all that was ever written; else what `write` returns. */
static ssize_t catch_up(struct rl_outlet *outlet, struct ringlog_handler *handler)
{
    if (outlet->used != outlet->connection.number)
        begin_again(outlet);
    const int error = learn(outlet);
    if (error != 0)
        return fail_stream(outlet, handler, error);
    return outlet->repeated < outlet->sent.length ? repeat(outlet, handler) : 0;
}

static ssize_t write_stream(struct rl_outlet *outlet, struct ringlog_handler *handler,
                            const char *bytes, size_t length)
{
    const struct rl_buffer *sent = &outlet->sent;
    const ssize_t behind = catch_up(outlet, handler);
    if (behind < 0)
        return behind;
    if (sent->length - outlet->settled >= SENT_MAX_BYTES) {
        rl_connection_pause(rl_monotonic_ns() + PAUSE_NS);
        return -EAGAIN;
    }
    const ssize_t taken = send_messages(outlet, bytes, length);
    if (taken < 0)
        return fail_stream(outlet, handler, (int)-taken);
    keep(outlet, bytes, (size_t)taken);
    return taken;
}

/* ---- the handler's side ---- */

ssize_t rl_outlet_write(struct rl_outlet *outlet, struct ringlog_handler *handler,
                        const char *bytes, size_t length)
{
    const int opened = rl_connection_open(&outlet->connection, handler);
    if (opened < 0)
        return opened;
    return outlet->connection.is_stream ? write_stream(outlet, handler, bytes, length)
                                        : write_datagrams(outlet, handler, bytes, length);
}

int64_t rl_outlet_idle(struct rl_outlet *outlet, struct ringlog_handler *handler)
{
    const struct rl_connection *connection = &outlet->connection;
    const struct rl_buffer *sent = &outlet->sent;
    if (outlet->settled == sent->length)
        return -1;
    if (rl_connection_open(&outlet->connection, handler) == 0) {
        if (!connection->is_stream)
            return -1; /* a server of another kind, which has had its own share */
        catch_up(outlet, handler);
    }
    if (outlet->settled == sent->length)
        return -1;
    if (connection->state == RL_CONNECTION_CLOSED)
        return connection->until_ns;
    const bool goes_on =
        connection->state == RL_CONNECTION_PENDING || outlet->repeated < sent->length;
    return rl_monotonic_ns() + (goes_on ? 0 : LOOK_NS); /* it has waited */
}

void rl_outlet_forked(struct rl_outlet *outlet)
{
    rl_connection_forked(&outlet->connection);
    outlet->sent = (struct rl_buffer){0}; /* the parent's, and perhaps torn: left behind */
    outlet->settled = outlet->repeated = outlet->partial = 0;
}

static uint64_t count_messages(const struct rl_outlet *outlet)
{
    uint64_t count = 0;
    for (size_t at = outlet->settled; at < outlet->sent.length; count++)
        at += outlet->on_stream(outlet->sent.data + at, outlet->sent.length - at).bytes;
    return count;
}

void rl_outlet_close(struct rl_outlet *outlet, struct ringlog_handler *handler)
{
    const struct rl_connection *connection = &outlet->connection;
    const bool is_open = connection->state == RL_CONNECTION_OPEN &&
                         outlet->used == connection->number && learn(outlet) == 0 &&
                         outlet->repeated == outlet->sent.length;
    const uint64_t left = is_open ? 0 : count_messages(outlet); /* open: the kernel sends them */
    if (left != 0)
        rl_handler_count_lost(handler, left);
    rl_connection_close(&outlet->connection);
    rl_buffer_free(&outlet->sent);
}
