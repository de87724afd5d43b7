/* The streams of a file. */
#ifndef RL_LOGFILE_STREAMS_H
#define RL_LOGFILE_STREAMS_H

#include "base/idmap.h"
#include "logfile/stream.h"

struct rl_streams {
    struct rl_idmap index; /* id to place in list */
    struct rl_stream **list;
    size_t count, capacity;
    size_t room;         /* definitions that may still be kept, of all together */
    uint64_t generation; /* changes when a stream comes or goes: pointers into streams are stale */
};

void rl_streams_init(struct rl_streams *streams);
void rl_streams_free(struct rl_streams *streams);

/* NULL: it is not known. */
struct rl_stream *rl_streams_find(const struct rl_streams *streams, uint32_t id);

/* One that is not known. May forget those that were closed. 0, -E2BIG, -ENOMEM. */
int rl_streams_add(struct rl_streams *streams, uint32_t id, struct rl_stream **stream);

/* The same one from its beginning: a file that was appended to itself. 0 or -ENOMEM. */
int rl_streams_restart(struct rl_streams *streams, struct rl_stream **stream);

#endif
