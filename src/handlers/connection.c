#include "handlers/connection.h"

#include "base/error.h"
#include "base/os.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MS_NS INT64_C(1000000)

#define CONNECT_TIMEOUT_MS 10000
#define DEAD_AFTER_MS      30000
#define RECONNECT_MIN_MS   1000
#define RECONNECT_MAX_MS   30000
#define OPTION_MAX_MS      86400000 /* a day */

/* An idle TCP connection is asked for life after so long, and so often until dead_after_ms. */
#define KEEP_IDLE_S     30
#define KEEP_INTERVAL_S 10

/* ---- options ---- */

static int take_ms(uint32_t *to, uint32_t given, uint32_t otherwise, const char *name)
{
    *to = given == 0 ? otherwise : given;
    return given <= OPTION_MAX_MS ? 0 : rl_error(-EINVAL, "%s %u: more than a day", name, given);
}

int rl_connection_init(struct rl_connection *connection,
                       const struct ringlog_connection_options *given)
{
    struct ringlog_connection_options *to = &connection->options;
    const uint32_t min_ms = given->reconnect_min_ms;
    const uint32_t max_ms = min_ms > RECONNECT_MAX_MS ? min_ms : RECONNECT_MAX_MS;
    connection->fd = -1;
    if (take_ms(&to->connect_timeout_ms, given->connect_timeout_ms, CONNECT_TIMEOUT_MS,
                "connect_timeout_ms") < 0 ||
        take_ms(&to->dead_after_ms, given->dead_after_ms, DEAD_AFTER_MS, "dead_after_ms") < 0 ||
        take_ms(&to->reconnect_min_ms, min_ms, RECONNECT_MIN_MS, "reconnect_min_ms") < 0 ||
        take_ms(&to->reconnect_max_ms, given->reconnect_max_ms, max_ms, "reconnect_max_ms") < 0)
        return -EINVAL;
    if (to->reconnect_min_ms > to->reconnect_max_ms)
        return rl_error(-EINVAL, "reconnect_min_ms %u: more than reconnect_max_ms, %u",
                        to->reconnect_min_ms, to->reconnect_max_ms);
    return 0;
}

int rl_connection_check_isolation(const struct ringlog_isolation_options *options)
{
    return options->isolation == RINGLOG_NOT_ISOLATED
               ? rl_error(-EINVAL,
                          "RINGLOG_NOT_ISOLATED: a handler that sends to a server always is")
               : 0;
}

/* ---- the descriptor ---- */

static void remember(struct rl_connection *connection, int fd)
{
    struct stat status = {0};
    fstat(fd, &status);
    connection->fd = fd;
    connection->id = rl_file_id_of(&status);
}

static bool is_ours(const struct rl_connection *connection)
{
    return rl_file_id_is_open(connection->id, connection->fd);
}

static void close_socket(struct rl_connection *connection)
{
    if (is_ours(connection))
        close(connection->fd);
    connection->fd = -1;
    connection->state = RL_CONNECTION_CLOSED;
}

static void forget_addresses(struct rl_connection *connection)
{
    if (connection->found != NULL)
        freeaddrinfo(connection->found);
    connection->found = NULL;
    connection->next = NULL;
}

void rl_connection_close(struct rl_connection *connection)
{
    close_socket(connection);
    forget_addresses(connection);
}

void rl_connection_forked(struct rl_connection *connection)
{
    close_socket(connection); /* our copy of it: the parent's stays open */
    /* The list may be torn: it is left behind. */
    connection->found = NULL;
    connection->next = NULL;
    connection->delay_ms = 0;
    connection->until_ns = 0;
}

/* ---- failing ---- */

void rl_connection_report(const struct rl_connection *connection, struct ringlog_handler *handler,
                          const char *what, int error)
{
    char text[512];
    if (connection->lookup_error != NULL)
        snprintf(text, sizeof text, "%s %s: %s", what, connection->address.text,
                 connection->lookup_error);
    else
        snprintf(text, sizeof text, "%s %s", what, connection->address.text);
    rl_handler_error(handler, error, text);
}

