/* The routes. */
#include "app.h"

#include <ringlog/ringlog.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ringlog_logger *logger;

__attribute__((constructor)) static void get_logger(void)
{
    logger = ringlog_get_logger("server.app");
}

enum { MAX_WORK_MS = 2000 };

const char *app_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {400, "Bad Request"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Unknown";
}

__attribute__((format(printf, 2, 3))) static void answer(struct app_response *response,
                                                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(response->body, sizeof response->body, format, arguments);
    va_end(arguments);
    response->length = length < 0 ? 0 : (size_t)length;
    if (response->length >= sizeof response->body)
        response->length = sizeof response->body - 1;
}

static void start(struct app_response *response, int status)
{
    response->status = status;
    response->content_type = "text/plain; charset=utf-8";
    response->allow = NULL;
    response->delay_ms = 0;
    response->length = 0;
}

void app_refuse(int status, struct app_response *response)
{
    start(response, status);
    answer(response, "%d %s\n", status, app_reason(status));
}

static void index_page(const struct http_request *request, struct app_response *response)
{
    (void)request;
    answer(response, "ringlog's example server\n\n"
                     "/hello/NAME   a greeting\n"
                     "/work?ms=N    takes N milliseconds\n"
                     "/fail         fails\n"
                     "/stats        what the logger has done so far\n");
}

static void hello(const struct http_request *request, struct app_response *response)
{
    char name[HTTP_MAX_HEAD_BYTES];
    const size_t prefix = strlen("/hello/");
    const size_t length = request->path_length - prefix;
    memcpy(name, request->target + prefix, length);
    name[length] = '\0';
    if (length == 0 || !http_percent_decode(name)) {
        app_refuse(400, response);
        return;
    }
    ringlog_debug(logger, "greeting %s", name);
    answer(response, "Hello, %s!\n", name);
}

static void work(const struct http_request *request, struct app_response *response)
{
    const char *query = request->query;
    char *end = NULL;
    const long ms = strncmp(query, "ms=", 3) == 0 ? strtol(query + 3, &end, 10) : -1;
    if (ms < 0 || end == query + 3 || *end != '\0') {
        app_refuse(400, response);
        return;
    }
    response->delay_ms = ms < MAX_WORK_MS ? (unsigned)ms : MAX_WORK_MS;
    answer(response, "worked for %u ms\n", response->delay_ms);
}

static void fail(const struct http_request *request, struct app_response *response)
{
    (void)request;
    ringlog_debug(logger, "failing, as asked");
    app_refuse(500, response);
}

static void stats(const struct http_request *request, struct app_response *response)
{
    (void)request;
    struct ringlog_counts counts;
    if (ringlog_stats(&counts) < 0) {
        ringlog_error(logger, "no stats: %s", ringlog_last_error());
        app_refuse(500, response);
        return;
    }
    response->content_type = "application/json";
    answer(response,
           "{\"records_written\": %" PRIu64 ", \"lost_full\": %" PRIu64 ", \"lost_early\": %" PRIu64
           ", \"lost_late\": %" PRIu64 ", \"lost_nested\": %" PRIu64 ", \"lost_library\": %" PRIu64
           ", \"lost_memory\": %" PRIu64 ", \"records_late\": %" PRIu64 ", \"sites\": %" PRIu64
           ", \"loggers\": %" PRIu64 ", \"rings\": %" PRIu64 ", \"ring_high_water\": %" PRIu64
           ", \"blocked_calls\": %" PRIu64 ", \"handler_errors\": %" PRIu64
           ", \"handler_lost\": %" PRIu64 "}\n",
           counts.records_written, counts.lost_full, counts.lost_early, counts.lost_late,
           counts.lost_nested, counts.lost_library, counts.lost_memory, counts.records_late,
           counts.sites, counts.loggers, counts.rings, counts.ring_high_water, counts.blocked_calls,
           counts.handler_errors, counts.handler_lost);
}

static const struct route {
    const char *path;
    bool is_prefix;
    void (*handle)(const struct http_request *request, struct app_response *response);
} routes[] = {
    {"/", false, index_page}, {"/hello/", true, hello}, {"/work", false, work},
    {"/fail", false, fail},   {"/stats", false, stats},
};

static bool matches(const struct route *route, const struct http_request *request)
{
    const size_t length = strlen(route->path);
    return strncmp(request->target, route->path, length) == 0 &&
           (route->is_prefix ? request->path_length >= length : request->path_length == length);
}

static const struct route *find_route(const struct http_request *request)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (matches(&routes[i], request))
            return &routes[i];
    return NULL;
}

void app_handle(const struct http_request *request, struct app_response *response)
{
    const struct route *route = find_route(request);
    if (route == NULL) {
        app_refuse(404, response);
        return;
    }
    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
        app_refuse(405, response);
        response->allow = "GET, HEAD";
        return;
    }
    start(response, 200);
    route->handle(request, response);
}
