/* The syslog handler, byte by byte. What a real server understands of it is test_rsyslog.py's. */
#include "network/receivers.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>

#define TIME_NS INT64_C(1700000000123456789)

static const char *path;

/* Where the handler finds it: /dev/log of this test. */
static int serve(int type)
{
    path = path_here("log");
    return bind_unix(type, path);
}

static ringlog_handler *start(struct ringlog_syslog_options options)
{
    ringlog_handler *handler;
    options.connection = (struct ringlog_connection_options)QUICKLY;
    if (options.transport == RINGLOG_SYSLOG_LOCAL)
        options.socket_path = path;
    if (options.app_name == NULL)
        options.app_name = "app";
    require(ringlog_syslog_handler_new(&handler, &options) == 0);
    attach(handler);
    require(ringlog_init(NULL) == 0);
    ringlog_set_thread_name("main");
    return handler;
}

static void log_at(int level, const char *text, int64_t time_ns)
{
    const struct ringlog_event event = {.level = level,
                                        .text = text,
                                        .text_length = strlen(text),
                                        .file = "a.c",
                                        .function = "f",
                                        .line = 7,
                                        .time_ns = time_ns};
    require(ringlog_log_ex(ringlog_get_logger("server.http"), &event) == 0);
}

static const char *hostname(void)
{
    static char name[65];
    require(gethostname(name, sizeof name - 1) == 0);
    return name;
}

/* "[ringlog@32473 ...]" of what log_at() logs. */
static const char *data(void)
{
    static char text[200];
    snprintf(text, sizeof text,
             "[ringlog@32473 logger=\"server.http\" file=\"a.c\" line=\"7\" function=\"f\" "
             "thread=\"main\" tid=\"%d\"]",
             (int)getpid());
    return text;
}

/* ---- RFC 5424 ---- */

static void require_message(const char *found, int priority, const char *time,
                            const char *structured, const char *text)
{
    char expected[4096];
    snprintf(expected, sizeof expected, "<%d>1 %s %s app %d server.http %s %s", priority, time,
             hostname(), (int)getpid(), structured, text);
    require_same_text(found, expected);
}

PROCESS_TEST(a_message_of_rfc5424)
{
    setenv("TZ", "UTC", 1);
    const int server = serve(SOCK_DGRAM);
    start((struct ringlog_syslog_options){.format = RINGLOG_SYSLOG_RFC5424});
    log_at(RINGLOG_ERROR, "plain", TIME_NS);
    log_at(RINGLOG_INFO, "\xc3\xbc", 1);
    require_message(receive(server, NULL), LOG_USER | LOG_ERR, "2023-11-14T22:13:20.123456+00:00",
                    data(), "plain");
    require_message(receive(server, NULL), LOG_USER | LOG_INFO, "1970-01-01T00:00:00.000000+00:00",
                    data(), "\xef\xbb\xbf\xc3\xbc");
}

PROCESS_TEST(times_have_the_offset_of_their_zone_and_moment)
{
    setenv("TZ", "LHST-10:30LHDT-11,M10.1.0,M4.1.0", 1); /* Lord Howe: summer is half an hour */
    const int server = serve(SOCK_DGRAM);
    start((struct ringlog_syslog_options){.format = RINGLOG_SYSLOG_RFC5424});
    log_at(RINGLOG_INFO, "", TIME_NS);
    log_at(RINGLOG_INFO, "", TIME_NS + INT64_C(15552000000000000)); /* 180 days */
    log_at(RINGLOG_INFO, "", -1);
    require_message(receive(server, NULL), 14, "2023-11-15T09:13:20.123456+11:00", data(), "");
    require_message(receive(server, NULL), 14, "2024-05-13T08:43:20.123456+10:30", data(), "");
    require(strstr(receive(server, NULL), ">1 1970-01-01T10:59:59.999999+11:00 ") != NULL);
}

