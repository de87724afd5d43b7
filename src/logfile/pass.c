/* What the index of a file spares its reader. */
#include "logfile/extent.h"
#include "logfile/read.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static int define_from_index(void *context, uint32_t stream, struct rl_cursor *definitions)
{
    struct rl_logfile_reader *reader = context;
    struct rl_stream *found = rl_streams_find(&reader->streams, stream);
    const int error = found == NULL ? rl_streams_add(&reader->streams, stream, &found) : 0;
    return error != 0 ? error : rl_stream_define(found, definitions, &reader->streams.room);
}

static int read_index(struct rl_logfile_reader *reader, uint64_t size)
{
    struct rl_scan *scan = &reader->scan;
    if (rl_input_is_compressed(&scan->input))
        return 0;
    const int error =
        rl_index_read(&reader->index, scan->input.fd, size, define_from_index, reader);
    reader->index_left = reader->index.entries.length / sizeof(struct rl_index_entry);
    return error;
}

static int count_ahead(struct rl_logfile_reader *reader)
{
    struct rl_extent extent;
    const uint64_t last = reader->selection.last_records;
    const int error = rl_extent_of_index(&reader->index, &extent)
                          ? 0
                          : rl_extent_of_heads(reader->scan.input.fd, &extent);
    /* What else is wrong with the file shows when it is read. */
    reader->skip_records = error == 0 && extent.records > last ? extent.records - last : 0;
    return error == -ENOMEM ? error : 0;
}

int rl_logfile_reader_look_ahead(struct rl_logfile_reader *reader)
{
    const int fd = reader->scan.input.fd;
    struct stat status;
    if (!rl_selection_any(&reader->selection) || lseek(fd, 0, SEEK_CUR) != 0 ||
        fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return 0;
    const int error = read_index(reader, (uint64_t)status.st_size);
    return error == 0 && reader->selection.by_end ? count_ahead(reader) : error;
}

/* Whether the block lies in front of what is taken from the end. */
static bool skips(struct rl_logfile_reader *reader, const struct rl_block *block)
{
    if (reader->skip_records == 0 ||
        (block->kind != RL_BLOCK_RECORDS && block->kind != RL_BLOCK_LOSS))
        return false;
    const bool all = block->records <= reader->skip_records;
    reader->skip_records = all ? reader->skip_records - block->records : 0;
    return all;
}

bool rl_logfile_reader_wants(struct rl_logfile_reader *reader, struct rl_stream *stream,
                             const struct rl_block *block)
{
    return !skips(reader, block) && rl_selection_block(&reader->selection, stream, block);
}

/* Whether the block must be looked at. */
static bool is_wanted(struct rl_logfile_reader *reader, const struct rl_index_entry *entry,
                      struct rl_stream *stream)
{
    if (entry->kind >= RL_BLOCK_OPTIONAL || entry->kind == RL_BLOCK_CLOCK ||
        (entry->kind == RL_BLOCK_STREAM && entry->number != 0))
        return false;
    const struct rl_block block = {
        .kind = (uint16_t)entry->kind,
        .records = entry->records,
        .level_mask = entry->level_mask,
        .logger_mask = entry->logger_mask,
        .least_time_ns = entry->least_time_ns,
        .greatest_time_ns = entry->greatest_time_ns,
    };
    return rl_logfile_reader_wants(reader, stream, &block);
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
