/* The example server's parser: what it takes, what it refuses, in any pieces. */
#include "cmocka_first.h"

#include "http_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST "Host: a\r\n"

/* Hands over one byte more at a time, in a buffer without a byte to spare. */
static int parse_in_pieces(const char *text, size_t length, struct http_request *request,
                           char **owner)
{
    size_t scanned = 0;
    int status = 0;
    char *bytes = NULL;
    for (size_t given = 0; given <= length && status == 0; given++) {
        bytes = realloc(bytes, given + 1);
        if (given > 0)
            bytes[given - 1] = text[given - 1];
        status = http_parse_head(bytes, given, &scanned, request);
    }
    *owner = bytes;
    return status;
}

static int status_of(const char *text)
{
    struct http_request request;
    char *owner;
    const int status = parse_in_pieces(text, strlen(text), &request, &owner);
    free(owner);
    return status;
}

static void a_request_comes_apart_at_any_byte(void **state)
{
    (void)state;
    struct http_request request;
    char *owner;
    const char *text = "\r\nGET /work?ms=5 HTTP/1.1\r\nhost: a\r\nContent-Length: 3\r\n\r\nabc";
    assert_int_equal(parse_in_pieces(text, strlen(text), &request, &owner), 200);
    assert_string_equal(request.method, "GET");
    assert_string_equal(request.target, "/work?ms=5");
    assert_int_equal(request.path_length, 5);
    assert_string_equal(request.query, "ms=5");
    assert_int_equal(request.body_bytes, 3);
    assert_int_equal(request.head_bytes, strlen(text) - 3);
    assert_true(request.keep_alive);
    free(owner);
}

static void what_follows_a_head_stays_as_it_is(void **state)
{
    (void)state;
    char bytes[128] = "GET / HTTP/1.1\r\n" HOST "\r\nGET /next HTTP/1.1\r\n";
    struct http_request request;
    size_t scanned = 0;
    assert_int_equal(http_parse_head(bytes, strlen(bytes), &scanned, &request), 200);
    assert_string_equal(bytes + request.head_bytes, "GET /next HTTP/1.1\r\n");
}

static bool keeps_alive(const char *version, const char *field)
{
    char bytes[128];
    const int length = snprintf(bytes, sizeof bytes, "GET / %s\r\n" HOST "%s\r\n", version, field);
    struct http_request request;
    size_t scanned = 0;
    assert_int_equal(http_parse_head(bytes, (size_t)length, &scanned, &request), 200);
    return request.keep_alive;
}

static void connections_stay_or_close_as_told(void **state)
{
    (void)state;
    assert_true(keeps_alive("HTTP/1.1", ""));
    assert_false(keeps_alive("HTTP/1.1", "connection: Close\r\n"));
    assert_false(keeps_alive("HTTP/1.1", "Connection: upgrade ,close\r\n"));
    assert_true(keeps_alive("HTTP/1.1", "Connection: closed\r\n"));
    assert_false(keeps_alive("HTTP/1.0", ""));
    assert_true(keeps_alive("HTTP/1.0", "Connection: keep-alive\r\n"));
}

static void what_is_unfinished_waits(void **state)
{
    (void)state;
    assert_int_equal(status_of(""), 0);
    assert_int_equal(status_of("\r\n"), 0);
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" HOST "\r"), 0);
}

static void what_could_be_read_in_two_ways_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "GET /\r\n" HOST "\r\n",
        "GET / \r\n" HOST "\r\n",
        "GET  / HTTP/1.1\r\n" HOST "\r\n",
        "GET / HTTP/1.1 \r\n" HOST "\r\n",
        "GET / http/1.1\r\n" HOST "\r\n",
        "GET example HTTP/1.1\r\n" HOST "\r\n",
        "G(T / HTTP/1.1\r\n" HOST "\r\n",
        " / HTTP/1.1\r\n" HOST "\r\n",
        "GET /\t HTTP/1.1\r\n" HOST "\r\n",
        "GET / HTTP/1.1\n" HOST "\r\n",
        "GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "X: a\nb\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "X: \x01\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "X : a\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST " folded\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST ": empty\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST HOST "\r\n",
        "GET / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "Content-Length: 1 2\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (status_of(bad[i]) != 400)
            fail_msg("%d, not 400, for: %s", status_of(bad[i]), bad[i]);

    char nul[] = "GET /x HTTP/1.1\r\n" HOST "\r\n";
    nul[5] = '\0';
    struct http_request request;
    size_t scanned = 0;
    assert_int_equal(http_parse_head(nul, sizeof nul - 1, &scanned, &request), 400);
}

static void other_refusals_have_their_own_status(void **state)
{
    (void)state;
    assert_int_equal(status_of("GET / HTTP/2.0\r\n" HOST "\r\n"), 505);
    assert_int_equal(status_of("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"),
                     411);
    assert_int_equal(status_of("POST / HTTP/1.1\r\n" HOST "Content-Length: 65536\r\n\r\n"), 200);
    assert_int_equal(status_of("POST / HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n"), 413);
    assert_int_equal(status_of("GET / HTTP/1.0\r\n\r\n"), 200);
}

/* A head of exactly this many bytes. */
static int status_of_size(size_t bytes)
{
    static const char before[] = "GET / HTTP/1.1\r\n" HOST "X: ";
    char *head = malloc(bytes + 1);
    memset(head, 'x', bytes);
    memcpy(head, before, sizeof before - 1);
    memcpy(head + bytes - 4, "\r\n\r\n", 4);
    struct http_request request;
    size_t scanned = 0;
    const int status = http_parse_head(head, bytes, &scanned, &request);
    free(head);
    return status;
}

static void a_head_has_a_largest_size(void **state)
{
    (void)state;
    assert_int_equal(status_of_size(HTTP_MAX_HEAD_BYTES), 200);
    assert_int_equal(status_of_size(HTTP_MAX_HEAD_BYTES + 1), 431);

    char *endless = malloc(HTTP_MAX_HEAD_BYTES + 1);
    memset(endless, 'x', HTTP_MAX_HEAD_BYTES);
    struct http_request request;
    size_t scanned = 0;
    assert_int_equal(http_parse_head(endless, HTTP_MAX_HEAD_BYTES - 1, &scanned, &request), 0);
    assert_int_equal(http_parse_head(endless, HTTP_MAX_HEAD_BYTES, &scanned, &request), 431);
    free(endless);
}

static void percent_codes_are_resolved_or_refused(void **state)
{
    (void)state;
    char text[] = "a%20b%C3%a9%25";
    assert_true(http_percent_decode(text));
    assert_string_equal(text, "a b\xc3\xa9%");
    static const char *const bad[] = {"%", "%4", "%4g", "%g4", "a%00b", "%-1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char copy[16];
        snprintf(copy, sizeof copy, "%s", bad[i]);
        if (http_percent_decode(copy))
            fail_msg("taken: %s", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_apart_at_any_byte),
        cmocka_unit_test(what_follows_a_head_stays_as_it_is),
        cmocka_unit_test(connections_stay_or_close_as_told),
        cmocka_unit_test(what_is_unfinished_waits),
        cmocka_unit_test(what_could_be_read_in_two_ways_is_refused),
        cmocka_unit_test(other_refusals_have_their_own_status),
        cmocka_unit_test(a_head_has_a_largest_size),
        cmocka_unit_test(percent_codes_are_resolved_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
