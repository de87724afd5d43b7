/* Connections that break, in every way there is: what was on its way is sent again. */
#include "network/receivers.h"

#include <errno.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Reads numbered lines to the end of the stream; they go on where the last ones ended, but for
 * lines that come again. */
static long read_numbers(struct line_reader *reader, long next, long until)
{
    const char *line;
    while (next < until && (line = read_line(reader)) != NULL) {
        const long number = strtol(line, NULL, 10);
        require(number <= next);
        next = number == next ? next + 1 : next;
    }
    return next;
}

/* ---- ended by the server ---- */

enum { LINES = 3000 };

static void *log_lines(void *unused)
{
    for (int i = 0; i < LINES; i++) {
        ringlog_info(ringlog_root(), "%d", i);
        sleep_ms(i % 4 == 0);
    }
    return unused;
}

/* Each server takes a hundred lines or so, says that it is leaving, and reads on until the handler
 * has left too. */
PROCESS_TEST(a_listener_that_comes_and_goes_misses_no_line)
{
    uint16_t port = 0;
    int listener = bind_inet(SOCK_STREAM, &port);
    ringlog_handler *handler = attach_socket(inet_address("tcp", port));
    require(ringlog_init(NULL) == 0);
    pthread_t thread;
    require(pthread_create(&thread, NULL, log_lines, NULL) == 0);
    long next = 0;
    unsigned servers = 0;
    for (; next < LINES; servers++) {
        struct line_reader reader = {.fd = accept_one(listener)};
        close(listener);
        next = read_numbers(&reader, next, next + 100 < LINES ? next + 100 : LINES);
        shutdown(reader.fd, SHUT_WR);
        next = read_numbers(&reader, next, LINES);
        close(reader.fd);
        listener = bind_inet(SOCK_STREAM, &port);
    }
    pthread_join(thread, NULL);
    require(servers > 5);
    require(counts_of(handler).lost == 0);
}

PROCESS_TEST(a_line_after_an_idle_connection_was_closed_is_not_lost)
{
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    attach_socket(inet_address("tcp", port));
    require(ringlog_init(NULL) == 0);
    for (int i = 0; i < 10; i++) {
        ringlog_info(ringlog_root(), "%d", i);
        struct line_reader reader = {.fd = accept_one(listener)};
        require(atoi(read_line(&reader)) == i);
        if (i % 2 == 0)
            reset(reader.fd);
        else
            close(reader.fd);
    }
}

/* ---- reset, with lines on their way ---- */

static int bytes_waiting(int fd)
{
    int bytes = 0;
    require(ioctl(fd, FIONREAD, &bytes) == 0);
    return bytes;
}

/* Waits until the kernel has taken what it will. */
static int await_quiet(int fd)
{
    int before = -1, now = bytes_waiting(fd);
    while (now == 0 || now != before) {
        before = now;
        sleep_ms(300);
        now = bytes_waiting(fd);
    }
    return now;
}

PROCESS_TEST(what_a_reset_cut_off_is_sent_again_from_the_line_it_cut)
{
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    const int bytes = 8192;
    require(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0);
    attach_socket(inet_address("tcp", port));
    require(ringlog_init(NULL) == 0);
    for (int i = 0; i < LINES; i++)
        ringlog_info(ringlog_root(), "%0100d", i);
    const int first = accept_one(listener);
    /* Flushed: all is in the kernel's hands, and most of it not in the server's. */
    require(ringlog_flush(5000) == 0);
    const int came = await_quiet(first);
    require(came > 101 && came < LINES * 101);
    reset(first);
    ringlog_info(ringlog_root(), "%0100d", LINES);
    struct line_reader reader = {.fd = accept_one(listener)};
    for (long i = came / 101; i <= LINES; i++)
        require(strtol(read_line(&reader), NULL, 10) == i);
    require(!is_readable(reader.fd, 50));
}

/* The first connection is reset while most of LINES lines are on their way; then nothing is logged.
 * Returns how many lines came. */
