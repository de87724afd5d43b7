/* Times as programs read them. */
#ifndef LOGDUMP_OUTPUT_RFC3339_H
#define LOGDUMP_OUTPUT_RFC3339_H

#include "output/buffer.h"

#include <stdint.h>

/* "2026-01-02T03:04:05.678901234Z", of nanoseconds since the epoch. */
void rfc3339_append(struct buffer *out, int64_t time_ns);

#endif
