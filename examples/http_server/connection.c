/* From bytes to requests to bytes; each request leaves one record in the log. */
#include "connection.h"

#include "clock.h"

#include <ringlog/ringlog.h>

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static ringlog_logger *logger;

__attribute__((constructor)) static void get_logger(void)
{
    logger = ringlog_get_logger("server.http");
}

static uint64_t slow_us = 100000;

void connection_set_slow_us(uint64_t us)
{
    slow_us = us;
}

struct connection *connection_new(int fd)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) {
        ringlog_error(logger, "no memory for a connection");
        close(fd);
        return NULL;
    }
    /* Small responses leave at once. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    connection->fd = fd;
    connection->active_at_us = now_us();
    return connection;
}

void connection_free(struct connection *connection)
{
    close(connection->fd);
    free(connection);
}

/* ---- out ------------------------------------------------------------------------------------- */

static size_t write_head(const struct connection *connection, char *to)
{
    const struct app_response *response = &connection->response;
    char date[64];
    struct tm utc;
    const time_t now = time(NULL);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &utc));
    const int length = snprintf(
        to, CONNECTION_HEAD_BYTES,
        "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
        "%s%s%sConnection: %s\r\n\r\n",
        response->status, app_reason(response->status), date, response->content_type,
        response->length, response->allow != NULL ? "Allow: " : "",
        response->allow != NULL ? response->allow : "", response->allow != NULL ? "\r\n" : "",
        connection->closing ? "close" : "keep-alive");
    return (size_t)length;
}

static void log_request(const struct connection *connection, size_t bytes)
{
    const uint64_t us = now_us() - connection->started_at_us;
    const int status = connection->response.status;
    const int level = status >= 500 ? RINGLOG_ERROR : us > slow_us ? RINGLOG_WARNING : RINGLOG_INFO;
    ringlog_log(logger, level, "%s %s -> %d, %zu bytes in %" PRIu64 " us",
                connection->request.method, connection->request.target, status, bytes, us);
}

/* Puts the response behind what is still to be sent, and lets go of the request. */
static void respond(struct connection *connection)
{
    const struct app_response *response = &connection->response;
    char *to = connection->output + connection->output_length;
    size_t bytes = write_head(connection, to);
    if (strcmp(connection->request.method, "HEAD") != 0) {
        memcpy(to + bytes, response->body, response->length);
        bytes += response->length;
    }
    connection->output_length += bytes;
    log_request(connection, bytes);

    const size_t head = connection->request.head_bytes;
    connection->input_length -= head;
    memmove(connection->input, connection->input + head, connection->input_length);
    connection->skip_bytes = connection->request.body_bytes;
}

static bool has_room(const struct connection *connection)
{
    return sizeof connection->output - connection->output_length >=
           CONNECTION_HEAD_BYTES + APP_MAX_BODY_BYTES;
}

static void send_output(struct connection *connection)
{
    while (connection->output_sent < connection->output_length) {
        const ssize_t sent =
            send(connection->fd, connection->output + connection->output_sent,
                 connection->output_length - connection->output_sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0) {
            if (errno != EAGAIN) {
                ringlog_debug(logger, "client went away: %s", strerror(errno));
                connection->state = CONNECTION_OVER;
            }
            return;
        }
        connection->output_sent += (size_t)sent;
        connection->active_at_us = now_us();
    }
    connection->output_sent = connection->output_length = 0;
}

/* ---- in -------------------------------------------------------------------------------------- */

static void receive(struct connection *connection)
{
    while (!connection->read_all && connection->input_length < CONNECTION_INPUT_BYTES) {
        const ssize_t got = recv(connection->fd, connection->input + connection->input_length,
                                 CONNECTION_INPUT_BYTES - connection->input_length, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got < 0)
            connection->state = CONNECTION_OVER;
        if (got <= 0) {
            connection->read_all = true;
            return;
        }
        connection->active_at_us = now_us();
        connection->input_length += (size_t)got;
    }
}