PROCESS_TEST(levels_are_severities)
{
    static const int expected[][2] = {{5, LOG_DEBUG},    {10, LOG_DEBUG},   {19, LOG_DEBUG},
                                      {20, LOG_INFO},    {24, LOG_INFO},    {25, LOG_NOTICE},
                                      {30, LOG_WARNING}, {39, LOG_WARNING}, {40, LOG_ERR},
                                      {50, LOG_CRIT},    {99, LOG_CRIT}};
    const int server = serve(SOCK_DGRAM);
    start((struct ringlog_syslog_options){.facility = LOG_LOCAL7});
    ringlog_logger_set_level(ringlog_root(), 1);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        log_at(expected[i][0], "", 1);
        require(strtol(receive(server, NULL) + 1, NULL, 10) == (LOG_LOCAL7 | expected[i][1]));
    }
}

PROCESS_TEST(names_are_printable_and_end_where_they_must)
{
    const int server = serve(SOCK_DGRAM);
    start((struct ringlog_syslog_options){.format = RINGLOG_SYSLOG_RFC5424,
                                          .structured_data_id = ""});
    ringlog_info(ringlog_get_logger("a b.\xc3\xbc.\x1b[1m.and.more.than.thirty-two"), "text");
    require(strstr(receive(server, NULL), " a?b.??.?[1m.and.more.than.thirty - text") != NULL);
}

PROCESS_TEST(structured_data_may_have_another_name)
{
    const int server = serve(SOCK_DGRAM);
    start((struct ringlog_syslog_options){.format = RINGLOG_SYSLOG_RFC5424,
                                          .structured_data_id = "where@12345.6"});
    log_at(RINGLOG_INFO, "text", 1);
    require(strstr(receive(server, NULL), " [where@12345.6 logger=\"") != NULL);
}

PROCESS_TEST(extra_fields_are_an_element_of_their_own)
{
    const int server = serve(SOCK_DGRAM);
    start((struct ringlog_syslog_options){.format = RINGLOG_SYSLOG_RFC5424});
    ringlog_info_kv(ringlog_get_logger("kv"), "text", "user", "\"] x=\"\n", "attempt", 3,
                    "a b=]\"\xc3\xbc.and.more.than.thirty-two", (bool)true);
    require(strstr(receive(server, NULL),
                   "][fields@32473 user=\"\\\"\\] x=\\\"\\\\n\" attempt=\"3\" "
                   "a_b_____.and.more.than.thirty-tw=\"true\"] text") != NULL);
}

PROCESS_TEST(what_is_too_long_is_cut_between_characters)
{
    uint16_t port = 0;
    const int server = bind_inet(SOCK_DGRAM, &port);
    start((struct ringlog_syslog_options){
        .transport = RINGLOG_SYSLOG_UDP, .host = "127.0.0.1", .port = port, .message_bytes = 480});
    char text[1001], file[401];
    for (int i = 0; i < 1000; i += 2)
        memcpy(text + i, "\xc3\xbc", 3);
    /* Whatever the header's length is: two bytes of text, three of a mark, at both parities. */
    for (size_t shift = 0; shift < 2; shift++) {
        log_at(RINGLOG_INFO, text + 2 * shift, 1);
        size_t length;
        const char *message = receive(server, &length);
        const char *end = message + length - 5;
        require(length == 480 || length == 479);
        require_same_text(end, "\xc3\xbc\xe2\x80\xa6");
        ringlog_set_thread_name("main2");
    }
    /* Structured data that would leave no room for the text goes first. */
    memset(file, 'f', 400);
    file[400] = '\0';
    const struct ringlog_event event = {
        .level = RINGLOG_INFO, .text = text, .text_length = 1000, .file = file};
    require(ringlog_log_ex(ringlog_root(), &event) == 0);
    size_t length;
    require(strstr(receive(server, &length), " root - \xef\xbb\xbf\xc3\xbc") != NULL);
    require(length == 480 || length == 479);
}

