/* Handlers that talk to servers: mail and HTTP. In a library of its own, ringlog-net (CMake:
 * ringlog::net, pkg-config: ringlog-net), which stands on libcurl: a program that sends nothing
 * links no TLS.
 *
 * They are always isolated: a thread and a bounded queue of their own. A server that is slow or
 * dead delays no log call, no file, and no other server. RINGLOG_NOT_ISOLATED is refused.
 *
 * Servers are authenticated: certificate and host name are checked, TLS is 1.2 or later, and no
 * byte of a password or a record leaves before that. Neither proxies (nor the environment's
 * variables for them), nor ~/.netrc, nor redirects are followed.
 *
 * What cannot be delivered is tried again after 1, 2, 4 ... 60 seconds, and waits in a bounded
 * spool meanwhile; what a server refuses for good (SMTP 5xx, HTTP 4xx) and what the spool has no
 * room for is given up, counted (`lost` of ringlog_handler_stats()) and reported; `last_error`
 * tells what the server said. ringlog_flush() returns when all is delivered or given up;
 * ringlog_shutdown() has its deadline, tries once more at once, and counts what is left as lost. */
#ifndef RINGLOG_NET_H
#define RINGLOG_NET_H

#include "ringlog/handlers.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes a secret of less than `bytes` bytes into `secret`, without a terminator; returns its
 * length, or a negative errno: then nothing is sent, and it is asked again for the next try. On the
 * handler's thread, before each try; may block, may not log. The library wipes its copy then. */
typedef int (*ringlog_secret_callback)(void *context, char *secret, size_t bytes);

/* ---- mail ------------------------------------------------------------------------------------ */

enum ringlog_smtp_security {
    RINGLOG_SMTP_STARTTLS = 0, /* TLS after STARTTLS, or nothing is sent; port 587 */
    RINGLOG_SMTP_TLS = 1,      /* TLS from the first byte (SMTPS); port 465 */
    RINGLOG_SMTP_PLAIN = 2     /* no TLS: for a server on this machine; port 25 */
};

/* Strings are copied. Addresses are "name@domain": printable ASCII without blanks, commas, quotes
 * or angle brackets; what could end a header or start a command is refused, here and by each
 * handler's thread before it sends. */
struct ringlog_smtp_options {
    const char *host;                    /* required: a name or an address */
    uint16_t port;                       /* default: by `security` */
    enum ringlog_smtp_security security; /* default STARTTLS; Python's default is plain */
    /* Trusted certificates, a PEM file. Default: the system's. Python checks none at all. */
    const char *ca_file;
    bool insecure; /* check neither certificate nor host name: who listens in gets it all */

    const char *from;      /* required */
    const char *const *to; /* required */
    size_t to_count;
    const char *subject; /* required: one line of UTF-8, at most 500 bytes; never record data */

    /* Who logs in; NULL: nobody. Then one of three says the password:
     *   password           kept in memory that core dumps leave out (libcurl's copies are not);
     *   password_file      its first line, read before each try; the file must belong to the user
     *                      or to root, and be readable by nobody else;
     *   password_callback  asked before each try. */
    const char *user;
    const char *password;
    const char *password_file;
    ringlog_secret_callback password_callback;
    void *password_context;
    bool allow_plain_auth; /* log in without TLS too; otherwise that is refused at creation */

    /* Milliseconds that the server has for each step: to answer a command, to take a part of the
     * mail; and twice that to be connected to. Default 5000, as Python's; 10 to 600,000. */
    uint32_t timeout_ms;

    /* Mails a minute at most. Default 10; up to 1000. Records wait one second for others and then
     * share a mail (a digest), mails are spread over the minute, and one of them is kept for flush
     * and shutdown; repeats of a record become "(N times, last at ...)". What the limit leaves no
     * mail for waits for the next, or, at shutdown, is lost. -1: one mail for each record, at
     * once and without limit, as Python does: a storm of errors is a storm of mail. */
    int max_per_minute;
    /* Bytes of records that may wait, for a limit or for a server that is down. Default 1 MiB; 4
     * KiB to 1 GiB. What does not fit is counted, and told in the next mail. -1: one try a mail and
     * then an error, as Python does. */
    int64_t spool_bytes;