/* The next attempt comes later than the last one did. */
static void back_off(struct rl_connection *connection)
{
    const struct ringlog_connection_options *options = &connection->options;
    const uint64_t doubled = (uint64_t)connection->delay_ms * 2;
    uint64_t delay_ms = doubled < options->reconnect_max_ms ? doubled : options->reconnect_max_ms;
    if (delay_ms < options->reconnect_min_ms)
        delay_ms = options->reconnect_min_ms;
    connection->delay_ms = (uint32_t)delay_ms;
    const int64_t now_ns = rl_monotonic_ns();
    /* What chance there is in the nanoseconds of a failure is enough to part a crowd. */
    const int64_t less_ms = now_ns / 100 % ((int64_t)delay_ms / 4 + 1);
    connection->until_ns = now_ns + ((int64_t)delay_ms - less_ms) * MS_NS;
}

void rl_connection_break(struct rl_connection *connection, struct ringlog_handler *handler,
                         int error)
{
    rl_connection_report(connection, handler, "send to", error);
    close_socket(connection);
    const bool is_udp = connection->address.kind == RL_ADDRESS_UDP;
    if (is_udp && connection->next != NULL) {
        /* "Connecting" proves nothing there: the host's next address has not had its turn. */
        connection->until_ns = 0;
        return;
    }
    forget_addresses(connection);
    const int64_t lasted_ns = rl_monotonic_ns() - connection->opened_ns;
    const bool lasted = lasted_ns >= connection->options.reconnect_min_ms * MS_NS;
    connection->until_ns = 0;
    if (lasted)
        connection->delay_ms = 0;
    if (is_udp || !lasted)
        back_off(connection);
}

/* ---- connecting ---- */

static void set_tcp_options(const struct rl_connection *connection, int fd)
{
    const unsigned dead_after_ms = connection->options.dead_after_ms;
    const struct {
        int level, name, value;
    } options[] = {
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S},
        {IPPROTO_TCP, TCP_KEEPINTVL, KEEP_INTERVAL_S},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, (int)dead_after_ms},
        {IPPROTO_TCP, TCP_NODELAY, 1}, /* batches are ours to make */
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value,
                   sizeof options[i].value);
}

static void note_open(struct rl_connection *connection)
{
    connection->state = RL_CONNECTION_OPEN;
    connection->opened_ns = rl_monotonic_ns();
    connection->number++;
}

/* 0: open or pending. */
static int open_socket(struct rl_connection *connection, int type, const struct sockaddr *address,
                       socklen_t length)
{
    const int fd = socket(address->sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (connection->address.kind == RL_ADDRESS_TCP)
        set_tcp_options(connection, fd);
    const int error = connect(fd, address, length) == 0 ? 0 : errno;
    if (error != 0 && error != EINPROGRESS) {
        close(fd);
        return -error;
    }
    remember(connection, fd);
    connection->is_stream = type == SOCK_STREAM;
    if (error == 0) {
        note_open(connection);
        return 0;
    }
    connection->state = RL_CONNECTION_PENDING;
    connection->until_ns = rl_monotonic_ns() + connection->options.connect_timeout_ms * MS_NS;
    return 0;
}

static int try_path(struct rl_connection *connection)
{
    const enum rl_address_kind kind = connection->address.kind;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct sockaddr *to = (const struct sockaddr *)(const void *)&address;
    memcpy(address.sun_path, connection->address.host, sizeof address.sun_path);
    const int type = kind == RL_ADDRESS_UNIX ? SOCK_STREAM : SOCK_DGRAM;
    const int result = open_socket(connection, type, to, sizeof address);
    return result == -EPROTOTYPE && kind == RL_ADDRESS_UNIX_EITHER
               ? open_socket(connection, SOCK_STREAM, to, sizeof address)
               : result;
}

static int look_up(struct rl_connection *connection)
{
    forget_addresses(connection);
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = connection->address.kind == RL_ADDRESS_UDP ? SOCK_DGRAM : SOCK_STREAM,
        .ai_flags = AI_NUMERICSERV,
    };
    const int error =
        getaddrinfo(connection->address.host, connection->address.port, &hints, &connection->found);
    if (error == EAI_SYSTEM)
        return -errno;
    if (error != 0) {
        connection->found = NULL;
        connection->lookup_error = gai_strerror(error);
        return -EHOSTUNREACH;
    }
    connection->next = connection->found;
    return 0;
}

