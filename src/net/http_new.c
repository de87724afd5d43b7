/* How an HTTP handler is made: options are checked, then copied. */
#include "base/error.h"
#include "net/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BATCH_BYTES     ((size_t)256 << 10)
#define BATCH_MIN_BYTES ((size_t)1 << 10)
#define BATCH_MAX_BYTES ((size_t)64 << 20)
#define BATCH_MS        1000

void rl_http_destroy(struct rl_http *http)
{
    curl_slist_free_all(http->headers);
    rl_secret_destroy(&http->bearer);
    rl_buffer_free(&http->next);
    free(http->url);
    free((char *)http->transport.ca_file);
}

/* ---- the URL ---- */

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    const bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return has;
}

static const char *scheme_fault(CURLU *url, bool *tls)
{
    char *scheme = NULL;
    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
        return "has no scheme";
    const bool http = strcmp(scheme, "http") == 0;
    *tls = strcmp(scheme, "https") == 0;
    curl_free(scheme);
    return http || *tls ? NULL : "is neither http:// nor https://";
}

static const char *url_fault(const char *text, bool *tls)
{
    if (text == NULL || *text == '\0')
        return "is empty";
    for (const char *at = text; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~')
            return "has a blank, a control character or one that is not ASCII";
    CURLU *url = curl_url();
    if (url == NULL)
        return "cannot be read: out of memory";
    const char *fault = NULL;
    const CURLUcode code = curl_url_set(url, CURLUPART_URL, text, 0);
    if (code != CURLUE_OK)
        fault = curl_url_strerror(code);
    else if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD))
        fault = "has a user name or password";
    else
        fault = scheme_fault(url, tls);
    curl_url_cleanup(url);
    return fault;
}

/* ---- headers ---- */

static bool is_printable(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    return *text == '\0';
}

/* RFC 9110, 5.6.2. */
static size_t token_length(const char *text)
{
    return strspn(text, "!#$%&'*+-.^_`|~0123456789"
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

static const char *header_fault(const char *header)
{
    static const char *const own[] = {"Content-Type", "Content-Length", "Authorization",
                                      "Transfer-Encoding", "Host"};
    if (header == NULL || !is_printable(header))
        return "has a line break or another character that is not printable ASCII";
    const size_t name = token_length(header);
    if (name == 0 || header[name] != ':')
        return "is not of the form Name: value";
    if (header[name + 1 + strspn(header + name + 1, " ")] == '\0')
        return "has no value";
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strlen(own[i]) == name && strncasecmp(header, own[i], name) == 0)
            return "is one that the handler sets itself";
    return NULL;
}

static bool add_header(struct rl_http *http, const char *header)
{
    struct curl_slist *longer = curl_slist_append(http->headers, header);
    if (longer != NULL)
        http->headers = longer;
    return longer != NULL;
}

static bool add_headers(struct rl_http *http, const struct ringlog_http_options *options)
{
    char type[256];
    snprintf(type, sizeof type, "Content-Type: %s", options->content_type);
    /* Without "Expect: 100-continue", for which a server that does not know it is waited for. */
    bool added = add_header(http, type) && add_header(http, "Expect:");
    for (size_t i = 0; added && i < options->header_count; i++)
        added = add_header(http, options->headers[i]);
    return added;
}

/* ---- options ---- */

static int check_headers(const struct ringlog_http_options *options)
{
    if (!is_printable(options->content_type) || strlen(options->content_type) > 200 ||
        *options->content_type == '\0')
        return rl_error(-EINVAL, RL_HTTP ": content_type is not 1 to 200 printable characters");
    if (options->header_count != 0 && options->headers == NULL)
        return rl_error(-EINVAL, RL_HTTP ": headers: none are there");
    for (size_t i = 0; i < options->header_count; i++) {
        const char *fault = header_fault(options->headers[i]);
        if (fault != NULL)
            return rl_error(-EINVAL, RL_HTTP ": headers[%zu] %s", i, fault);
    }
    return 0;
}

static int check_figures(struct ringlog_http_options *options)
{
    if (options->batch_bytes == 0)
        options->batch_bytes = BATCH_BYTES;
    if (options->batch_bytes < BATCH_MIN_BYTES || options->batch_bytes > BATCH_MAX_BYTES)
        return rl_error(-EINVAL, RL_HTTP ": batch_bytes %zu: not between 1 KiB and 64 MiB",
                        options->batch_bytes);
    if (options->batch_ms == 0)
        options->batch_ms = BATCH_MS;
    if (options->batch_ms < -1 || options->batch_ms > 60000)
        return rl_error(-EINVAL, RL_HTTP ": batch_ms %d: not between 1 and 60000, nor -1",
                        options->batch_ms);
    return rl_courier_timeout(RL_HTTP, &options->timeout_ms);
}

static int check_options(const char *url, struct ringlog_http_options *options)
{
    bool tls = false;
    const char *fault = url_fault(url, &tls);
    if (fault != NULL)
        return rl_error(-EINVAL, RL_HTTP ": URL %s", fault);
    const bool any = options->bearer_token != NULL || options->bearer_file != NULL ||
                     options->bearer_callback != NULL;
    if (any && !tls && !options->allow_plain_auth)
        return rl_error(-EINVAL,
                        RL_HTTP ": a bearer token over http:// (.allow_plain_auth allows it)");
    if (options->content_type == NULL)
        options->content_type = "text/plain; charset=utf-8";
    const int result = check_headers(options);
    return result < 0 ? result : check_figures(options);
}

static bool set_up(struct rl_http *http, const char *url,
                   const struct ringlog_http_options *options)
{
    http->url = strdup(url);
    http->batch_bytes = options->batch_bytes;
    http->batch_ns = options->batch_ms < 0 ? 0 : (int64_t)options->batch_ms * 1000000;
    http->transport = (struct rl_transport_options){
        .protocols = "http,https",
        .ca_file = options->ca_file == NULL ? NULL : strdup(options->ca_file),
        .insecure = options->insecure,
        .timeout_ms = options->timeout_ms,
        .replies = "HTTP/",
    };
    rl_transport_init(&http->courier.transport, &http->transport);
    return http->url != NULL && (options->ca_file == NULL || http->transport.ca_file != NULL) &&
           add_headers(http, options);
}

static int make(struct rl_http *http, const char *url, const struct ringlog_http_options *options)
{
    int result =
        rl_secret_init(&http->bearer, RL_HTTP ": bearer token", options->bearer_token,
                       options->bearer_file, options->bearer_callback, options->bearer_context);
    if (result == 0 && !set_up(http, url, options))
        result = rl_error(-ENOMEM, RL_HTTP ": out of memory");
    return result < 0 ? result
                      : rl_courier_init(&http->courier, &rl_http_handler_ops, &rl_http_courier_ops,
                                        &options->isolation);
}

int ringlog_http_handler_new_sized_(ringlog_handler **handler, const char *url,
                                    const struct ringlog_http_options *given, size_t bytes)
{
    struct ringlog_http_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    *handler = NULL;
    int result = rl_transport_global(); /* also for reading the URL */
    if (result == 0)
        result = check_options(url, &options);
    if (result < 0)
        return result;
    struct rl_http *http = calloc(1, sizeof *http);
    if (http == NULL)
        return rl_error(-ENOMEM, RL_HTTP ": out of memory");
    result = make(http, url, &options);
    if (result < 0) {
        rl_http_destroy(http);
        free(http);
        return result;
    }
    *handler = &http->courier.base;
    return 0;
}