PROCESS_TEST(a_text_that_fits_to_the_byte_is_not_cut)
{
    const int server = serve(SOCK_DGRAM);
    start((struct ringlog_syslog_options){.message_bytes = 480});
    char text[481];
    memset(text, 'x', 480);
    text[480] = '\0';
    log_at(RINGLOG_INFO, "", 1);
    size_t header, length;
    receive(server, &header);
    for (size_t more = 0; more < 2; more++) {
        log_at(RINGLOG_INFO, text + header - more, 1);
        const char *message = receive(server, &length);
        require(length == 480);
        require_same_text(message + 476, more == 0 ? "xxxx" : "x\xe2\x80\xa6");
    }
}

/* ---- RFC 3164 ---- */

PROCESS_TEST(a_message_of_rfc3164)
{
    setenv("TZ", "UTC", 1);
    setlocale(LC_ALL, "");
    const int local = serve(SOCK_DGRAM);
    uint16_t port = 0;
    const int remote = bind_inet(SOCK_DGRAM, &port);
    ringlog_handler *handler;
    const struct ringlog_syslog_options options = {.transport = RINGLOG_SYSLOG_UDP,
                                                   .format = RINGLOG_SYSLOG_RFC3164,
                                                   .host = "127.0.0.1",
                                                   .port = port,
                                                   .app_name = "app"};
    require(ringlog_syslog_handler_new(&handler, &options) == 0);
    attach(handler);
    start((struct ringlog_syslog_options){.facility = LOG_DAEMON});
    log_at(RINGLOG_WARNING, "a\nb \xc3\xbc", INT64_C(1701649205000000000));
    char expected[300];
    snprintf(expected, sizeof expected, "<28>Dec  4 00:20:05 app[%d]: a\\nb \xc3\xbc",
             (int)getpid());
    require_same_text(receive(local, NULL), expected);
    snprintf(expected, sizeof expected, "<12>Dec  4 00:20:05 %s app[%d]: a\\nb \xc3\xbc",
             hostname(), (int)getpid());
    require_same_text(receive(remote, NULL), expected);
}

/* ---- transports ---- */

PROCESS_TEST(messages_by_tcp_are_counted)
{
    uint16_t port = 0;
    const int listener = bind_inet(SOCK_STREAM, &port);
    start((struct ringlog_syslog_options){.transport = RINGLOG_SYSLOG_TCP,
                                          .host = "localhost",
                                          .port = port,
                                          .structured_data_id = ""});
    for (int i = 0; i < 3000; i++)
        ringlog_info(ringlog_root(), "%.*s", i % 100, "a\nb 9 <1>1 - ");
    FILE *stream = fdopen(accept_one(listener), "r");
    for (int i = 0; i < 3000; i++) {
        unsigned length;
        char message[1024];
        require(fscanf(stream, "%u", &length) == 1 && fgetc(stream) == ' ');
        require(length < sizeof message && fread(message, 1, length, stream) == length);
        message[length] = '\0';
        require(strncmp(message, "<14>1 ", 6) == 0);
        char expected[128];
        snprintf(expected, sizeof expected, " root - %.*s", i % 100, "a\nb 9 <1>1 - ");
        char *newline = strchr(expected, '\n');
        if (newline != NULL) {
            memmove(newline + 2, newline + 1, strlen(newline + 1) + 1);
            memcpy(newline, "\\n", 2);
        }
        require_same_text(strstr(message, " root "), expected);
    }
    require(ringlog_flush(5000) == 0);
}

PROCESS_TEST(a_local_socket_that_is_a_stream_gets_messages_with_a_nul_each)
{
    const int listener = serve(SOCK_STREAM);
    start((struct ringlog_syslog_options){.facility = LOG_USER});
    ringlog_info(ringlog_root(), "one");
    ringlog_info(ringlog_root(), "two%c", 0);
    require(ringlog_flush(5000) == 0);
    size_t length;
    const char *message = receive(accept_one(listener), &length);
    require(strstr(message, "]: one") == message + strlen(message) - 6);
    const char *second = message + strlen(message) + 1;
    require(strstr(second, "]: two\\x00") == second + strlen(second) - 10);
    require(length == strlen(message) + 1 + strlen(second) + 1);
}

