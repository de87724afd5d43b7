/* The streams in memory that console handlers and custom handlers write to, by name. */
#ifndef TESTS_CONFORMANCE_SINKS_H
#define TESTS_CONFORMANCE_SINKS_H

#include "run.h"

/* Makes "stdout" and "stderr", which are descriptors 1 and 2 of this process. */
void sinks_take_standard(struct run *run);

/* What descriptor 2 was before: for what is not the scenario's. */
int driver_stderr(void);

/* Its descriptor; the sink is made when it is named first. */
int sink_fd(struct run *run, const char *name);

/* All that was written to it, the caller's, NUL-terminated. */
char *sink_text(struct run *run, const char *name, size_t *length);

/* The whole of an open regular file, as above. */
char *text_of_fd(int fd, size_t *length);

/* {name, text} of each. */
json_t *sinks_found(struct run *run);

#endif
