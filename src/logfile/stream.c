#include "logfile/stream.h"

#include "format/program.h"
#include "logfile/wide.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *copy_text(const char *text, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy == NULL)
        return NULL;
    if (length != 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

struct rl_stream *rl_stream_new(uint32_t id)
{
    struct rl_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return NULL;
    stream->id = id;
    stream->wide = RL_WIDE_UNSEEN;
    stream->host = copy_text("", 0);
    stream->process_name = copy_text("", 0);
    stream->version = copy_text("", 0);
    if (stream->host == NULL || stream->process_name == NULL || stream->version == NULL) {
        rl_stream_free(stream);
        return NULL;
    }
    return stream;
}

void rl_stream_free(struct rl_stream *stream)
{
    if (stream == NULL)
        return;
    for (size_t i = 0; i < stream->site_count; i++) {
        rl_program_free(stream->sites[i].program);
        free(stream->sites[i].site);
    }
    for (size_t i = 0; i < stream->logger_count; i++)
        free(stream->loggers[i].name);
    free(stream->sites);
    free(stream->loggers);
    free(stream->threads);
    free(stream->counts);
    rl_idmap_free(&stream->site_index);
    rl_idmap_free(&stream->logger_index);
    rl_idmap_free(&stream->thread_index);
    rl_idmap_free(&stream->count_index);
    free(stream->host);
    free(stream->process_name);
    free(stream->version);
    free(stream);
}

/* ---- the header ------------------------------------------------------------------------------ */

static int take_name(struct rl_cursor *cursor, char **name)
{
    size_t length;
    const char *text = rl_take_text(cursor, &length);
    if (text == NULL || memchr(text, '\0', length) != NULL)
        return -EBADMSG;
    char *copy = copy_text(text, length);
    if (copy == NULL)
        return -ENOMEM;
    free(*name);
    *name = copy;
    return 0;
}

int rl_stream_name(struct rl_stream *stream, struct rl_cursor *payload)
{
    rl_take_varint(payload); /* compatible features: none is known, none matters */
    const uint64_t pid = rl_take_varint(payload);
    const unsigned char *boot_id = rl_take(payload, sizeof stream->boot_id);
    const int64_t time_ns = (int64_t)rl_take_le64(payload);
    const int64_t monotonic_ns = (int64_t)rl_take_le64(payload);
    const uint8_t wide = rl_take_byte(payload);
    if (payload->failed || pid > INT32_MAX || wide > RL_WIDE_BINARY128)
        return -EBADMSG;
    stream->pid = (pid_t)pid;
    memcpy(stream->boot_id, boot_id, sizeof stream->boot_id);
    stream->time_ns = stream->clock_time_ns = time_ns;
    stream->monotonic_ns = stream->clock_monotonic_ns = monotonic_ns;
    stream->wide = (enum rl_wide_form)wide;
    int error = take_name(payload, &stream->host);
    if (error == 0)
        error = take_name(payload, &stream->process_name);
    if (error == 0)
        error = take_name(payload, &stream->version);
    stream->named = error == 0;
    return error;
}

/* ---- definitions ----------------------------------------------------------------------------- */

/* Room for one more element of an array that doubles at powers of two; NULL without memory. */
static void *room_for_one(void *array, size_t count, size_t element_bytes)
{
    if (count != 0 && (count & (count - 1)) != 0)
        return array;
    return reallocarray(array, count == 0 ? 1 : count * 2, element_bytes);
}

static int keep_site(struct rl_stream *stream, struct rl_definition_read *definition)
{
    struct rl_read_site *sites =
        room_for_one(stream->sites, stream->site_count, sizeof *stream->sites);
    if (sites == NULL)
        return -ENOMEM;
    stream->sites = sites;
    if (!rl_idmap_put(&stream->site_index, definition->id, (uint32_t)stream->site_count))
        return -ENOMEM;
    sites[stream->site_count++] = (struct rl_read_site){
        .id = definition->id,
        .site = definition->site,
        .shape = rl_shape_of(definition->site),
        .logger = definition->logger,
    };
    definition->site = NULL;
    return 0;
}

static int keep_logger(struct rl_stream *stream, const struct rl_definition_read *definition)
{
    struct rl_read_logger *loggers =
        room_for_one(stream->loggers, stream->logger_count, sizeof *stream->loggers);
    if (loggers == NULL)
        return -ENOMEM;
    stream->loggers = loggers;
    char *name = malloc(definition->name_length + 1 + definition->extra.length);
    if (name == NULL)
        return -ENOMEM;
    unsigned char *extra = (unsigned char *)name + definition->name_length + 1;
    memcpy(name, definition->name, definition->name_length);
    name[definition->name_length] = '\0';
    if (definition->extra.length != 0)
        memcpy(extra, definition->extra.at, definition->extra.length);
    if (!rl_idmap_put(&stream->logger_index, definition->id, (uint32_t)stream->logger_count)) {
        free(name);
        return -ENOMEM;
    }
    loggers[stream->logger_count++] =
        (struct rl_read_logger){.name = name,
                                .length = definition->name_length,
                                .extra = extra,
                                .extra_bytes = definition->extra.length,
                                .id = (uint16_t)definition->id};
    return 0;
}

/* The place of a thread's count; RL_IDMAP_NONE: no memory. */
static uint32_t keep_count(struct rl_stream *stream, uint32_t number)
{
    const uint32_t found = rl_idmap_find(&stream->count_index, number);
    if (found != RL_IDMAP_NONE)
        return found;
    const uint32_t place = (uint32_t)stream->counts_count;
    uint64_t *counts = room_for_one(stream->counts, place, sizeof *counts);
    if (counts == NULL)
        return RL_IDMAP_NONE;
    stream->counts = counts;
    if (!rl_idmap_put(&stream->count_index, number, place))
        return RL_IDMAP_NONE;
    counts[place] = 0;
    stream->counts_count++;
    return place;
}

static int keep_thread(struct rl_stream *stream, const struct rl_definition_read *definition)
{
    struct rl_read_thread *threads =
        room_for_one(stream->threads, stream->thread_count, sizeof *stream->threads);
    if (threads == NULL)
        return -ENOMEM;
    stream->threads = threads;
    if (definition->name_length >= sizeof threads->thread.name)
        return -EBADMSG;
    const uint32_t count = keep_count(stream, definition->number);
    if (count == RL_IDMAP_NONE ||
        !rl_idmap_put(&stream->thread_index, definition->id, (uint32_t)stream->thread_count))
        return -ENOMEM;
    struct rl_read_thread *kept = &threads[stream->thread_count++];
    *kept = (struct rl_read_thread){
        .thread = {.number = definition->number, .tid = definition->tid},
        .count = count,
    };
    memcpy(kept->thread.name, definition->name, definition->name_length);
    return 0;
}

static const struct rl_idmap *index_of(const struct rl_stream *stream, enum rl_definition what)
{
    return what == RL_DEFINE_SITE     ? &stream->site_index
           : what == RL_DEFINE_LOGGER ? &stream->logger_index
                                      : &stream->thread_index;
}

static int keep(struct rl_stream *stream, struct rl_definition_read *definition, size_t *room)
{
    /* A definition that is repeated says nothing new. */
    if (rl_idmap_find(index_of(stream, definition->what), definition->id) != RL_IDMAP_NONE)
        return 0;
    if (*room == 0)
        return -E2BIG;
    --*room;
    switch (definition->what) {
    case RL_DEFINE_SITE:
        return keep_site(stream, definition);
    case RL_DEFINE_LOGGER:
        return keep_logger(stream, definition);
    case RL_DEFINE_THREAD:
        return keep_thread(stream, definition);
    }
    return -EBADMSG;
}

int rl_stream_define(struct rl_stream *stream, struct rl_cursor *section, size_t *room)
{
    for (;;) {
        struct rl_definition_read definition;
        int result = rl_definition_next(section, &definition);
        if (result <= 0)
            return result;
        result = keep(stream, &definition, room);
        free(definition.site);
        if (result != 0)
            return result;
    }
}
