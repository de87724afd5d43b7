/* Which records a reader gives out, found out as early as it can be: from the head of a block, from
 * the row, never from the fields. */
#ifndef RL_LOGFILE_SELECT_H
#define RL_LOGFILE_SELECT_H

#include "logfile/layout.h"
#include "logfile/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rl_selection {
    bool by_level, by_time, by_logger;
    int32_t level;
    int64_t since_ns, until_ns; /* both inclusive */
    const char *const *loggers; /* a name takes itself and what is below it */
    size_t logger_count;
};

/* Whether it may take something of the block, whose definitions the stream has: a record, or a told
 * loss, of which only the time matters. */
bool rl_selection_block(const struct rl_selection *selection, struct rl_stream *stream,
                        const struct rl_block *block);

bool rl_selection_row(const struct rl_selection *selection, int32_t level, int64_t time_ns,
                      struct rl_read_logger *logger);

#endif
