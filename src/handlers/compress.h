/* One file to another, compressed by zlib or libzstd. */
#ifndef RL_HANDLERS_COMPRESS_H
#define RL_HANDLERS_COMPRESS_H

#include "ringlog/files.h"

#include <stdbool.h>
#include <stdint.h>

/* Reads `from` to its end and writes to `to`; looks at *stop (atomic, relaxed) now and then. How
 * many bytes were read; -ECANCELED when stopped, or another negative errno. */
int64_t rl_compress(enum ringlog_compress how, int from, int to, const bool *stop);

#endif
