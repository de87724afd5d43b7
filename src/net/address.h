/* What may stand in a mail's envelope and header: checked when a handler is made, and once more by
 * its thread before it sends, for libcurl sends what it is given. */
#ifndef RL_NET_ADDRESS_H
#define RL_NET_ADDRESS_H

#include <stddef.h>

/* NULL, or what is wrong with it. */
const char *rl_address_fault(const char *address);
const char *rl_subject_fault(const char *subject);

/* Of a server: a name or an address, without port. */
const char *rl_host_fault(const char *host);

#endif
