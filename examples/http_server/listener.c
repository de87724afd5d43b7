#include "listener.h"

#include <ringlog/ringlog.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static ringlog_logger *logger;

__attribute__((constructor)) static void get_logger(void)
{
    logger = ringlog_get_logger("server.accept");
}

int listener_open(uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int one = 1;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) < 0 ||
        bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 ||
        listen(fd, SOMAXCONN) < 0) {
        const int error = errno;
        ringlog_critical(logger, "cannot listen on port %d: %s", port, strerror(error));
        close(fd);
        return -error;
    }
    return fd;
}

uint16_t listener_port(int listener)
{
    struct sockaddr_in address = {0};
    socklen_t bytes = sizeof address;
    getsockname(listener, (struct sockaddr *)&address, &bytes);
    return ntohs(address.sin_port);
}

/* Errors of one client, which are over with it; see accept(2). */
static int is_passing(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO || error == EPERM;
}

int listener_accept(int listener)
{
    struct sockaddr_in address;
    socklen_t bytes = sizeof address;
    int fd;
    do
        fd = accept4(listener, (struct sockaddr *)&address, &bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (fd < 0 && is_passing(errno));
    if (fd < 0) {
        if (errno == EAGAIN)
            return -EAGAIN;
        const int error = errno;
        ringlog_error(logger, "cannot accept: %s", strerror(error));
        return -error;
    }
    ringlog_debug(logger, "client from port %d", ntohs(address.sin_port));
    return fd;
}
