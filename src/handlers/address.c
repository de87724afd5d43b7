#include "handlers/address.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define HOST_MAX 253 /* of a name in the DNS */

static const char *const prefixes[] = {
    [RL_ADDRESS_TCP] = "tcp:",     [RL_ADDRESS_UDP] = "udp:",
    [RL_ADDRESS_UNIX] = "unix:",   [RL_ADDRESS_UNIX_DATAGRAM] = "unix-datagram:",
    [RL_ADDRESS_UNIX_EITHER] = "",
};

static bool is_host(const char *host)
{
    const size_t length = strlen(host);
    if (length == 0 || length > HOST_MAX)
        return false;
    for (const char *at = host; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~' || strchr("/[]@", *at) != NULL)
            return false;
    return true;
}

int rl_address_of_host(struct rl_address *address, enum rl_address_kind kind, const char *host,
                       uint16_t port)
{
    if (!is_host(host))
        return rl_error(-EINVAL, "host \"%.300s\": not a name or an IP address", host);
    if (port == 0)
        return rl_error(-EINVAL, "host %s: port 0", host);
    *address = (struct rl_address){.kind = kind};
    const bool is_ipv6 = strchr(host, ':') != NULL;
    snprintf(address->host, sizeof address->host, "%s", host);
    snprintf(address->port, sizeof address->port, "%u", port);
    snprintf(address->text, sizeof address->text, is_ipv6 ? "%s[%s]:%u" : "%s%s:%u", prefixes[kind],
             host, port);
    return 0;
}

int rl_address_of_path(struct rl_address *address, enum rl_address_kind kind, const char *path)
{
    if (path[0] != '/')
        return rl_error(-EINVAL, "socket \"%.300s\": not an absolute path", path);
    if (strlen(path) >= sizeof((struct sockaddr_un *)0)->sun_path)
        return rl_error(-ENAMETOOLONG, "socket %.300s: longer than a socket's path may be", path);
    *address = (struct rl_address){.kind = kind};
    snprintf(address->host, sizeof address->host, "%s", path);
    snprintf(address->text, sizeof address->text, "%s%s", prefixes[kind], path);
    return 0;
}

/* "HOST:PORT" or "[HOST]:PORT". */
static int parse_host_and_port(struct rl_address *address, enum rl_address_kind kind,
                               const char *text, const char *whole)
{
    char host[HOST_MAX + 2] = "";
    const bool in_brackets = *text == '[';
    const char *end = in_brackets ? strchr(text, ']') : strchr(text, ':');
    text += in_brackets;
    if (end == NULL || (size_t)(end - text) >= sizeof host || (in_brackets && end[1] != ':'))
        return rl_error(-EINVAL, "address \"%.300s\": not HOST:PORT", whole);
    memcpy(host, text, (size_t)(end - text));
    const char *port = end + (in_brackets ? 2 : 1);
    const size_t digits = strspn(port, "0123456789");
    const unsigned long number = digits > 0 && digits < 6 ? strtoul(port, NULL, 10) : 0;
    if (port[digits] != '\0' || number == 0 || number > UINT16_MAX)
        return rl_error(-EINVAL, "address \"%.300s\": port \"%.20s\" is not one of 1 to 65535",
                        whole, port);
    return rl_address_of_host(address, kind, host, (uint16_t)number);
}

int rl_address_parse(struct rl_address *address, const char *text)
{
    if (text == NULL)
        return rl_error(-EINVAL, "no address");
    for (int kind = RL_ADDRESS_TCP; kind < RL_ADDRESS_UNIX_EITHER; kind++) {
        const size_t length = strlen(prefixes[kind]);
        if (strncmp(text, prefixes[kind], length) != 0)
            continue;
        return kind >= RL_ADDRESS_UNIX
                   ? rl_address_of_path(address, (enum rl_address_kind)kind, text + length)
                   : parse_host_and_port(address, (enum rl_address_kind)kind, text + length, text);
    }
    return rl_error(-EINVAL,
                    "address \"%.300s\": neither tcp:HOST:PORT nor udp:HOST:PORT nor unix:/PATH "
                    "nor unix-datagram:/PATH",
                    text);
}
