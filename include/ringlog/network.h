/* Handlers that hand records to another program: syslog, systemd's journal, sockets.
 *
 * They are always isolated (RINGLOG_NOT_ISOLATED is refused): a server that is dead, slow or not
 * there yet delays no log call and no other handler. Records wait in the handler's queue, and what
 * it has no room for is counted and told in the log. A server that is down when the handler is made
 * is no error: the handler connects when there is something to send, and again, after a second at
 * first and half a minute at last, whenever the connection breaks. Each failed attempt counts in
 * ringlog_handler_stats() and is reported as errors of handlers are.
 *
 * ringlog_flush() waits until what was logged before has been handed to the kernel for sending, or
 * gives -ETIMEDOUT; ringlog_shutdown() counts as lost what it could not send by its deadline (where
 * a name server does not answer: once the resolver has given up). A fork child makes connections of
 * its own.
 *
 * No record can forge another: within a syslog message and a line, whatever could end it is
 * escaped, also under a raw formatter and in exception texts. */
#ifndef RINGLOG_NETWORK_H
#define RINGLOG_NETWORK_H

#include "ringlog/handlers.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How to connect; a part of these handlers' options. 0 is the default. */
struct ringlog_connection_options {
    /* How long connecting to one of a host's addresses may take. Default 10 s. */
    uint32_t connect_timeout_ms;
    /* TCP: how long sent bytes may stay unacknowledged, or a full receiver full, before the
     * connection counts as dead and another is made (TCP_USER_TIMEOUT). Shorter finds dead servers
     * sooner, longer survives longer outages without sending again. Default 30 s. */
    uint32_t dead_after_ms;
    /* The wait after a failure, which doubles from the one to the other, less up to a quarter by
     * chance, so that a thousand clients do not come back at once. Defaults 1 s and 30 s. */
    uint32_t reconnect_min_ms;
    uint32_t reconnect_max_ms;
};

/* ---- sockets --------------------------------------------------------------------------------- */

struct ringlog_socket_options {
    struct ringlog_connection_options connection;
    struct ringlog_isolation_options isolation;
};

/* Formatted lines, each with its newline, to
 *
 *     tcp:HOST:PORT          a stream; an IPv6 address stands in brackets
 *     unix:/PATH             a stream
 *     udp:HOST:PORT          a datagram for each line
 *     unix-datagram:/PATH    a datagram for each line
 *
 * One record is one line: newlines within it, as of exception texts, are escaped. The address is
 * checked here (-EINVAL) and looked up when connecting, on the handler's own thread.
 *
 * Streams: a line that a breaking connection cut is sent again, whole, on the next one, and so is
 * what the peer's kernel had not acknowledged (unix: what its program had not read) by then,
 * whether or not there is something new to send. So a line may arrive twice after a break; one that
 * the peer's kernel had taken and its program never read is lost, as TCP has no word for that.
 * Datagrams that nobody receives are lost, counted only when the kernel tells (the peer's port is
 * closed, or the line exceeds what a datagram holds).
 *
 * Departs from Python's SocketHandler and DatagramHandler, which send pickled records from the
 * thread that logs, and lose records while they wait to connect again. */
static inline int ringlog_socket_handler_new(ringlog_handler **handler, const char *address,
                                             const struct ringlog_socket_options *options);

/* ---- syslog ---------------------------------------------------------------------------------- */

enum ringlog_syslog_transport {
    RINGLOG_SYSLOG_LOCAL = 0, /* the machine's own: a Unix socket, datagrams or else a stream */
    RINGLOG_SYSLOG_UDP = 1,   /* RFC 5426 */
    RINGLOG_SYSLOG_TCP = 2    /* octet counting, RFC 6587: what rsyslog and syslog-ng take as is */
};

enum ringlog_syslog_format {
    RINGLOG_SYSLOG_FORMAT_DEFAULT = 0, /* LOCAL: RFC 3164, else RFC 5424 */
    RINGLOG_SYSLOG_RFC5424 = 1,
    RINGLOG_SYSLOG_RFC3164 = 2
};

