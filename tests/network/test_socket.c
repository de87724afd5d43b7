/* The socket handler: addresses, what it sends, and servers that are not there or do not read. */
#include "network/receivers.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>

/* ---- addresses and options ---- */

static void require_refused(const char *address, const char *why)
{
    ringlog_handler *handler = (ringlog_handler *)1;
    require(ringlog_socket_handler_new(&handler, address, NULL) < 0);
    require(handler == NULL);
    require(strstr(ringlog_last_error(), why) != NULL);
}

PROCESS_TEST(an_address_is_checked_when_the_handler_is_made)
{
    require_refused(NULL, "no address");
    require_refused("", "neither tcp:HOST:PORT nor");
    require_refused("localhost:514", "neither tcp:HOST:PORT nor");
    require_refused("tcp:localhost", "not HOST:PORT");
    require_refused("tcp:localhost:", "port \"\"");
    require_refused("tcp:localhost:0", "port \"0\"");
    require_refused("tcp:localhost:65536", "port \"65536\"");
    require_refused("tcp:localhost:51 4", "port \"51 4\"");
    require_refused("tcp:localhost:-1", "port \"-1\"");
    require_refused("tcp::514", "not a name");
    require_refused("tcp:ho st:514", "not a name");
    require_refused("tcp:ho\r\nst:514", "not a name");
    require_refused("tcp:::1:514", "port \":1:514\"");
    require_refused("tcp:[::1]514", "not HOST:PORT");
    require_refused("tcp:[::1:514", "not HOST:PORT");
    require_refused("unix:relative", "not an absolute path");
    char path[140] = "unix:/";
    memset(path + 6, 'p', sizeof path - 7);
    require_refused(path, "longer than");
    char host[300] = "tcp:";
    memset(host + 4, 'h', 290);
    require_refused(host, "not HOST:PORT");
}

PROCESS_TEST(options_are_checked_too)
{
    ringlog_handler *handler;
    struct ringlog_socket_options options = {.isolation = {.isolation = RINGLOG_NOT_ISOLATED}};
    require(ringlog_socket_handler_new(&handler, "unix:/s", &options) == -EINVAL);
    require(strstr(ringlog_last_error(), "RINGLOG_NOT_ISOLATED") != NULL);
    options = (struct ringlog_socket_options){
        .connection = {.reconnect_min_ms = 2, .reconnect_max_ms = 1}};
    require(ringlog_socket_handler_new(&handler, "unix:/s", &options) == -EINVAL);
    require(strstr(ringlog_last_error(), "reconnect_max_ms, 1") != NULL);
    options = (struct ringlog_socket_options){.connection = {.dead_after_ms = 86400001}};
    require(ringlog_socket_handler_new(&handler, "unix:/s", &options) == -EINVAL);
    require(strstr(ringlog_last_error(), "dead_after_ms 86400001") != NULL);
    options = (struct ringlog_socket_options){.isolation = {.queue_bytes = 1}};
    require(ringlog_socket_handler_new(&handler, "unix:/s", &options) == -EINVAL);
    require(ringlog_socket_handler_new(&handler, "tcp:[::1]:514", NULL) == 0);
    ringlog_handler_unref(handler);
}

/* ---- lines ---- */

PROCESS_TEST(a_stream_gets_lines)
{
    const char *path = path_here("server");
    uint16_t port = 0;
    const int listeners[] = {bind_inet(SOCK_STREAM, &port), bind_unix(SOCK_STREAM, path)};
    attach_socket(inet_address("tcp", port));
    attach_socket(unix_address("unix", path));
    require(ringlog_init(NULL) == 0);
    for (int i = 0; i < 1000; i++)
        ringlog_info(ringlog_root(), "line %d", i);
    for (int server = 0; server < 2; server++) {
        struct line_reader reader = {.fd = accept_one(listeners[server])};
        for (int i = 0; i < 1000; i++) {
            char expected[32];
            snprintf(expected, sizeof expected, "line %d", i);
            require_same_text(read_line(&reader), expected);
        }
    }
    require(ringlog_flush(5000) == 0);
    require(ringlog_shutdown(5000) == 0);
}

