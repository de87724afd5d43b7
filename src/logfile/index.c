#include "logfile/index.h"

#include "logfile/block.h"
#include "logfile/numbers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An INDEX block comes after so many blocks, or so many bytes of new definitions. */
#define BLOCKS_MOST      4096
#define DEFINITIONS_MOST (256 * 1024)
/* Entries that a reader keeps, 64 MiB: of a file with more blocks it reads the heads. */
#define ENTRIES_MOST (1 << 20)
/* What a block may take in the index: seven columns, of which two may be as wide as a time. */
#define ENTRY_MOST 40

/* ---- writing --------------------------------------------------------------------------------- */

void rl_index_writer_free(struct rl_index_writer *index)
{
    rl_buffer_free(&index->blocks);
    rl_buffer_free(&index->definitions);
}

static size_t entry_count(const struct rl_buffer *entries)
{
    return entries->length / sizeof(struct rl_index_entry);
}

static struct rl_index_entry *entries_of(const struct rl_buffer *entries)
{
    return (struct rl_index_entry *)(void *)entries->data;
}

void rl_index_add(struct rl_index_writer *index, const struct rl_block *block, uint64_t bytes)
{
    const struct rl_index_entry entry = {
        .bytes = (uint32_t)bytes,
        .kind = block->kind,
        .records = block->records,
        .level_mask = block->level_mask,
        .logger_mask = block->logger_mask,
        .least_time_ns = block->least_time_ns,
        .greatest_time_ns = block->greatest_time_ns,
    };
    rl_buffer_append(&index->blocks, &entry, sizeof entry);
    index->broken |= index->blocks.failed || index->definitions.failed;
}

uint64_t rl_index_bytes(const struct rl_index_writer *index)
{
    return 2 * (uint64_t)RL_BLOCK_HEADER + 128 + index->definitions.length +
           ENTRY_MOST * (uint64_t)entry_count(&index->blocks);
}

bool rl_index_is_due(const struct rl_index_writer *index)
{
    return entry_count(&index->blocks) >= BLOCKS_MOST ||
           index->definitions.length >= DEFINITIONS_MOST;
}

/* A column of the entries. */
enum column { BYTES, KIND, RECORDS, LEAST, SPAN, LEVELS, LOGGERS, COLUMNS };

static uint64_t column_of(const struct rl_index_entry *entry, enum column column)
{
    switch (column) {
    case BYTES:
        return entry->bytes;
    case KIND:
        return entry->kind;
    case RECORDS:
        return entry->records;
    case LEAST:
        return (uint64_t)entry->least_time_ns;
    case SPAN:
        return (uint64_t)entry->greatest_time_ns - (uint64_t)entry->least_time_ns;
    case LEVELS:
        return entry->level_mask;
    default:
        return entry->logger_mask;
    }
}

void rl_index_append(const struct rl_index_writer *index, struct rl_buffer *out)
{
    const struct rl_index_entry *entries = entries_of(&index->blocks);
    const size_t count = entry_count(&index->blocks);
    uint64_t *numbers = reallocarray(NULL, count, sizeof *numbers);
    if (numbers == NULL) {
        out->failed = true;
        return;
    }
    rl_buffer_append_char(out, index->continues);
    rl_append_varint(out, count);
    for (unsigned column = 0; column < COLUMNS; column++) {
        for (size_t i = 0; i < count; i++)
            numbers[i] = column_of(&entries[i], (enum column)column);
        rl_numbers_append(out, numbers, count, false);
    }
    free(numbers);
}

void rl_index_clear(struct rl_index_writer *index)
{
    index->blocks.length = index->definitions.length = 0;
    index->continues = true;
}

/* ---- reading --------------------------------------------------------------------------------- */

void rl_index_free(struct rl_index *index)
{
    rl_buffer_free(&index->entries);
}

/* A whole, sound block at a place of the file, unmasked. */
struct fetched {
    struct rl_block block;
    struct rl_buffer bytes;
};

