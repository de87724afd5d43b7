/* libcurl, held the way this library wants it: one transfer at a time over one kept connection,
 * taken forward in small steps, so that the thread that drives it stays free for what else comes.
 *
 * Set here, once, for every protocol: no signals, no proxy, no netrc, no redirects, TLS of at least
 * 1.2 with certificate and host name checked, and a limit to the time without progress. */
#ifndef RL_NET_TRANSPORT_H
#define RL_NET_TRANSPORT_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_SOCKETS 4 /* of one attempt: a name's addresses are tried side by side */

struct rl_transport_options {
    const char *protocols; /* "smtp,smtps" */
    const char *ca_file;   /* NULL: the system's */
    bool insecure;
    uint32_t timeout_ms; /* without progress */
    const char *replies; /* of the server's lines, those that begin so say how it went */
};

/* Of one thread, and as new in a fork child: what it inherits is the parent's connection. */
struct rl_transport {
    const struct rl_transport_options *options;
    CURLM *multi; /* NULL: not open */
    CURL *easy;
    bool under_way;
    int64_t started_ns, progress_ns; /* monotonic */
    pthread_mutex_t sockets_mutex;   /* of rl_transport_cut() */
    curl_socket_t sockets[RL_SOCKETS];
    unsigned socket_count;

    bool needs_login; /* nothing is sent over a connection that did not take the password */
    bool logged_in;

    /* What is sent. */
    const char *bytes;
    size_t length, sent;
    void (*on_all_sent)(void *context); /* once; may be NULL */
    void *context;

    char error[CURL_ERROR_SIZE];
    char reply[160];   /* the last line that the server said, printable */
    char refusal[160]; /* the last of them that began with 4 or 5 */
};

/* How a transfer ended. */
struct rl_outcome {
    CURLcode code;
    long status;    /* the protocol's: 250, 550; 200, 503; 0: none came */
    int error;      /* an errno value for it; 0: well */
    char text[400]; /* what went wrong, and what the server said */
};

/* Once a process, before the first handler. 0 or a negative errno with its error told. */
int rl_transport_global(void);

void rl_transport_init(struct rl_transport *transport, const struct rl_transport_options *options);

/* Makes `easy` ready for its options, over the connection of last time if there is one. false: no
 * memory. */
bool rl_transport_open(struct rl_transport *transport);

/* Sends these bytes, which stay the caller's. */
bool rl_transport_start(struct rl_transport *transport, const char *bytes, size_t length);

/* Goes on, waiting for the network at most so long. true: it has ended, and that is how. */
bool rl_transport_step(struct rl_transport *transport, int wait_ms, struct rl_outcome *outcome);

/* Leaves the server, politely but without waiting for its answer. */
void rl_transport_hang_up(struct rl_transport *transport);

/* From another thread: whatever step() waits for will not come any more. (At a mail's end libcurl
 * waits inside of it.) */
void rl_transport_cut(struct rl_transport *transport);

/* Forgets all it has, without a word: in a fork child. */
void rl_transport_leave(struct rl_transport *transport);

#endif