PROCESS_TEST(a_datagram_is_a_line)
{
    const char *path = path_here("server");
    uint16_t port = 0;
    const int servers[] = {bind_inet(SOCK_DGRAM, &port), bind_unix(SOCK_DGRAM, path)};
    attach_socket(inet_address("udp", port));
    attach_socket(unix_address("unix-datagram", path));
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "one");
    ringlog_info(ringlog_root(), "two");
    for (int server = 0; server < 2; server++) {
        require_same_text(receive(servers[server], NULL), "one\n");
        require_same_text(receive(servers[server], NULL), "two\n");
    }
    require(ringlog_shutdown(5000) == 0);
}

PROCESS_TEST(a_record_is_one_line_whatever_it_says)
{
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    ringlog_handler *handler = attach_socket(inet_address("tcp", port));
    ringlog_formatter *raw;
    require(ringlog_formatter_new(&raw, &(struct ringlog_formatter_options){.raw = true}) == 0);
    require(ringlog_init(NULL) == 0);
    const struct ringlog_event event = {.level = RINGLOG_ERROR,
                                        .text = "first\nsecond",
                                        .text_length = 12,
                                        .exception_text = "Traceback:\n  forged\n",
                                        .stack_text = "Stack"};
    require(ringlog_log_ex(ringlog_root(), &event) == 0);
    require(ringlog_handler_set_formatter(handler, raw) == 0);
    require(ringlog_log_ex(ringlog_root(), &event) == 0);
    ringlog_info(ringlog_root(), "end");
    struct line_reader reader = {.fd = accept_one(listener)};
    for (int i = 0; i < 2; i++)
        require_same_text(read_line(&reader), "first\\nsecond\\nTraceback:\\n  forged\\nStack");
    require_same_text(read_line(&reader), "end");
}

/* ---- servers that are not there ---- */

static char report[512];
static unsigned reports; /* atomic */

static void note_report(const char *message, void *context)
{
    (void)context;
    if (__atomic_load_n(&reports, __ATOMIC_RELAXED) == 0)
        snprintf(report, sizeof report, "%s", message);
    __atomic_fetch_add(&reports, 1, __ATOMIC_RELEASE); /* Pairs with the load of who reads it. */
}

static void await_report(const char *containing)
{
    eventually(__atomic_load_n(&reports, __ATOMIC_ACQUIRE) != 0);
    if (strstr(report, containing) == NULL)
        require_same_text(report, containing);
}

static void start_with_reports(void)
{
    log_to("beside.log", NULL);
    require(ringlog_init(&(struct ringlog_options){.on_error = note_report}) == 0);
}

/* Lines beside go on as if nothing was, and neither flush nor shutdown waits longer than it may. */
static void require_nothing_delayed(ringlog_handler *handler)
{
    for (unsigned long step = 1; step <= 5; step++) {
        const int64_t before = now_ms();
        for (int i = 0; i < 100; i++)
            ringlog_info(ringlog_root(), "beside");
        eventually(count_lines("beside.log", "beside") == step * 100);
        require(now_ms() - before < 1000);
    }
    int64_t before = now_ms();
    require(ringlog_flush(200) == -ETIMEDOUT);
    require(now_ms() - before < 2000);
    require(counts_of(handler).pending > 0 && counts_of(handler).lost == 0);
    before = now_ms();
    require(ringlog_shutdown(200) == -ETIMEDOUT);
    require(now_ms() - before < 2000);
    /* By a thread that goes on after shutdown gave up waiting for it. */
    eventually(counts_of(handler).lost == counts_of(handler).records);
}

PROCESS_TEST(a_refused_connection_is_tried_again_at_growing_distances)
{
    uint16_t port = 0;
    close(bind_inet(SOCK_STREAM, &port));
    ringlog_handler *handler;
    const struct ringlog_socket_options options = {
        .connection = {.reconnect_min_ms = 50, .reconnect_max_ms = 200}};
    require(ringlog_socket_handler_new(&handler, inet_address("tcp", port), &options) == 0);
    attach(handler);
    start_with_reports();
    ringlog_info(ringlog_root(), "anybody?");
    await_report("socket handler: connect to tcp:127.0.0.1:");
    await_report(": Connection refused");
    sleep_ms(2000);
    /* At 0, 50, 150, 350 and then every 150 to 200: a dozen, not two thousand. */
    const uint64_t attempts = counts_of(handler).errors;
    require(attempts >= 5 && attempts < 20);
    require_nothing_delayed(handler);
}

