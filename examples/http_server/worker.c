/* The event loop. Nothing in it waits but epoll_wait(): a response that takes its time is parked,
 * and the loop wakes up when it is due. */
#include "worker.h"

#include "clock.h"
#include "connection.h"
#include "listener.h"

#include <ringlog/ringlog.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static ringlog_logger *logger;

__attribute__((constructor)) static void get_logger(void)
{
    logger = ringlog_get_logger("server.worker");
}

enum {
    EVENTS = 128,
    SWEEP_US = 1000000,  /* between looks for idle clients */
    IDLE_US = 60000000,  /* after which a silent client is let go */
    LINGER_US = 1000000, /* how long to wait for a client to close its side */
    STOP_US = 3000000    /* what connections get to finish when the server stops */
};

/* ---- the worker's connections ---------------------------------------------------------------- */

static void link_connection(struct worker *worker, struct connection *connection)
{
    connection->next = worker->all;
    if (worker->all != NULL)
        worker->all->previous = connection;
    worker->all = connection;
}

static void unlink_connection(struct worker *worker, struct connection *connection)
{
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        worker->all = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
}

static void park(struct worker *worker, struct connection *connection)
{
    struct connection **at = &worker->parked;
    while (*at != NULL && (*at)->resume_at_us <= connection->resume_at_us)
        at = &(*at)->next_parked;
    connection->next_parked = *at;
    *at = connection;
}

static void unpark(struct worker *worker, struct connection *connection)
{
    struct connection **at = &worker->parked;
    while (*at != NULL && *at != connection)
        at = &(*at)->next_parked;
    if (*at != NULL)
        *at = connection->next_parked;
}

static void set_interest(struct worker *worker, struct connection *connection)
{
    const uint32_t wants = connection_wants(connection);
    if (wants == connection->interest)
        return;
    struct epoll_event event = {.events = wants, .data.ptr = connection};
    epoll_ctl(worker->epoll, EPOLL_CTL_MOD, connection->fd, &event);
    connection->interest = wants;
}

/* After each step of a connection: files it where it belongs now, or frees it. */
static void settle(struct worker *worker, struct connection *connection, bool was_parked)
{
    const bool is_parked = connection->state == CONNECTION_PARKED;
    if (was_parked && !is_parked)
        unpark(worker, connection);
    if (connection->state == CONNECTION_OVER) {
        unlink_connection(worker, connection);
        connection_free(connection);
        return;
    }
    if (is_parked && !was_parked)
        park(worker, connection);
    set_interest(worker, connection);
}

