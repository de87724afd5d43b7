#include "server.h"

#include "listener.h"

#include <ringlog/ringlog.h>

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

static ringlog_logger *logger;

__attribute__((constructor)) static void get_logger(void)
{
    logger = ringlog_get_logger("server");
}

static int add_worker(struct server *server)
{
    /* The first one picks the port, if it may; the others join it. */
    const int listener = listener_open(server->port);
    if (listener < 0)
        return listener;
    server->port = listener_port(listener);
    const unsigned number = server->worker_count + 1;
    const int error = worker_start(&server->workers[number - 1], number, listener, server->stop);
    if (error == 0)
        server->worker_count = number;
    return error;
}

int server_start(struct server *server, uint16_t port, unsigned workers)
{
    *server = (struct server){.port = port};
    server->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int error = server->stop < 0 ? -errno : 0;
    while (error == 0 && server->worker_count < workers)
        error = add_worker(server);
    if (error != 0) {
        server_stop(server);
        return error;
    }
    ringlog_info(logger, "listening on 127.0.0.1:%d with %u workers", server->port, workers);
    return 0;
}

void server_stop(struct server *server)
{
    if (server->stop < 0)
        return;
    ringlog_info(logger, "stopping");
    const uint64_t one = 1;
    /* Nobody reads it: it stays readable, so that each worker sees it. */
    if (write(server->stop, &one, sizeof one) < 0)
        ringlog_error(logger, "cannot tell the workers to stop");
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_join(&server->workers[i]);
    close(server->stop);
    ringlog_info(logger, "stopped");
}