PROCESS_TEST(a_name_that_does_not_resolve_delays_nothing)
{
    setenv("RES_OPTIONS", "timeout:1 attempts:1", 1);
    ringlog_handler *handler = attach_socket("tcp:nobody.invalid:514");
    start_with_reports();
    ringlog_info(ringlog_root(), "anybody?");
    await_report("socket handler: connect to tcp:nobody.invalid:514: ");
    require_nothing_delayed(handler);
}

PROCESS_TEST(an_absent_socket_file_delays_nothing)
{
    ringlog_handler *handler = attach_socket("unix:/nonexistent/socket");
    start_with_reports();
    ringlog_info(ringlog_root(), "anybody?");
    await_report("connect to unix:/nonexistent/socket: No such file or directory");
    require_nothing_delayed(handler);
}

PROCESS_TEST(what_was_logged_before_the_server_came_is_not_lost)
{
    uint16_t port = 0;
    close(bind_inet(SOCK_STREAM, &port));
    ringlog_handler *handler = attach_socket(inet_address("tcp", port));
    start_with_reports();
    for (int i = 0; i < 100; i++)
        ringlog_info(ringlog_root(), "%d", i);
    await_report("refused");
    struct line_reader reader = {.fd = accept_one(bind_inet(SOCK_STREAM, &port))};
    for (int i = 0; i < 100; i++)
        require(atoi(read_line(&reader)) == i);
    require(ringlog_flush(5000) == 0);
    require(counts_of(handler).lost == 0 && !is_readable(reader.fd, 50));
}

