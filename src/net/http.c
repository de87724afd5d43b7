/* The HTTP handler: records come as tallies, their lines are collected into a body, and bodies are
 * posted one after another. How one is made: http_new.c. */
#include "net/http.h"
#include "base/error.h"
#include "base/os.h"
#include "handlers/lines.h"
#include "net/tally.h"

#include <errno.h>
#include <stdlib.h>

/* What Retry-After may ask for. */
#define MOST_PAUSE_S 3600

static struct rl_http *http_of(struct ringlog_handler *handler)
{
    return (struct rl_http *)(void *)handler;
}

static void append(struct ringlog_handler *handler, const struct rl_event *event)
{
    struct rl_buffer *out = &handler->out;
    const size_t start = out->length;
    rl_tally_begin(out);
    const size_t line_at = out->length;
    if (!rl_handler_append_line(handler, event, out)) {
        out->length = start;
        return;
    }
    const struct rl_tally tally = {.last_ns = event->record->time_ns,
                                   .count = 1,
                                   .line_bytes = (uint32_t)(out->length - line_at),
                                   .level = event->record->level};
    rl_tally_end(out, start, &http_of(handler)->last_tally, tally, false);
}

/* ---- the handler's thread ---- */

static void note_kept(struct rl_http *http)
{
    rl_courier_note_kept(&http->courier, http->next.length + http->courier.message.length);
}

static ssize_t take(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    struct rl_http *http = http_of(handler);
    size_t done = 0;
    if (http->next.length == 0)
        http->first_ns = rl_monotonic_ns();
    while (done < length && http->next.length < http->batch_bytes) {
        const struct rl_tally *tally = (const struct rl_tally *)(const void *)(bytes + done);
        rl_buffer_append(&http->next, rl_tally_line(tally), tally->line_bytes);
        if (http->next.failed) {
            http->next.failed = false;
            return done == 0 ? -ENOMEM : (ssize_t)done;
        }
        http->next_records += tally->count;
        done += tally->bytes;
    }
    note_kept(http);
    return done == 0 ? -EAGAIN : (ssize_t)done;
}

static int64_t load(struct rl_courier *courier, bool hurry, int64_t now_ns)
{
    struct rl_http *http = http_of(&courier->base);
    if (http->next.length == 0)
        return -1;
    if (!hurry && http->next.length < http->batch_bytes && now_ns < http->first_ns + http->batch_ns)
        return http->first_ns + http->batch_ns;
    const struct rl_buffer empty = courier->message;
    courier->message = http->next;
    courier->records = http->next_records;
    http->next = empty;
    http->next_records = 0;
    return 0;
}

static int authorize(const struct rl_http *http, CURL *easy)
{
    char token[RL_SECRET_BYTES];
    int result = rl_secret_get(&http->bearer, RL_HTTP ": bearer token", token);
    if (result < 0)
        return result;
    if (curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER) != CURLE_OK ||
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, token) != CURLE_OK)
        result = rl_error(-ENOMEM, "libcurl: out of memory");
    rl_secret_wipe(token);
    return result;
}

static int address(struct rl_courier *courier)
{
    const struct rl_http *http = http_of(&courier->base);
    CURL *easy = courier->transport.easy;
    bool set = curl_easy_setopt(easy, CURLOPT_URL, http->url) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                            (curl_off_t)courier->message.length) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, http->headers) == CURLE_OK;
    if (!set)
        return rl_error(-ENOMEM, "libcurl: out of memory");
    return rl_secret_is_set(&http->bearer) ? authorize(http, easy) : 0;
}

static int64_t retry_after_ns(CURL *easy)
{
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds > MOST_PAUSE_S)
        seconds = MOST_PAUSE_S;
    return seconds <= 0 ? 0 : rl_monotonic_ns() + (int64_t)seconds * 1000000000;
}

/* A server that has said 2xx has the body, whatever became of the connection afterwards. */
static enum rl_verdict judge(struct rl_courier *courier, const struct rl_outcome *outcome)
{
    if (outcome->status / 100 == 2)
        return RL_DELIVERED;
    if (outcome->code == CURLE_OK && outcome->status != 429 && outcome->status / 100 != 5)
        return RL_GIVEN_UP;
    courier->not_before_ns = retry_after_ns(courier->transport.easy);
    return RL_AGAIN;
}

static void unload(struct rl_courier *courier)
{
    rl_courier_note_kept(courier, http_of(&courier->base)->next.length);
}

static uint64_t clear(struct rl_courier *courier)
{
    struct rl_http *http = http_of(&courier->base);
    const uint64_t records = http->next_records;
    http->next.length = 0;
    http->next_records = 0;
    note_kept(http);
    return records;
}

/* ---- the contracts ---- */

static void forked(struct ringlog_handler *handler)
{
    struct rl_http *http = http_of(handler);
    rl_courier_forked(&http->courier);
    http->next = (struct rl_buffer){0};
    http->next_records = 0;
}

static void close_http(struct ringlog_handler *handler)
{
    struct rl_http *http = http_of(handler);
    rl_courier_close(&http->courier);
    rl_http_destroy(http);
}

const struct rl_handler_ops rl_http_handler_ops = {
    .kind = "http",
    .append = append,
    .write = take,
    .count = rl_tallies_count,
    .tick = rl_courier_tick,
    .abandon = rl_courier_abandon,
    .forked = forked,
    .close = close_http,
};

const struct rl_courier_ops rl_http_courier_ops = {
    .load = load, .address = address, .judge = judge, .unload = unload, .clear = clear};
