/* Where a network handler sends to: read and checked when the handler is made, looked up when it
 * connects. */
#ifndef RL_HANDLERS_ADDRESS_H
#define RL_HANDLERS_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

enum rl_address_kind {
    RL_ADDRESS_TCP,
    RL_ADDRESS_UDP,
    RL_ADDRESS_UNIX,
    RL_ADDRESS_UNIX_DATAGRAM,
    RL_ADDRESS_UNIX_EITHER, /* datagrams, or a stream where the other end wants one */
};

struct rl_address {
    enum rl_address_kind kind;
    char host[256]; /* or the path of a Unix socket */
    char port[6];
    char text[320]; /* as error reports show it: "tcp:localhost:514" */
};

/* "tcp:HOST:PORT", "udp:HOST:PORT", "unix:/PATH", "unix-datagram:/PATH". 0, or -EINVAL with its
 * error told. */
int rl_address_parse(struct rl_address *address, const char *text);

/* The same from its parts. */
int rl_address_of_host(struct rl_address *address, enum rl_address_kind kind, const char *host,
                       uint16_t port);
int rl_address_of_path(struct rl_address *address, enum rl_address_kind kind, const char *path);

static inline bool rl_address_has_path(const struct rl_address *address)
{
    return address->kind >= RL_ADDRESS_UNIX;
}

#endif
