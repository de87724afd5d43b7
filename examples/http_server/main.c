/* A small HTTP/1.1 server, to show how ringlog sits in a program with several threads.
 *
 *     main.c        life: options, signals, start and stop
 *     logging.c     where records go
 *     server.c      the workers that share a port
 *     worker.c      a thread, its event loop, its connections
 *     listener.c    where clients come in
 *     connection.c  bytes to requests to bytes; a record for each request
 *     http_parse.c  the head of a request
 *     app.c         the routes
 *
 * Each module has a logger of its own: server, server.worker, server.accept, server.http,
 * server.app. None of them knows where its records go. */
#include "connection.h"
#include "logging.h"
#include "options.h"
#include "server.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* Blocked before any thread starts, so that no thread but this one gets them, when it asks. */
static void block_stop_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

int main(int argc, char **argv)
{
    struct options options;
    const int exit_status = options_parse(&options, argc, argv);
    if (exit_status >= 0)
        return exit_status;

    sigset_t signals;
    block_stop_signals(&signals);
    if (logging_start(&options) < 0)
        return EXIT_FAILURE;

    static struct server server;
    connection_set_slow_us(options.slow_us);
    const int error = server_start(&server, options.port, options.workers);
    if (error == 0) {
        printf("listening on 127.0.0.1:%d\n", server.port);
        fflush(stdout);
        int signal;
        sigwait(&signals, &signal);
        server_stop(&server);
    }
    return logging_stop() < 0 || error != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
