/* What the index of a file spares its reader. */
#include "logfile/read.h"

#include <sys/stat.h>
#include <unistd.h>

static int define_from_index(void *context, uint32_t stream, struct rl_cursor *definitions)
{
    struct rl_logfile_reader *reader = context;
    struct rl_stream *found = rl_streams_find(&reader->streams, stream);
    const int error = found == NULL ? rl_streams_add(&reader->streams, stream, &found) : 0;
    return error != 0 ? error : rl_stream_define(found, definitions, &reader->streams.room);
}

int rl_logfile_reader_read_index(struct rl_logfile_reader *reader)
{
    const int fd = reader->scan.input.fd;
    struct stat status;
    if (!rl_selection_any(&reader->selection) || lseek(fd, 0, SEEK_CUR) != 0 ||
        fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        rl_input_is_compressed(&reader->scan.input))
        return 0;
    const int error =
        rl_index_read(&reader->index, fd, (uint64_t)status.st_size, define_from_index, reader);
    reader->index_left = reader->index.entries.length / sizeof(struct rl_index_entry);
    return error;
}

/* Whether the block must be looked at. */
static bool is_wanted(const struct rl_logfile_reader *reader, const struct rl_index_entry *entry,
                      struct rl_stream *stream)
{
    if (entry->kind >= RL_BLOCK_OPTIONAL || entry->kind == RL_BLOCK_CLOCK ||
        (entry->kind == RL_BLOCK_STREAM && entry->number != 0))
        return false;
    const struct rl_block block = {
        .kind = (uint16_t)entry->kind,
        .level_mask = entry->level_mask,
        .logger_mask = entry->logger_mask,
        .least_time_ns = entry->least_time_ns,
        .greatest_time_ns = entry->greatest_time_ns,
    };
    return rl_selection_block(&reader->selection, stream, &block);
}

void rl_logfile_reader_pass_unwanted(struct rl_logfile_reader *reader)
{
    const struct rl_index_entry *entries = (const void *)reader->index.entries.data;
    const uint64_t offset = reader->scan.input.offset;
    uint64_t bytes = 0;
    for (; reader->index_left != 0; reader->index_left--) {
        const struct rl_index_entry *entry = &entries[reader->index_left - 1];
        if (entry->offset < offset + bytes)
            continue;
        struct rl_stream *stream = rl_streams_find(&reader->streams, entry->stream);
        if (entry->offset != offset + bytes || stream == NULL || is_wanted(reader, entry, stream))
            break;
        bytes += entry->bytes;
        stream->next_block = entry->number + 1;
        stream->next_sequence = entry->first_sequence + entry->records;
    }
    rl_input_pass(&reader->scan.input, bytes);
}
