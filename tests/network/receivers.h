/* The other end: sockets that receive what handlers send, and what the tests have in common. */
#ifndef TESTS_NETWORK_RECEIVERS_H
#define TESTS_NETWORK_RECEIVERS_H

#include "end_to_end/support.h"

#include <stdint.h>

/* Bound to 127.0.0.1, at a port that was free if *port is 0; a stream listens. */
int bind_inet(int type, uint16_t *port);
int bind_unix(int type, const char *path);

/* "tcp:127.0.0.1:PORT", in a static buffer. */
const char *inet_address(const char *kind, uint16_t port);

/* A file of the test's directory with its whole path, and "unix:PATH" of one; in static buffers. */
const char *path_here(const char *name);
const char *unix_address(const char *kind, const char *path);

/* A connection; there has to be one within ten seconds. */
int accept_one(int listener);

/* Whether something can be read or accepted within so many milliseconds. */
bool is_readable(int fd, int milliseconds);

/* One datagram, NUL-terminated, in a static buffer; there has to be one within ten seconds. */
const char *receive(int fd, size_t *length);

/* The next line of a stream without its newline, or NULL at its end. */
struct line_reader {
    int fd;
    char bytes[65536];
    size_t begin, end;
};
const char *read_line(struct line_reader *reader);

/* A connection that is reset, not ended. */
void reset(int fd);

/* Waits as little as a test wants to. */
#define QUICKLY                                                                                    \
    {                                                                                              \
        .reconnect_min_ms = 10, .reconnect_max_ms = 20                                             \
    }

/* A kernel's namespaces (unshare(2)) of the process's own, before it has threads. */
void leave_namespaces(int flags);

/* Attaches it to the root; the reference stays the caller's. */
ringlog_handler *attach(ringlog_handler *handler);
ringlog_handler *attach_socket(const char *address);
struct ringlog_handler_counts counts_of(ringlog_handler *handler);

#endif