static void skip_body(struct connection *connection)
{
    size_t bytes = connection->input_length;
    if (bytes > connection->skip_bytes)
        bytes = (size_t)connection->skip_bytes;
    connection->skip_bytes -= bytes;
    connection->input_length -= bytes;
    memmove(connection->input, connection->input + bytes, connection->input_length);
}

/* ---- requests -------------------------------------------------------------------------------- */

static void serve(struct connection *connection, int status)
{
    connection->started_at_us = now_us();
    if (status == 200) {
        connection->closing = connection->closing || !connection->request.keep_alive;
        app_handle(&connection->request, &connection->response);
    } else {
        /* Where the next request would begin is anybody's guess. */
        connection->closing = true;
        app_refuse(status, &connection->response);
        connection->request.head_bytes = connection->input_length;
        connection->request.body_bytes = 0;
    }
    if (connection->response.delay_ms == 0) {
        respond(connection);
        return;
    }
    connection->state = CONNECTION_PARKED;
    connection->resume_at_us =
        connection->started_at_us + (uint64_t)connection->response.delay_ms * 1000;
}

/* Serves the requests that lie in the input, until one is incomplete or has to wait. */
static void serve_input(struct connection *connection)
{
    while (connection->state == CONNECTION_SERVING && !connection->closing &&
           has_room(connection)) {
        skip_body(connection);
        const int status = http_parse_head(connection->input, connection->input_length,
                                           &connection->scanned, &connection->request);
        if (status == 0)
            return;
        serve(connection, status);
    }
}

static void linger(struct connection *connection)
{
    connection->input_length = 0;
    receive(connection);
    if (connection->read_all)
        connection->state = CONNECTION_OVER;
}

static bool is_all_sent(const struct connection *connection)
{
    return connection->output_length == 0;
}

/* Ends the connection when nothing is left to be done. */
static void end_if_done(struct connection *connection)
{
    if (connection->state != CONNECTION_SERVING || !is_all_sent(connection))
        return;
    if (connection->read_all) {
        connection->state = CONNECTION_OVER;
    } else if (connection->closing) {
        shutdown(connection->fd, SHUT_WR);
        connection->state = CONNECTION_LINGERING;
        linger(connection);
    }
}

void connection_advance(struct connection *connection)
{
    if (connection->state == CONNECTION_LINGERING) {
        linger(connection);
        return;
    }
    size_t before;
    do {
        if (connection->state == CONNECTION_SERVING && !connection->closing)
            receive(connection);
        before = connection->input_length;
        serve_input(connection);
        if (connection->state != CONNECTION_OVER)
            send_output(connection);
    } while (connection->state == CONNECTION_SERVING && !connection->closing &&
             connection->input_length < before && is_all_sent(connection));
    end_if_done(connection);
}

void connection_resume(struct connection *connection)
{
    connection->state = CONNECTION_SERVING;
    respond(connection);
    connection_advance(connection);
}

void connection_lose(struct connection *connection)
{
    if (connection->state == CONNECTION_PARKED)
        ringlog_info(logger, "%s %s -> client went away", connection->request.method,
                     connection->request.target);
    connection->state = CONNECTION_OVER;
}

void connection_finish(struct connection *connection)
{
    connection->closing = true;
    if (connection->state == CONNECTION_SERVING && is_all_sent(connection))
        connection->state = CONNECTION_OVER;
}

uint32_t connection_wants(const struct connection *connection)
{
    uint32_t events = 0;
    const bool reads = connection->state == CONNECTION_LINGERING ||
                       (connection->state == CONNECTION_SERVING && !connection->closing);
    if (reads && !connection->read_all && connection->input_length < CONNECTION_INPUT_BYTES)
        events |= EPOLLIN;
    if (!is_all_sent(connection))
        events |= EPOLLOUT;
    return events;
}