static bool read_at(int fd, uint64_t offset, size_t bytes, struct rl_buffer *to)
{
    to->length = 0;
    char *at = rl_buffer_reserve(to, bytes + RL_PACK_SLACK);
    if (at == NULL)
        return false;
    for (size_t done = 0; done < bytes;) {
        const ssize_t got = pread(fd, at + done, bytes - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    memset(at + bytes, 0, RL_PACK_SLACK);
    to->length = bytes;
    return true;
}

static bool fetch(int fd, uint64_t offset, size_t bytes, struct fetched *fetched)
{
    if (bytes < RL_BLOCK_HEADER || bytes > rl_block_bytes(RL_BLOCK_MOST) ||
        !read_at(fd, offset, bytes, &fetched->bytes))
        return false;
    unsigned char *start = (unsigned char *)fetched->bytes.data;
    struct rl_block *block = &fetched->block;
    if (!rl_block_parse(start, block) || rl_block_bytes(block->payload_bytes) != bytes ||
        !rl_block_head_sound(start, block) || !rl_block_body_sound(start, block) ||
        !rl_block_understood(block))
        return false;
    unsigned char *payload = start + RL_BLOCK_HEADER;
    rl_block_unmask(payload, payload, block->payload_bytes, block->mask);
    return true;
}

static struct rl_cursor part(const struct fetched *fetched, size_t from, size_t bytes)
{
    const unsigned char *at = (const unsigned char *)fetched->bytes.data + from;
    return (struct rl_cursor){.at = at, .end = at + bytes};
}

static void set_column(struct rl_index_entry *entry, enum column column, uint64_t value)
{
    switch (column) {
    case BYTES:
        entry->bytes = value > rl_block_bytes(RL_BLOCK_MOST) ? 0 : (uint32_t)value;
        break;
    case KIND:
        entry->kind = (uint32_t)value;
        break;
    case RECORDS:
        entry->records = (uint32_t)value;
        break;
    case LEAST:
        entry->least_time_ns = (int64_t)value;
        break;
    case SPAN:
        entry->greatest_time_ns = (int64_t)((uint64_t)entry->least_time_ns + value);
        break;
    case LEVELS:
        entry->level_mask = (uint32_t)value;
        break;
    default:
        entry->logger_mask = (uint32_t)value;
        break;
    }
}

static bool take_columns(struct rl_cursor *body, struct rl_index_entry *entries, size_t count)
{
    uint64_t *numbers = reallocarray(NULL, count, sizeof *numbers);
    bool whole = numbers != NULL;
    for (unsigned column = 0; whole && column < COLUMNS; column++) {
        whole = rl_numbers_take(body, numbers, count);
        for (size_t i = 0; whole && i < count; i++)
            set_column(&entries[i], (enum column)column, numbers[i]);
    }
    free(numbers);
    return whole && !body->failed;
}

/* Says of each entry where it is; false: they do not add up. */
static bool place(struct rl_index_entry *entries, size_t count, const struct rl_block *index,
                  uint64_t offset)
{
    uint64_t sequence = index->first_sequence;
    uint32_t number = index->number;
    for (size_t i = count; i-- > 0;) {
        struct rl_index_entry *entry = &entries[i];
        if (entry->bytes < RL_BLOCK_HEADER || entry->bytes > offset || entry->records > sequence)
            return false;
        entry->offset = offset -= entry->bytes;
        entry->first_sequence = sequence -= entry->records;
        entry->number = --number;
        entry->stream = index->stream;
    }
    return true;
}

/* Whether the file has the stream more than once: then definitions of the one are not those of the
 * other. */
static bool is_repeated(const struct rl_index *index, uint32_t stream)
{
    const struct rl_index_entry *entries = entries_of(&index->entries);
    const size_t count = entry_count(&index->entries);
    for (size_t i = 0; i < count; i++)
        if (entries[i].number == 0 && entries[i].stream == stream)
            return true;
    return false;
}

/* What is being read: from the end of the file to its beginning. */
struct walk {
    int fd;
    struct rl_index *index;
    rl_index_define define;
    void *context;
    struct fetched fetched;
    struct rl_buffer list; /* the entries of one INDEX block */
    int error;
};

/* Whether the INDEX block that was fetched makes sense; its entries are then in `list`. */
static bool take_index(struct walk *walk, uint64_t offset, bool *continues)
{
    const struct fetched *fetched = &walk->fetched;
    const struct rl_block *block = &fetched->block;
    struct rl_cursor body =
        part(fetched, rl_block_head(block), block->payload_bytes - block->definitions_bytes);
    *continues = rl_take_byte(&body) != 0;
    const uint64_t count = rl_take_varint(&body);
    if (body.failed || count == 0 || count > 2 * BLOCKS_MOST)
        return false;
    walk->list.length = 0;
    if (rl_buffer_reserve(&walk->list, count * sizeof(struct rl_index_entry)) == NULL)
        return false;
    walk->list.length = count * sizeof(struct rl_index_entry);
    return take_columns(&body, entries_of(&walk->list), count) &&
           place(entries_of(&walk->list), count, block, offset);
}

static bool is_index(const struct rl_block *block, uint32_t stream, uint32_t number)
{
    return block->kind == RL_BLOCK_INDEX && block->stream == stream && block->number == number;
}

static int keep(struct walk *walk)
{
    const struct rl_block *block = &walk->fetched.block;
    struct rl_cursor definitions = part(&walk->fetched, RL_BLOCK_HEADER, block->definitions_bytes);
    const int error = walk->define(walk->context, block->stream, &definitions);
    if (error != 0)
        return error;
    const struct rl_index_entry *entries = entries_of(&walk->list);
    if (entry_count(&walk->index->entries) + entry_count(&walk->list) > ENTRIES_MOST)
        return -E2BIG;
    for (size_t i = entry_count(&walk->list); i-- > 0;)
        rl_buffer_append(&walk->index->entries, &entries[i], sizeof *entries);
    return walk->index->entries.failed ? -ENOMEM : 0;
}

/* Whether the block at the beginning of a stream's index is the one that begins the stream. */
static bool begins_stream(struct walk *walk, const struct rl_index_entry *first)
{
    return first->number == 0 && fetch(walk->fd, first->offset, first->bytes, &walk->fetched) &&
           walk->fetched.block.kind == RL_BLOCK_STREAM && walk->fetched.block.number == 0 &&
           walk->fetched.block.stream == first->stream;
}

/* Reads the index of the stream that ends at `end`; where the stream begins, or `end` if it has no
 * index that can be trusted. */
static uint64_t read_stream(struct walk *walk, uint64_t end)
{
    const size_t end_bytes = (size_t)rl_block_bytes(RL_END_PAYLOAD);
    if (end < end_bytes || !fetch(walk->fd, end - end_bytes, end_bytes, &walk->fetched) ||
        walk->fetched.block.kind != RL_BLOCK_END)
        return end;
    struct rl_cursor body = part(&walk->fetched, RL_BLOCK_HEADER, RL_END_PAYLOAD);
    const uint32_t stream = walk->fetched.block.stream;
    uint32_t number = walk->fetched.block.number - 1;
    uint64_t bytes = rl_take_le64(&body);
    uint64_t offset = end - end_bytes;
    const size_t kept = walk->index->entries.length;
    if (is_repeated(walk->index, stream)) {
        walk->index->entries.length = 0;
        return end;
    }
    for (bool continues = true; continues;) {
        if (bytes > offset || !fetch(walk->fd, offset - bytes, (size_t)bytes, &walk->fetched) ||
            !is_index(&walk->fetched.block, stream, number))
            break;
        offset -= bytes;
        if (!take_index(walk, offset, &continues))
            break;
        walk->error = keep(walk);
        if (walk->error != 0)
            break;
        const struct rl_index_entry first = *entries_of(&walk->list);
        if (!continues && begins_stream(walk, &first))
            return first.offset;
        /* The next INDEX block is the first of those that this one lists. */
        number = first.number;
        bytes = first.bytes;
        offset = first.offset + first.bytes;
    }
    walk->index->entries.length = kept;
    return end;
}

int rl_index_read(struct rl_index *index, int fd, uint64_t size, rl_index_define define,
                  void *context)
{
    struct walk walk = {.fd = fd, .index = index, .define = define, .context = context};
    for (uint64_t end = size, begin; end != 0 && walk.error == 0; end = begin) {
        begin = read_stream(&walk, end);
        if (begin == end)
            break;
    }
    rl_buffer_free(&walk.fetched.bytes);
    rl_buffer_free(&walk.list);
    return walk.error == -ENOMEM ? -ENOMEM : 0;
}