PROCESS_TEST(an_absent_socket_is_waited_for_and_a_new_one_is_found)
{
    const int first = serve(SOCK_DGRAM);
    close(first);
    unlink(path);
    ringlog_handler *handler = start((struct ringlog_syslog_options){.facility = LOG_USER});
    ringlog_info(ringlog_root(), "early");
    eventually(counts_of(handler).errors > 0);
    const int second = serve(SOCK_DGRAM);
    require(strstr(receive(second, NULL), "]: early") != NULL);
    /* The server starts again: a new socket at the same path. */
    close(second);
    ringlog_info(ringlog_root(), "between");
    eventually(counts_of(handler).last_errno == ECONNREFUSED);
    const int third = serve(SOCK_DGRAM);
    require(strstr(receive(third, NULL), "]: between") != NULL);
    require(ringlog_flush(5000) == 0 && counts_of(handler).lost == 0);
}

/* ---- options ---- */

static void refuse(struct ringlog_syslog_options options, const char *why)
{
    ringlog_handler *handler;
    require(ringlog_syslog_handler_new(&handler, &options) < 0 && handler == NULL);
    if (strstr(ringlog_last_error(), why) == NULL)
        require_same_text(ringlog_last_error(), why);
}

#define REFUSED(why, ...) refuse((struct ringlog_syslog_options){__VA_ARGS__}, why)

PROCESS_TEST(options_that_cannot_be_meant_are_refused)
{
    REFUSED("transport 3", .transport = (enum ringlog_syslog_transport)3);
    REFUSED("format 3", .format = (enum ringlog_syslog_format)3);
    REFUSED("facility 1:", .facility = 1);
    REFUSED("facility 192", .facility = 24 << 3);
    REFUSED("facility -8", .facility = -8);
    REFUSED("app_name: byte 3", .app_name = "two words");
    REFUSED("app_name: byte 0", .app_name = "\r\n<0>1");
    REFUSED("app_name \"\"", .app_name = "");
    REFUSED("1 to 48 bytes", .app_name = "a234567890a234567890a234567890a234567890a23456789");
    REFUSED("not NAME@NUMBER", .structured_data_id = "origin");
    REFUSED("not NAME@NUMBER", .structured_data_id = "x@1]");
    REFUSED("not NAME@NUMBER", .structured_data_id = "x=@1");
    REFUSED("byte 1", .structured_data_id = "x @1");
    REFUSED("1 to 32 bytes", .structured_data_id = "abcdefghijklmnopqrstuvwxyzabcd@12");
    REFUSED("message_bytes 479", .message_bytes = 479);
    REFUSED("message_bytes 65508", .message_bytes = 65508);
    REFUSED("not a name", .transport = RINGLOG_SYSLOG_TCP, .host = "ho\nst");
    REFUSED("not an absolute path", .socket_path = "dev/log");
    REFUSED("RINGLOG_NOT_ISOLATED", .isolation = {.isolation = RINGLOG_NOT_ISOLATED});
    ringlog_handler *handler;
    require(ringlog_syslog_handler_new(&handler, NULL) == 0);
    ringlog_handler_unref(handler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_of_rfc5424),
        cmocka_unit_test(times_have_the_offset_of_their_zone_and_moment),
        cmocka_unit_test(levels_are_severities),
        cmocka_unit_test(names_are_printable_and_end_where_they_must),
        cmocka_unit_test(structured_data_may_have_another_name),
        cmocka_unit_test(extra_fields_are_an_element_of_their_own),
        cmocka_unit_test(what_is_too_long_is_cut_between_characters),
        cmocka_unit_test(a_text_that_fits_to_the_byte_is_not_cut),
        cmocka_unit_test(a_message_of_rfc3164),
        cmocka_unit_test(messages_by_tcp_are_counted),
        cmocka_unit_test(a_local_socket_that_is_a_stream_gets_messages_with_a_nul_each),
        cmocka_unit_test(an_absent_socket_is_waited_for_and_a_new_one_is_found),
        cmocka_unit_test(options_that_cannot_be_meant_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
