#include "network/receivers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { WAIT_MS = 10000 };

int bind_inet(int type, uint16_t *port)
{
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    const int yes = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    require(fd >= 0);
    require(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
    require(bind(fd, (const struct sockaddr *)(const void *)&address, sizeof address) == 0);
    require(getsockname(fd, (struct sockaddr *)(void *)&address, &length) == 0);
    *port = ntohs(address.sin_port);
    require(type != SOCK_STREAM || listen(fd, 16) == 0);
    return fd;
}

int bind_unix(int type, const char *path)
{
    const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    require(fd >= 0 && strlen(path) < sizeof address.sun_path);
    strcpy(address.sun_path, path);
    unlink(path);
    require(bind(fd, (const struct sockaddr *)(const void *)&address, sizeof address) == 0);
    require(type != SOCK_STREAM || listen(fd, 16) == 0);
    return fd;
}

const char *inet_address(const char *kind, uint16_t port)
{
    static char text[64];
    snprintf(text, sizeof text, "%s:127.0.0.1:%u", kind, port);
    return text;
}

const char *path_here(const char *name)
{
    static char path[256];
    require(getcwd(path, sizeof path) != NULL && strlen(path) + strlen(name) + 2 < sizeof path);
    return strcat(strcat(path, "/"), name);
}

const char *unix_address(const char *kind, const char *path)
{
    static char text[280];
    snprintf(text, sizeof text, "%s:%s", kind, path);
    return text;
}

bool is_readable(int fd, int milliseconds)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    return poll(&poll_fd, 1, milliseconds) == 1;
}

int accept_one(int listener)
{
    require(is_readable(listener, WAIT_MS));
    const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    require(fd >= 0);
    return fd;
}

const char *receive(int fd, size_t *length)
{
    static char bytes[262144];
    require(is_readable(fd, WAIT_MS));
    const ssize_t got = recv(fd, bytes, sizeof bytes - 1, 0);
    require(got >= 0);
    bytes[got] = '\0';
    if (length != NULL)
        *length = (size_t)got;
    return bytes;
}

/* false: the stream has ended. */
static bool fill(struct line_reader *reader)
{
    memmove(reader->bytes, reader->bytes + reader->begin, reader->end - reader->begin);
    reader->end -= reader->begin;
    reader->begin = 0;
    require(reader->end < sizeof reader->bytes);
    require(is_readable(reader->fd, WAIT_MS));
    const ssize_t got =
        recv(reader->fd, reader->bytes + reader->end, sizeof reader->bytes - reader->end, 0);
    reader->end += got > 0 ? (size_t)got : 0;
    return got > 0;
}

const char *read_line(struct line_reader *reader)
{
    for (;;) {
        char *line = reader->bytes + reader->begin;
        char *newline = memchr(line, '\n', reader->end - reader->begin);
        if (newline != NULL) {
            *newline = '\0';
            reader->begin = (size_t)(newline + 1 - reader->bytes);
            return line;
        }
        if (!fill(reader))
            return NULL;
    }
}

void reset(int fd)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    require(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
    close(fd);
}

void leave_namespaces(int flags)
{
    require(unshare(geteuid() == 0 ? flags : flags | CLONE_NEWUSER) == 0);
}

ringlog_handler *attach(ringlog_handler *handler)
{
    require(ringlog_logger_add_handler(ringlog_root(), handler) == 0);
    require(ringlog_logger_set_level(ringlog_root(), RINGLOG_DEBUG) == 0);
    return handler;
}

ringlog_handler *attach_socket(const char *address)
{
    ringlog_handler *handler;
    const struct ringlog_socket_options options = {.connection = QUICKLY};
    require(ringlog_socket_handler_new(&handler, address, &options) == 0);
    return attach(handler);
}

struct ringlog_handler_counts counts_of(ringlog_handler *handler)
{
    struct ringlog_handler_counts counts;
    require(ringlog_handler_stats(handler, &counts) == 0);
    return counts;
}
