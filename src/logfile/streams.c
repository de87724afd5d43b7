#include "logfile/streams.h"

#include <errno.h>
#include <stdlib.h>

#define DEFINITIONS_MOST (4 * 1024 * 1024)
#define STREAMS_MOST     65536

void rl_streams_init(struct rl_streams *streams)
{
    *streams = (struct rl_streams){.room = DEFINITIONS_MOST};
}

void rl_streams_free(struct rl_streams *streams)
{
    for (size_t i = 0; i < streams->count; i++)
        rl_stream_free(streams->list[i]);
    free(streams->list);
    rl_idmap_free(&streams->index);
}

struct rl_stream *rl_streams_find(const struct rl_streams *streams, uint32_t id)
{
    const uint32_t at = rl_idmap_find(&streams->index, id);
    return at == RL_IDMAP_NONE ? NULL : streams->list[at];
}

static void release(struct rl_streams *streams, struct rl_stream *stream)
{
    streams->room += stream->site_count + stream->logger_count + stream->thread_count;
    rl_stream_free(stream);
}

/* Forgets streams that were closed: many short runs may have appended to one file. */
static void sweep(struct rl_streams *streams)
{
    size_t kept = 0;
    rl_idmap_clear(&streams->index);
    for (size_t i = 0; i < streams->count; i++) {
        struct rl_stream *stream = streams->list[i];
        if (stream->ended) {
            release(streams, stream);
            continue;
        }
        streams->list[kept] = stream;
        /* No more entries than before, so this allocates nothing. */
        rl_idmap_put(&streams->index, stream->id, (uint32_t)kept++);
    }
    streams->count = kept;
    streams->generation++;
}

/* Room for one more: 0, -E2BIG, -ENOMEM. */
static int make_room(struct rl_streams *streams)
{
    if (streams->count < streams->capacity)
        return 0;
    sweep(streams);
    if (streams->count * 2 < streams->capacity)
        return 0;
    if (streams->count >= STREAMS_MOST)
        return -E2BIG;
    const size_t capacity = streams->capacity == 0 ? 8 : streams->capacity * 2;
    struct rl_stream **list = reallocarray(streams->list, capacity, sizeof *list);
    if (list == NULL)
        return -ENOMEM;
    streams->list = list;
    streams->capacity = capacity;
    return 0;
}

int rl_streams_add(struct rl_streams *streams, uint32_t id, struct rl_stream **stream)
{
    *stream = NULL;
    const int error = make_room(streams);
    if (error != 0)
        return error;
    struct rl_stream *made = rl_stream_new(id);
    if (made == NULL || !rl_idmap_put(&streams->index, id, (uint32_t)streams->count)) {
        rl_stream_free(made);
        return -ENOMEM;
    }
    streams->list[streams->count++] = *stream = made;
    streams->generation++;
    return 0;
}

int rl_streams_restart(struct rl_streams *streams, struct rl_stream **stream)
{
    struct rl_stream *made = rl_stream_new((*stream)->id);
    if (made == NULL)
        return -ENOMEM;
    const uint32_t at = rl_idmap_find(&streams->index, made->id);
    release(streams, *stream);
    streams->list[at] = *stream = made;
    streams->generation++;
    return 0;
}
