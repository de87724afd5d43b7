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
    /* A name takes itself and what is below it; with *, ? or [ in it, what fnmatch(3) says. */
    const char *const *loggers;
    size_t logger_count;
    bool by_end; /* only the last so many records */
    uint64_t last_records;
};

/* Whether it leaves anything out. */
static inline bool rl_selection_any(const struct rl_selection *selection)
{
    return selection->by_level || selection->by_time || selection->by_logger || selection->by_end;
}

/* Whether it may take something of the block, whose definitions the stream has: a record, or a told
 * loss, of which only the time matters. */
bool rl_selection_block(const struct rl_selection *selection, struct rl_stream *stream,
                        const struct rl_block *block);

/* Whether it may take records of a call site, which has its level and logger. */
bool rl_selection_site(const struct rl_selection *selection, int32_t level,
                       struct rl_read_logger *logger);

bool rl_selection_row(const struct rl_selection *selection, int32_t level, int64_t time_ns,
                      struct rl_read_logger *logger);

#endif