/* Those of the host's addresses that have not been tried. */
static int try_addresses(struct rl_connection *connection)
{
    int result = -EHOSTUNREACH;
    while (connection->next != NULL && connection->state == RL_CONNECTION_CLOSED) {
        const struct addrinfo *at = connection->next;
        connection->next = at->ai_next;
        result = open_socket(connection, at->ai_socktype, at->ai_addr, at->ai_addrlen);
    }
    return result;
}

static int try_host(struct rl_connection *connection)
{
    const int found = connection->next == NULL ? look_up(connection) : 0;
    return found < 0 ? found : try_addresses(connection);
}

static int fail(struct rl_connection *connection, struct ringlog_handler *handler, int error)
{
    rl_connection_report(connection, handler, "connect to", error);
    connection->lookup_error = NULL;
    back_off(connection);
    return -EAGAIN;
}

static int begin(struct rl_connection *connection, struct ringlog_handler *handler)
{
    if (rl_monotonic_ns() < connection->until_ns) {
        rl_connection_pause(connection->until_ns);
        return -EAGAIN;
    }
    const int result =
        rl_address_has_path(&connection->address) ? try_path(connection) : try_host(connection);
    return result < 0 ? fail(connection, handler, -result) : 0;
}

/* Errno of a pending connection, -EAGAIN while it is pending, or 0. */
static int look_at_pending(const struct rl_connection *connection)
{
    struct pollfd poll_fd = {.fd = connection->fd, .events = POLLOUT};
    if (poll(&poll_fd, 1, RL_CONNECTION_WAIT_MS) <= 0)
        return rl_monotonic_ns() < connection->until_ns ? -EAGAIN : ETIMEDOUT;
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

static int go_on(struct rl_connection *connection, struct ringlog_handler *handler)
{
    const int error = look_at_pending(connection);
    if (error == -EAGAIN)
        return -EAGAIN;
    if (error == 0) {
        note_open(connection);
        return 0;
    }
    close_socket(connection);
    const int next = connection->next == NULL ? -error : try_addresses(connection);
    return next < 0 ? fail(connection, handler, -next) : -EAGAIN;
}

int rl_connection_open(struct rl_connection *connection, struct ringlog_handler *handler)
{
    if (connection->state != RL_CONNECTION_CLOSED && !is_ours(connection)) {
        close_socket(connection);
        connection->until_ns = 0;
    }
    if (connection->state == RL_CONNECTION_CLOSED) {
        const int begun = begin(connection, handler);
        if (begun < 0)
            return begun;
    }
    return connection->state == RL_CONNECTION_PENDING ? go_on(connection, handler) : 0;
}

/* ---- waiting ---- */

void rl_connection_await_room(const struct rl_connection *connection)
{
    struct pollfd poll_fd = {.fd = connection->fd, .events = POLLOUT};
    poll(&poll_fd, 1, RL_CONNECTION_WAIT_MS);
}

void rl_connection_pause(int64_t until_ns)
{
    const int64_t most_ns = RL_CONNECTION_WAIT_MS * MS_NS;
    const int64_t left_ns = until_ns - rl_monotonic_ns();
    const struct timespec pause = {.tv_nsec = left_ns < most_ns ? left_ns : most_ns};
    if (left_ns > 0)
        nanosleep(&pause, NULL);
}
