/* A record as callbacks see it: struct ringlog_record, and behind it what its functions read. */
#ifndef RL_HANDLERS_VIEW_H
#define RL_HANDLERS_VIEW_H

#include "handlers/handler.h"
#include "ringlog/record.h"

struct rl_view {
    struct ringlog_record record;
    struct rl_record *inner;
    struct rl_scrap **scraps; /* where a filter's fields go; NULL: nobody may add any */
};

/* Makes the view of an event. `message` (emptied first) holds its message, which is rendered. */
void rl_view_event(struct rl_view *view, const struct rl_event *event, struct rl_buffer *message);

#endif
