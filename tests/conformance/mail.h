/* The scenario's mail server: a process of its own that records what it is sent. */
#ifndef TESTS_CONFORMANCE_MAIL_H
#define TESTS_CONFORMANCE_MAIL_H

#include "run.h"

/* Starts the server, or switches its mode; "down" sends handlers made from now on to a port where
 * nobody listens. */
void mail_server_mode(struct run *run, const char *mode);

/* Where handlers made now shall deliver. */
uint16_t mail_port(const struct run *run);

/* What arrived, in its order. */
json_t *mails_found(const struct run *run);

#endif