static int break_when_idle(int listener)
{
    const int bytes = 8192;
    require(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0);
    for (int i = 0; i < LINES; i++)
        ringlog_info(ringlog_root(), "%0100d", i);
    const int server = accept_one(listener);
    require(ringlog_flush(5000) == 0);
    const int came = await_quiet(server);
    close(listener);
    reset(server);
    return came / 101;
}

PROCESS_TEST(an_idle_connection_that_broke_is_made_again_for_what_it_cut_off)
{
    uint16_t port = 0;
    int listener = bind_inet(SOCK_STREAM, &port);
    ringlog_handler *handler = attach_socket(inet_address("tcp", port));
    require(ringlog_init(NULL) == 0);
    const long first = break_when_idle(listener);
    for (const int64_t until = now_ms() + 10000; counts_of(handler).errors < 3;)
        require(now_ms() < until); /* it broke, and nobody was there twice */
    listener = bind_inet(SOCK_STREAM, &port);
    struct line_reader reader = {.fd = accept_one(listener)};
    for (long i = first; i < LINES; i++)
        require(strtol(read_line(&reader), NULL, 10) == i);
    require(!is_readable(reader.fd, 500) && !is_readable(listener, 0));
    require(ringlog_shutdown(1000) == 0 && counts_of(handler).lost == 0);
}

PROCESS_TEST(so_is_one_whose_server_went_without_reading)
{
    const char *path = path_here("server");
    const int listener = bind_unix(SOCK_STREAM, path);
    attach_socket(unix_address("unix", path));
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "0");
    ringlog_info(ringlog_root(), "1");
    require(ringlog_flush(5000) == 0);
    close(accept_one(listener));
    struct line_reader reader = {.fd = accept_one(listener)};
    require(read_numbers(&reader, 0, 2) == 2);
}

PROCESS_TEST(a_dead_server_that_an_idle_handler_waits_for_holds_up_neither_flush_nor_shutdown)
{
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    ringlog_handler *handler;
    const struct ringlog_socket_options options = {
        .connection = {.reconnect_min_ms = 60000, .reconnect_max_ms = 60000}};
    require(ringlog_socket_handler_new(&handler, inet_address("tcp", port), &options) == 0);
    attach(handler);
    require(ringlog_init(NULL) == 0);
    const long first = break_when_idle(listener);
    const int64_t from = now_ms();
    while (counts_of(handler).errors == 0)
        require(now_ms() < from + 10000);
    require(ringlog_flush(1000) == 0 && ringlog_shutdown(1000) == 0);
    require(now_ms() < from + 10000);
    require(counts_of(handler).lost == (uint64_t)(LINES - first));
}

/* A handler whose server has its first line; the server's listening socket. */
static int bring_one_line(struct line_reader *reader)
{
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    attach_socket(inet_address("tcp", port));
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "0");
    reader->fd = accept_one(listener);
    require(read_numbers(reader, 0, 1) == 1);
    return listener;
}

PROCESS_TEST(an_idle_connection_that_broke_with_nothing_on_its_way_is_left_alone)
{
    struct line_reader reader = {.fd = -1};
    const int listener = bring_one_line(&reader);
    sleep_ms(500);
    /* What its peer has needs no connection. */
    reset(reader.fd);
    require(!is_readable(listener, 1000));
}

PROCESS_TEST(a_line_that_was_half_out_begins_again)
{
    const char *path = path_here("server");
    const int listener = bind_unix(SOCK_STREAM, path);
    ringlog_handler *handler = attach_socket(unix_address("unix", path));
    require(ringlog_init(NULL) == 0);
    for (int i = 0; i < LINES; i++)
        ringlog_info(ringlog_root(), "%d %0*d", i, 1000 + i % 100, i);
    const int first = accept_one(listener);
    require(await_quiet(first) > 0);
    require(counts_of(handler).pending > 0); /* the kernel has no room for more */
    close(first);
    /* The server's program has read nothing, so everything comes again. */
    struct line_reader reader = {.fd = accept_one(listener)};
    for (int i = 0; i < LINES; i++) {
        char expected[1200];
        snprintf(expected, sizeof expected, "%d %0*d", i, 1000 + i % 100, i);
        require_same_text(read_line(&reader), expected);
    }
    require(ringlog_flush(5000) == 0 && counts_of(handler).lost == 0);
}