/* A name that stands for ::1 first, where nobody listens, and then for 127.0.0.1. */
static void name_two_addresses(void)
{
    leave_namespaces(CLONE_NEWNS);
    require(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    FILE *hosts = fopen("hosts", "w");
    require(hosts != NULL && fputs("::1 two.test\n127.0.0.1 two.test\n", hosts) >= 0);
    fclose(hosts);
    require(mount("hosts", "/etc/hosts", NULL, MS_BIND, NULL) == 0);
}

PROCESS_TEST(each_address_of_a_name_is_tried)
{
    name_two_addresses();
    uint16_t stream_port = 0, datagram_port = 0;
    const int listener = bind_inet(SOCK_STREAM, &stream_port);
    const int server = bind_inet(SOCK_DGRAM, &datagram_port);
    char stream[64], datagram[64];
    snprintf(stream, sizeof stream, "tcp:two.test:%u", stream_port);
    snprintf(datagram, sizeof datagram, "udp:two.test:%u", datagram_port);
    ringlog_handler *to_stream = attach_socket(stream);
    ringlog_handler *to_datagram = attach_socket(datagram);
    start_with_reports();
    ringlog_info(ringlog_root(), "text");
    struct line_reader reader = {.fd = accept_one(listener)};
    require_same_text(read_line(&reader), "text");
    require_same_text(receive(server, NULL), "text\n");
    require(ringlog_flush(5000) == 0);
    require(counts_of(to_stream).errors == 0 && counts_of(to_stream).lost == 0);
    require(counts_of(to_datagram).errors == 1 && counts_of(to_datagram).lost == 0);
}

PROCESS_TEST(datagrams_that_nobody_takes_wait_for_a_server)
{
    uint16_t port = 0;
    close(bind_inet(SOCK_DGRAM, &port));
    ringlog_handler *handler = attach_socket(inet_address("udp", port));
    start_with_reports();
    for (int i = 0; i < 100; i++)
        ringlog_info(ringlog_root(), "%d", i);
    await_report("send to udp:127.0.0.1:");
    const int server = bind_inet(SOCK_DGRAM, &port);
    for (int i = 0; i < 100; i++)
        require(atoi(receive(server, NULL)) == i);
    require(counts_of(handler).lost == 0);
}

/* ---- servers that do not read ---- */

enum { MANY = 60000 };

/* Fills the small queue of a handler whose server does not read. */
static ringlog_handler *overfill(const char *address)
{
    ringlog_handler *handler;
    const struct ringlog_socket_options options = {.connection = QUICKLY,
                                                   .isolation = {.queue_bytes = 64 << 10}};
    require(ringlog_socket_handler_new(&handler, address, &options) == 0);
    attach(handler);
    start_with_reports();
    for (int i = 0; i < MANY; i++)
        ringlog_info(ringlog_root(), "%0100d", i);
    eventually(counts_now().records_written == MANY);
    require(counts_now().lost_full == 0);
    eventually(count_lines("beside.log", "0000000000") == MANY);
    require(ringlog_flush(100) == -ETIMEDOUT);
    require(counts_of(handler).lost > 0);
    return handler;
}

PROCESS_TEST(a_server_that_does_not_read_costs_only_its_own_lines)
{
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    const int bytes = 4096;
    require(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0);
    ringlog_handler *handler = overfill(inet_address("tcp", port));
    /* It reads at last: nothing twice, in order, and the log tells how many are missing. */
    struct line_reader reader = {.fd = accept_one(listener)};
    unsigned long lines = 0, told = 0;
    long last = -1;
    while (lines + told < MANY) {
        const char *line = read_line(&reader);
        require(line != NULL);
        if (strstr(line, ": the handler's queue was full") != NULL) {
            told += strtoul(line, NULL, 10);
            continue;
        }
        require(strtol(line, NULL, 10) > last);
        last = strtol(line, NULL, 10);
        lines++;
    }
    require(ringlog_flush(5000) == 0);
    require(lines + told == MANY && told == counts_of(handler).lost);
    require(count_lines("beside.log", "records lost between") > 0);
}

PROCESS_TEST(a_full_datagram_socket_is_waited_for)
{
    const char *path = path_here("server");
    const int server = bind_unix(SOCK_DGRAM, path);
    ringlog_handler *handler = attach_socket(unix_address("unix-datagram", path));
    start_with_reports();
    for (int i = 0; i < 5000; i++)
        ringlog_info(ringlog_root(), "%d", i);
    eventually(count_lines("beside.log", NULL) == 5000);
    require(counts_of(handler).pending > 0);
    for (int i = 0; i < 5000; i++)
        require(atoi(receive(server, NULL)) == i);
    require(ringlog_flush(5000) == 0);
    require(counts_of(handler).lost == 0 && counts_of(handler).errors == 0);
}

PROCESS_TEST(a_datagram_that_is_too_large_is_counted_and_the_next_one_sent)
{
    uint16_t port = 0;
    const int server = bind_inet(SOCK_DGRAM, &port);
    ringlog_handler *handler = attach_socket(inet_address("udp", port));
    const struct ringlog_options options = {
        .string_bytes = 100000, .ring_bytes = 1 << 20, .on_error = note_report};
    require(ringlog_init(&options) == 0);
    char *large = calloc(1, 70000);
    require(large != NULL);
    memset(large, 'x', 70000 - 1);
    ringlog_info(ringlog_root(), "%s", large);
    ringlog_info(ringlog_root(), "after");
    require_same_text(receive(server, NULL), "after\n");
    require(counts_of(handler).lost == 1);
    await_report("Message too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_checked_when_the_handler_is_made),
        cmocka_unit_test(options_are_checked_too),
        cmocka_unit_test(a_stream_gets_lines),
        cmocka_unit_test(a_datagram_is_a_line),
        cmocka_unit_test(a_record_is_one_line_whatever_it_says),
        cmocka_unit_test(a_refused_connection_is_tried_again_at_growing_distances),
        cmocka_unit_test(a_name_that_does_not_resolve_delays_nothing),
        cmocka_unit_test(an_absent_socket_file_delays_nothing),
        cmocka_unit_test(what_was_logged_before_the_server_came_is_not_lost),
        cmocka_unit_test(each_address_of_a_name_is_tried),
        cmocka_unit_test(datagrams_that_nobody_takes_wait_for_a_server),
        cmocka_unit_test(a_server_that_does_not_read_costs_only_its_own_lines),
        cmocka_unit_test(a_full_datagram_socket_is_waited_for),
        cmocka_unit_test(a_datagram_that_is_too_large_is_counted_and_the_next_one_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
