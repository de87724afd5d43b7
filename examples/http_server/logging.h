/* Where this program's records go: the only file that knows about handlers. */
#ifndef LOGGING_H
#define LOGGING_H

#include "options.h"

/* 0, or a negative errno after a line on stderr. */
int logging_start(const struct options *options);

/* Waits until everything logged is written, five seconds at most, and prints how much it was. */
int logging_stop(void);

#endif