    struct ringlog_isolation_options isolation; /* the queue before the spool */
};

/* Mails records, after Python's SMTPHandler: From, To, Subject, Date, and lines of the handler's
 * formatter (by default the message alone) as text/plain in UTF-8; beside that Message-ID, which
 * stays the same when a mail is tried again, and Auto-Submitted. A mail that was cut off after its
 * last byte may arrive twice. Set the handler's level: ringlog_handler_set_level(handler,
 * RINGLOG_ERROR).
 *
 * 0; -EINVAL for an option, named by ringlog_last_error(); for a password file -EPERM (others may
 * read it) or what open(2) said; -ENOMEM. Whether the server is there shows with the first mail. */
static inline int ringlog_smtp_handler_new(ringlog_handler **handler,
                                           const struct ringlog_smtp_options *options);

/* ---- HTTP ------------------------------------------------------------------------------------ */

/* Strings are copied. */
struct ringlog_http_options {
    const char *content_type; /* default "text/plain; charset=utf-8" */
    /* More header lines, "Name: value". Printable; neither Content-Type nor Content-Length nor
     * Authorization nor Transfer-Encoding nor Host. */
    const char *const *headers;
    size_t header_count;

    /* "Authorization: Bearer ...": at most one of three, as the password of mail. Over http:// it
     * is refused unless `allow_plain_auth`. */
    const char *bearer_token;
    const char *bearer_file;
    ringlog_secret_callback bearer_callback;
    void *bearer_context;
    bool allow_plain_auth;

    const char *ca_file; /* trusted certificates, a PEM file; default: the system's */
    bool insecure;       /* check neither certificate nor host name */

    uint32_t timeout_ms; /* without progress; twice to connect. Default 5000; 10 to 600,000 */

    /* A body ends with the line that reaches this many bytes; the next line begins another. Default
     * 256 KiB; 1 KiB to 64 MiB. The same again is collected while one is on its way. */
    size_t batch_bytes;
    /* How long the first line waits for others, in milliseconds. Default 1000; up to 60,000; -1:
     * not at all. More makes fewer and larger requests. */
    int batch_ms;

    struct ringlog_isolation_options isolation; /* its queue is what an outage may fill */
};

/* Posts the formatter's lines to a URL (http:// or https://, without user name and password), many
 * in one request, over one connection. 2xx delivers a body. 429 and 5xx, and a connection that
 * fails, repeat it, after Retry-After if that says more; a body may so arrive twice. Any other
 * answer gives it up. Nothing like Python's HTTPHandler, which sends one record's attributes as a
 * form.
 *
 * Errors as ringlog_smtp_handler_new(). */
static inline int ringlog_http_handler_new(ringlog_handler **handler, const char *url,
                                           const struct ringlog_http_options *options);

/* ---- what the inline wrappers call ----------------------------------------------------------- */

RINGLOG_API int ringlog_smtp_handler_new_sized_(ringlog_handler **handler,
                                                const struct ringlog_smtp_options *options,
                                                size_t bytes);
RINGLOG_API int ringlog_http_handler_new_sized_(ringlog_handler **handler, const char *url,
                                                const struct ringlog_http_options *options,
                                                size_t bytes);

static inline int ringlog_smtp_handler_new(ringlog_handler **handler,
                                           const struct ringlog_smtp_options *options)
{
    return ringlog_smtp_handler_new_sized_(handler, options, sizeof *options);
}

static inline int ringlog_http_handler_new(ringlog_handler **handler, const char *url,
                                           const struct ringlog_http_options *options)
{
    return ringlog_http_handler_new_sized_(handler, url, options, sizeof *options);
}

#ifdef __cplusplus
}
#endif

#endif