/* ---- dead without a word ---- */

static void set_loopback(bool up)
{
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo"};
    require(ioctl(fd, SIOCGIFFLAGS, &request) == 0);
    request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    require(ioctl(fd, SIOCSIFFLAGS, &request) == 0);
    close(fd);
}

PROCESS_TEST(a_half_open_connection_is_noticed_and_its_lines_are_sent_again)
{
    leave_namespaces(CLONE_NEWNET); /* a network of our own, to pull the plug of */
    set_loopback(true);
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    ringlog_handler *handler;
    const struct ringlog_socket_options options = {
        .connection = {.reconnect_min_ms = 10, .reconnect_max_ms = 20, .dead_after_ms = 500}};
    require(ringlog_socket_handler_new(&handler, inet_address("tcp", port), &options) == 0);
    attach(handler);
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "0");
    struct line_reader before = {.fd = accept_one(listener)};
    require(read_numbers(&before, 0, 1) == 1);
    set_loopback(false);
    for (int i = 1; i < 100; i++)
        ringlog_info(ringlog_root(), "%d", i);
    int next = 100;
    const int64_t until = now_ms() + 10000;
    while (counts_of(handler).errors == 0 && now_ms() < until) {
        ringlog_info(ringlog_root(), "%d", next++);
        sleep_ms(50);
    }
    require(counts_of(handler).errors > 0);
    set_loopback(true);
    struct line_reader after = {.fd = accept_one(listener)};
    require(read_numbers(&after, 1, next) == next);
    require(counts_of(handler).lost == 0);
}

PROCESS_TEST(what_a_dead_connection_still_holds_at_the_end_is_counted)
{
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    const int bytes = 4096;
    require(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0);
    ringlog_handler *handler = attach_socket(inet_address("tcp", port));
    require(ringlog_init(NULL) == 0);
    for (int i = 0; i < LINES; i++)
        ringlog_info(ringlog_root(), "%0100d", i);
    const int server = accept_one(listener);
    require(ringlog_flush(5000) == 0);
    const int came = await_quiet(server);
    close(listener);
    reset(server);
    require(ringlog_shutdown(1000) == 0); /* it had all been handed over */
    require(counts_of(handler).lost == (uint64_t)(LINES - came / 101));
}

/* ---- the application's descriptors ---- */

PROCESS_TEST(a_descriptor_that_was_taken_away_gets_no_byte_of_ours)
{
    struct line_reader reader = {.fd = -1};
    const int listener = bring_one_line(&reader);
    /* As daemon(3) would; each number then belongs to a socket of the application's. */
    int pairs[16][2];
    for (int fd = 3; fd < 32; fd++)
        if (fd != listener && fd != reader.fd)
            close(fd);
    for (int i = 0; i < 8; i++)
        require(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]) == 0);
    ringlog_info(ringlog_root(), "1");
    struct line_reader again = {.fd = accept_one(listener)};
    require(read_numbers(&again, 1, 2) == 2);
    for (int i = 0; i < 8; i++)
        require(!is_readable(pairs[i][0], 0) && !is_readable(pairs[i][1], 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_listener_that_comes_and_goes_misses_no_line),
        cmocka_unit_test(a_line_after_an_idle_connection_was_closed_is_not_lost),
        cmocka_unit_test(what_a_reset_cut_off_is_sent_again_from_the_line_it_cut),
        cmocka_unit_test(an_idle_connection_that_broke_is_made_again_for_what_it_cut_off),
        cmocka_unit_test(so_is_one_whose_server_went_without_reading),
        cmocka_unit_test(
            a_dead_server_that_an_idle_handler_waits_for_holds_up_neither_flush_nor_shutdown),
        cmocka_unit_test(an_idle_connection_that_broke_with_nothing_on_its_way_is_left_alone),
        cmocka_unit_test(a_line_that_was_half_out_begins_again),
        cmocka_unit_test(a_half_open_connection_is_noticed_and_its_lines_are_sent_again),
        cmocka_unit_test(what_a_dead_connection_still_holds_at_the_end_is_counted),
        cmocka_unit_test(a_descriptor_that_was_taken_away_gets_no_byte_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
