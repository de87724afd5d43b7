/* Where clients come in. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdint.h>

/* Listens on this port of 127.0.0.1 (0: one that is free) and shares it with other listeners of
 * the process. The descriptor, or a negative errno. */
int listener_open(uint16_t port);

uint16_t listener_port(int listener);

/* The next client, or -EAGAIN when none waits, or another negative errno. */
int listener_accept(int listener);

#endif
