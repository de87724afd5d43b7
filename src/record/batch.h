/* Records on their way from rings to handlers, many at a time.
 *
 * They are ordinary ones: made by a call site that the dictionary knows, of its level, by a thread
 * without context fields. All that can be said of such a record is in its row; others travel one by
 * one (record/record.h). Rows stand in the order in which they are to be written. */
#ifndef RL_RECORD_BATCH_H
#define RL_RECORD_BATCH_H

#include "record/record.h"

#define RL_BATCH_MOST 256

struct rl_batch_row {
    int64_t time_ns; /* wall clock, since the epoch */
    const struct rl_site *site;
    const struct rl_thread *thread;
    /* As they lie in the ring, padding included; gone with the batch. */
    const unsigned char *fields;
    uint32_t fields_bytes;
    uint32_t site_id;
    int32_t level;
    uint16_t logger_id;
};

#endif