struct ringlog_syslog_options {
    enum ringlog_syslog_transport transport;
    enum ringlog_syslog_format format;
    const char *socket_path; /* LOCAL. Default "/dev/log" */
    const char *host;        /* UDP, TCP. Default "localhost" */
    uint16_t port;           /* UDP, TCP. Default 514 */
    int facility;            /* one of <syslog.h>, as LOG_DAEMON or LOG_LOCAL0. Default LOG_USER */
    const char *app_name;    /* printable ASCII, at most 48 bytes. Default: the program's name */
    /* RFC 5424. The name of the structured data: NAME@NUMBER with an enterprise number of your own.
     * Default "ringlog@32473", the number reserved for examples; "" leaves structured data out. */
    const char *structured_data_id;
    /* The most that one message may have, as it is sent: longer ones are cut at a character, and
     * end with an ellipsis (U+2026). Default 2048 by UDP, which every receiver should take, and
     * 8192 otherwise; 480 (which every receiver must take) to 65507. */
    uint32_t message_bytes;
    struct ringlog_connection_options connection;
    struct ringlog_isolation_options isolation;
};

/* Messages to a syslog server, of RFC 5424 or RFC 3164:
 *
 *     <PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG
 *     <PRI>Mmm dd hh:mm:ss [HOSTNAME ]APP-NAME[PROCID]: MSG
 *
 * The machine's own socket gets the older one, without a host name, as from syslog(3): systemd's
 * journal, and rsyslog as it comes, take the newer one there for a text that begins with "1". For
 * rsyslog with UseSpecialParser="off" at that socket, ask for RFC 5424.
 *
 * Severity: CRITICAL and above crit, ERROR err, WARNING warning, 25 and above notice, INFO info,
 * below debug. Of RFC 5424: TIMESTAMP has microseconds and the local offset; MSGID is the logger's
 * name, cut at 32 bytes, with "?" for what is not printable ASCII; STRUCTURED-DATA has logger,
 * file, line, function, thread and tid; a byte order mark comes before a MSG that is not plain
 * ASCII. MSG is the formatted line, with newlines and other control characters escaped, also those
 * of exception texts.
 *
 * Departs from Python's SysLogHandler, which sends nothing but <PRI> and MSG. */
static inline int ringlog_syslog_handler_new(ringlog_handler **handler,
                                             const struct ringlog_syslog_options *options);

/* ---- journal --------------------------------------------------------------------------------- */

struct ringlog_journal_options {
    const char *identifier;  /* SYSLOG_IDENTIFIER. Default: the program's name */
    const char *socket_path; /* default "/run/systemd/journal/socket" */
    struct ringlog_connection_options connection;
    struct ringlog_isolation_options isolation;
};

/* Records to systemd's journal by its native protocol, without libsystemd: MESSAGE (the formatted
 * line, newlines of exception texts included), PRIORITY (as with syslog), SYSLOG_IDENTIFIER,
 * LOGGER, CODE_FILE, CODE_LINE, CODE_FUNC, THREAD_NAME, TID, and SYSLOG_TIMESTAMP: when the record
 * was logged, with nanoseconds (the journal's own time is that of its arrival). Records too large
 * for a datagram travel in a sealed memory file. */
static inline int ringlog_journal_handler_new(ringlog_handler **handler,
                                              const struct ringlog_journal_options *options);

/* ---- what the inline wrappers call ----------------------------------------------------------- */

RINGLOG_API int ringlog_socket_handler_new_sized_(ringlog_handler **handler, const char *address,
                                                  const struct ringlog_socket_options *options,
                                                  size_t bytes);
RINGLOG_API int ringlog_syslog_handler_new_sized_(ringlog_handler **handler,
                                                  const struct ringlog_syslog_options *options,
                                                  size_t bytes);
RINGLOG_API int ringlog_journal_handler_new_sized_(ringlog_handler **handler,
                                                   const struct ringlog_journal_options *options,
                                                   size_t bytes);

static inline int ringlog_socket_handler_new(ringlog_handler **handler, const char *address,
                                             const struct ringlog_socket_options *options)
{
    return ringlog_socket_handler_new_sized_(handler, address, options, sizeof *options);
}

static inline int ringlog_syslog_handler_new(ringlog_handler **handler,
                                             const struct ringlog_syslog_options *options)
{
    return ringlog_syslog_handler_new_sized_(handler, options, sizeof *options);
}

static inline int ringlog_journal_handler_new(ringlog_handler **handler,
                                              const struct ringlog_journal_options *options)
{
    return ringlog_journal_handler_new_sized_(handler, options, sizeof *options);
}

#ifdef __cplusplus
}
#endif

#endif