static void admit(struct worker *worker, int fd)
{
    struct connection *connection = connection_new(fd);
    if (connection == NULL)
        return;
    connection->interest = EPOLLIN;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(worker->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        ringlog_error(logger, "cannot watch a client: %s", strerror(errno));
        connection_free(connection);
        return;
    }
    link_connection(worker, connection);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void set_accepting(struct worker *worker, bool accepting)
{
    struct epoll_event event = {.events = accepting ? EPOLLIN : 0, .data.ptr = &worker->listener};
    epoll_ctl(worker->epoll, EPOLL_CTL_MOD, worker->listener, &event);
    worker->accepting = accepting;
}

static void accept_clients(struct worker *worker)
{
    int fd = 0;
    while ((fd = listener_accept(worker->listener)) >= 0)
        admit(worker, fd);
    /* Out of descriptors or memory: clients wait in the backlog until the next sweep. */
    if (fd != -EAGAIN)
        set_accepting(worker, false);
}

static void begin_stop(struct worker *worker)
{
    ringlog_debug(logger, "worker %u stops", worker->number);
    worker->stopping = true;
    worker->stop_by_us = now_us() + STOP_US;
    epoll_ctl(worker->epoll, EPOLL_CTL_DEL, worker->stop, NULL);
    epoll_ctl(worker->epoll, EPOLL_CTL_DEL, worker->listener, NULL);
    close(worker->listener);
    for (struct connection *c = worker->all, *next = NULL; c != NULL; c = next) {
        const bool was_parked = c->state == CONNECTION_PARKED;
        next = c->next;
        connection_finish(c);
        settle(worker, c, was_parked);
    }
}

static void handle_client(struct worker *worker, struct connection *connection, uint32_t events)
{
    const bool was_parked = connection->state == CONNECTION_PARKED;
    if (events & (EPOLLERR | EPOLLHUP))
        connection_lose(connection);
    else
        connection_advance(connection);
    settle(worker, connection, was_parked);
}

static void handle_event(struct worker *worker, const struct epoll_event *event)
{
    if (event->data.ptr == &worker->listener)
        accept_clients(worker);
    else if (event->data.ptr == &worker->stop)
        worker->told_to_stop = true; /* later: other events may be of connections it ends */
    else
        handle_client(worker, event->data.ptr, event->events);
}

/* ---- time ------------------------------------------------------------------------------------ */

static void resume_due(struct worker *worker)
{
    const uint64_t now = now_us();
    while (worker->parked != NULL && worker->parked->resume_at_us <= now) {
        struct connection *connection = worker->parked;
        worker->parked = connection->next_parked;
        connection_resume(connection);
        settle(worker, connection, false);
    }
}

static bool is_overdue(const struct worker *worker, const struct connection *connection,
                       uint64_t now)
{
    if (worker->stopping && now >= worker->stop_by_us)
        return true;
    const uint64_t silent_us = now > connection->active_at_us ? now - connection->active_at_us : 0;
    return connection->state != CONNECTION_PARKED &&
           silent_us > (connection->state == CONNECTION_LINGERING ? LINGER_US : IDLE_US);
}

static void sweep(struct worker *worker)
{
    const uint64_t now = now_us();
    if (now - worker->swept_at_us < SWEEP_US && !(worker->stopping && now >= worker->stop_by_us))
        return;
    worker->swept_at_us = now;
    for (struct connection *c = worker->all, *next = NULL; c != NULL; c = next) {
        next = c->next;
        if (!is_overdue(worker, c, now))
            continue;
        const bool was_parked = c->state == CONNECTION_PARKED;
        connection_lose(c);
        settle(worker, c, was_parked);
    }
    if (!worker->accepting && !worker->stopping)
        set_accepting(worker, true);
}

/* Until the next parked response is due, and not longer than to the next sweep. */
static int wait_ms(const struct worker *worker)
{
    if (worker->parked == NULL)
        return SWEEP_US / 1000;
    const uint64_t now = now_us();
    const uint64_t due = worker->parked->resume_at_us;
    const uint64_t us = due > now ? due - now : 0;
    return us < SWEEP_US ? (int)((us + 999) / 1000) : SWEEP_US / 1000;
}

/* ---- the thread ------------------------------------------------------------------------------ */

static void *run(void *argument)
{
    struct worker *worker = argument;
    char name[32];
    snprintf(name, sizeof name, "worker-%u", worker->number);
    ringlog_set_thread_name(name);
    /* What a thread's first log call costs more than others is paid here. */
    ringlog_thread_init();
    ringlog_debug(logger, "worker %u runs", worker->number);

    struct epoll_event events[EVENTS];
    while (!worker->stopping || worker->all != NULL) {
        const int count = epoll_wait(worker->epoll, events, EVENTS, wait_ms(worker));
        for (int i = 0; i < count; i++)
            handle_event(worker, &events[i]);
        if (worker->told_to_stop && !worker->stopping)
            begin_stop(worker);
        resume_due(worker);
        sweep(worker);
    }
    close(worker->epoll);
    return NULL;
}

static int watch(struct worker *worker, int fd, void *tag)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = tag};
    return epoll_ctl(worker->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int worker_start(struct worker *worker, unsigned number, int listener, int stop)
{
    *worker = (struct worker){.number = number,
                              .listener = listener,
                              .stop = stop,
                              .accepting = true,
                              .swept_at_us = now_us()};
    worker->epoll = epoll_create1(EPOLL_CLOEXEC);
    int error = worker->epoll < 0 ? -errno : watch(worker, listener, &worker->listener);
    if (error == 0)
        error = watch(worker, stop, &worker->stop);
    if (error == 0)
        error = -pthread_create(&worker->thread, NULL, run, worker);
    if (error != 0) {
        ringlog_critical(logger, "cannot start worker %u: %s", number, strerror(-error));
        if (worker->epoll >= 0)
            close(worker->epoll);
        close(listener);
    }
    return error;
}

void worker_join(struct worker *worker)
{
    pthread_join(worker->thread, NULL);
}
