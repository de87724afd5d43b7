#include "logfile/write.h"

#include "base/crc32c.h"
#include "base/endian.h"
#include "logfile/block.h"
#include "logfile/introduce.h"
#include "logfile/wide.h"

#include <errno.h>
#include <string.h>

/* The header is said again after so many bytes, for readers of a file whose beginning is gone. */
#define HEADER_DISTANCE (4 * 1024 * 1024)
/* Of a record's or a site's bytes: so that a block that was just not full still takes them. */
#define RECORD_MOST (RL_BLOCK_MOST / 4)

/* ---- life ------------------------------------------------------------------------------------ */

/* Names the stream: differs between processes, files and boots, as the times do. Little-endian, so
 * that one log has one name, whatever machine writes it. */
static uint32_t stream_of(const struct rl_logfile_identity *identity)
{
    unsigned char numbers[4 + 8 + 8];
    rl_store_le32(numbers, (uint32_t)identity->pid);
    rl_store_le64(numbers + 4, (uint64_t)identity->time_ns);
    rl_store_le64(numbers + 12, (uint64_t)identity->monotonic_ns);
    const uint32_t crc = rl_crc32c(0, identity->boot_id, sizeof identity->boot_id);
    return rl_crc32c(crc, numbers, sizeof numbers);
}

static void append_string(struct rl_buffer *out, const char *text)
{
    rl_append_text(out, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
}

static void put_identity(struct rl_buffer *out, const struct rl_logfile_identity *identity)
{
    rl_append_varint(out, 0); /* compatible features */
    rl_append_varint(out, (uint32_t)identity->pid);
    rl_buffer_append(out, identity->boot_id, sizeof identity->boot_id);
    rl_append_le64(out, (uint64_t)identity->time_ns);
    rl_append_le64(out, (uint64_t)identity->monotonic_ns);
    rl_buffer_append_char(out, (char)rl_wide_native());
    append_string(out, identity->host);
    append_string(out, identity->process_name);
    append_string(out, identity->version);
}

void rl_logfile_writer_init(struct rl_logfile_writer *writer,
                            const struct rl_logfile_identity *identity)
{
    *writer = (struct rl_logfile_writer){.stream = stream_of(identity)};
    put_identity(&writer->header, identity);
}

void rl_logfile_writer_free(struct rl_logfile_writer *writer)
{
    rl_known_free(&writer->sites);
    rl_known_free(&writer->transients);
    rl_known_free(&writer->loggers);
    rl_known_free(&writer->threads);
    rl_buffer_free(&writer->header);
    rl_buffer_free(&writer->definitions);
    rl_stage_free(&writer->stage);
    rl_index_writer_free(&writer->index);
    rl_columns_scratch_free(&writer->scratch);
    rl_buffer_free(&writer->body);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Ends the block that began in `out` at `begin`. */
static void finish(struct rl_logfile_writer *writer, struct rl_buffer *out, size_t begin,
                   struct rl_block *block)
{
    block->stream = writer->stream;
    block->number = writer->blocks++;
    block->first_sequence = writer->sequence;
    if (rl_block_finish(out, begin, block)) {
        writer->position += out->length - begin;
        rl_index_add(&writer->index, block, out->length - begin);
    } else {
        rl_logfile_writer_forget(writer); /* its definitions are lost with it */
    }
    writer->sequence += block->records;
}

static void put_header(struct rl_logfile_writer *writer, struct rl_buffer *out)
{
    const size_t begin = rl_block_begin(out);
    rl_buffer_append(out, writer->header.data, writer->header.length);
    finish(writer, out, begin, &(struct rl_block){.kind = RL_BLOCK_STREAM});
    writer->header_due_at = writer->position + HEADER_DISTANCE;
}

void rl_logfile_writer_begin(struct rl_logfile_writer *writer, struct rl_buffer *out)
{
    put_header(writer, out);
}

static uint32_t put_definitions(struct rl_logfile_writer *writer, struct rl_buffer *out)
{
    const size_t bytes = writer->definitions.length;
    rl_buffer_append(out, writer->definitions.data, bytes);
    writer->definitions.length = 0;
    return (uint32_t)bytes; /* a block that is larger is not made */
}

/* Its own bytes; 0: it could not be made. */
static uint64_t put_index(struct rl_logfile_writer *writer, struct rl_buffer *out)
{
    if (writer->index.broken)
        return 0;
    const uint64_t position = writer->position;
    const size_t begin = rl_block_begin(out);
    rl_buffer_append(out, writer->index.definitions.data, writer->index.definitions.length);
    struct rl_block block = {
        .kind = RL_BLOCK_INDEX,
        .definitions_bytes = (uint32_t)writer->index.definitions.length,
    };
    rl_index_append(&writer->index, out);
    rl_index_clear(&writer->index); /* the next one lists this one first */
    finish(writer, out, begin, &block);
    return writer->position - position;
}

/* The body that begins in `out` at `begin`, if that makes it smaller. One that is too large for a
 * reader stays so, and is refused. */
static void compress(struct rl_logfile_writer *writer, struct rl_buffer *out, size_t begin,
                     struct rl_block *block)
{
    const size_t bytes = out->length - begin;
    if (block->definitions_bytes + bytes > RL_BLOCK_MOST ||
        !rl_zstd_replace(writer->zstd, out, begin))
        return;
    block->incompatible |= RL_FEATURE_ZSTD;
    block->plain_bytes = (uint32_t)bytes;
}

/* What a record is relative to at a block's start: nothing. */
static void open_block(struct rl_logfile_writer *writer)
{
    rl_stage_clear(&writer->stage);
    writer->open_block++;
    /* No thread is like this one, so the first record looks its thread up. */
    writer->thread_number = 0;
}

void rl_logfile_writer_finish_block(struct rl_logfile_writer *writer, struct rl_buffer *out)
{
    if (writer->stage.count == 0)
        return;
    const size_t begin = rl_block_begin(out);
    struct rl_block block = {
        .kind = RL_BLOCK_RECORDS,
        .definitions_bytes = put_definitions(writer, out),
        .records = writer->stage.count,
        .level_mask = writer->stage.level_mask,
        .logger_mask = writer->stage.logger_mask,
        .least_time_ns = writer->stage.least_ns,
        .greatest_time_ns = writer->stage.greatest_ns,
    };
    const size_t body = out->length;
    rl_columns_append(out, &writer->stage, &writer->scratch);
    if (writer->zstd != NULL)
        compress(writer, out, body, &block);
    finish(writer, out, begin, &block);
    writer->stage.count = 0;
    if (writer->position >= writer->header_due_at)
        put_header(writer, out);
    if (rl_index_is_due(&writer->index))
        put_index(writer, out);
}

/* Numbers of a column may take nearly twice what they take in a record, if there are only a few. */
uint64_t rl_logfile_writer_bytes(const struct rl_logfile_writer *writer)
{
    const uint64_t closed = writer->position + rl_index_bytes(&writer->index);
    if (writer->stage.count == 0)
        return closed;
    return closed + RL_BLOCK_HEADER + writer->definitions.length +
           2 * (uint64_t)rl_stage_bytes(&writer->stage);
}

void rl_logfile_writer_clock(struct rl_logfile_writer *writer, int64_t time_ns,
                             int64_t monotonic_ns, struct rl_buffer *out)
{
    rl_logfile_writer_finish_block(writer, out);
    const size_t begin = rl_block_begin(out);
    rl_append_le64(out, (uint64_t)time_ns);
    rl_append_le64(out, (uint64_t)monotonic_ns);
    struct rl_block block = {
        .kind = RL_BLOCK_CLOCK, .least_time_ns = time_ns, .greatest_time_ns = time_ns};
    finish(writer, out, begin, &block);
}

void rl_logfile_writer_end(struct rl_logfile_writer *writer, struct rl_buffer *out)
{
    rl_logfile_writer_finish_block(writer, out);
    const uint64_t index = writer->sequence == 0 ? 0 : put_index(writer, out);
    const size_t begin = rl_block_begin(out);
    rl_append_le64(out, index);
    finish(writer, out, begin, &(struct rl_block){.kind = RL_BLOCK_END});
}

void rl_logfile_writer_forget(struct rl_logfile_writer *writer)
{
    rl_introduce_again(writer);
    writer->index.broken = true;
}

/* ---- records --------------------------------------------------------------------------------- */

/* Of what a record brings itself; all that may be long is in the sum of bits. */
static bool is_large(const struct rl_record *record)
{
    return (record->fields_bytes | record->exception_length | record->stack_length |
            record->extra[RL_EXTRA_ADDED].length | record->extra[RL_EXTRA_CONTEXT].length) >=
           RECORD_MOST / 8;
}

static bool too_large(const struct rl_record *record)
{
    return record->fields_bytes > RECORD_MOST || record->exception_length > RECORD_MOST / 2 ||
           record->stack_length > RECORD_MOST / 2 ||
           record->extra[RL_EXTRA_ADDED].length > RECORD_MOST / 4 ||
           record->extra[RL_EXTRA_CONTEXT].length > RECORD_MOST / 4;
}

static bool site_too_large(const struct rl_site *site)
{
    return (uint64_t)site->format_length + site->file_length + site->function_length +
               site->keys_length >
           RECORD_MOST;
}

static bool same_thread(const struct rl_logfile_writer *writer, const struct rl_thread *thread)
{
    return writer->thread_number == thread->number && writer->thread_name == thread->name_hash;
}

/* Gives the site its place in the open block. */
static int place_site(struct rl_logfile_writer *writer, struct rl_known_entry *site,
                      const struct rl_site *definition)
{
    site->place = rl_stage_site(&writer->stage, site->id, site->logger, definition);
    if (site->place == UINT32_MAX)
        return -ENOMEM;
    site->block = writer->open_block;
    return 0;
}

static int add(struct rl_logfile_writer *writer, const struct rl_record *record)
{
    if (__builtin_expect(!same_thread(writer, record->thread), 0) &&
        rl_introduce_turn(writer, record->thread) != 0)
        return -ENOMEM;
    struct rl_known_entry *site = __builtin_expect(record->site_id != 0, 1)
                                      ? rl_introduce_find(writer, record)
                                      : rl_introduce_transient(writer, record);
    if (site == NULL)
        return -ENOMEM;
    const bool due = site->due_at <= writer->position;
    if (__builtin_expect(due || site->logger != record->logger_id, 0) &&
        rl_introduce_logger(writer, record) != 0)
        return -ENOMEM;
    if (__builtin_expect(due, 0)) {
        if (site_too_large(record->site))
            return -EMSGSIZE;
        rl_introduce_site(writer, site, record);
    }
    if (__builtin_expect(site->block != writer->open_block, 0) &&
        place_site(writer, site, record->site) != 0)
        return -ENOMEM;
    /* Before it is staged: from there it is not taken back. */
    if (__builtin_expect(writer->definitions.failed, 0))
        return -ENOMEM;
    const uint32_t thread = writer->threads.entries[writer->thread_at].place;
    return rl_stage_add(&writer->stage, site->place, thread, record);
}

/* A record that could not be added leaves no definitions of its own behind; those that went with
 * it are made again when they are needed. */
static void take_back(struct rl_logfile_writer *writer, size_t definitions)
{
    writer->definitions.length = definitions;
    writer->definitions.failed = false;
    rl_introduce_again(writer);
}

static bool is_full(const struct rl_logfile_writer *writer)
{
    return rl_stage_bytes(&writer->stage) + writer->definitions.length >= RL_BLOCK_TARGET ||
           writer->stage.count == RL_BLOCK_RECORDS_MOST;
}

int rl_logfile_writer_add(struct rl_logfile_writer *writer, const struct rl_record *record,
                          struct rl_buffer *out)
{
    if (__builtin_expect(is_large(record), 0) && too_large(record))
        return -EMSGSIZE;
    if (writer->stage.count == 0)
        open_block(writer);
    const size_t definitions = writer->definitions.length;
    const int error = add(writer, record);
    if (__builtin_expect(error != 0, 0)) {
        take_back(writer, definitions);
        return error;
    }
    writer->threads.entries[writer->thread_at].records++;
    if (__builtin_expect(is_full(writer), 0))
        rl_logfile_writer_finish_block(writer, out);
    return 0;
}

/* The place of the row's site in the open block; UINT32_MAX: something about it is to be defined
 * first. */
static inline uint32_t ready_site(struct rl_logfile_writer *writer, const struct rl_batch_row *row)
{
    if (row->site_id != writer->site_id) {
        const uint32_t at = rl_idmap_find(&writer->sites.index, row->site_id);
        if (at == RL_IDMAP_NONE)
            return UINT32_MAX;
        writer->site_id = row->site_id;
        writer->site_at = at;
    }
    struct rl_known_entry *site = &writer->sites.entries[writer->site_at];
    if (site->due_at <= writer->position || site->logger != row->logger_id)
        return UINT32_MAX;
    if (site->block != writer->open_block && place_site(writer, site, row->site) != 0)
        return UINT32_MAX;
    return site->place;
}

/* Goes on with the records of another thread, if the open block knows it already. */
static bool is_ready_thread(struct rl_logfile_writer *writer, const struct rl_thread *thread)
{
    if (same_thread(writer, thread))
        return true;
    const struct rl_known_entry *entry = rl_known_find(&writer->threads, thread->number);
    return entry != NULL && entry->block == writer->open_block &&
           entry->due_at > writer->position && rl_known_same(entry, thread, sizeof *thread) &&
           rl_introduce_turn(writer, thread) == 0;
}

/* The first of them, as long as they are of one thread, site and logger. */
static unsigned add_run(struct rl_logfile_writer *writer, const struct rl_batch_row *rows,
                        unsigned count)
{
    if (!is_ready_thread(writer, rows->thread))
        return 0;
    struct rl_known_entry *thread = &writer->threads.entries[writer->thread_at];
    const uint32_t site = ready_site(writer, rows);
    if (site == UINT32_MAX || !rl_stage_turn(&writer->stage, thread->place))
        return 0;
    const unsigned added = rl_stage_add_run(&writer->stage, site, rows, count,
                                            RL_BLOCK_TARGET - writer->definitions.length);
    thread->records += added;
    return added;
}

unsigned rl_logfile_writer_add_rows(struct rl_logfile_writer *writer,
                                    const struct rl_batch_row *rows, unsigned count,
                                    struct rl_buffer *out)
{
    unsigned added = 0, run = 1;
    if (writer->stage.count == 0)
        return 0;
    while (added < count && run != 0) {
        run = add_run(writer, rows + added, count - added);
        added += run;
        if (is_full(writer)) {
            rl_logfile_writer_finish_block(writer, out);
            return added;
        }
    }
    return added;
}

int rl_logfile_writer_loss(struct rl_logfile_writer *writer, const struct rl_thread *thread,
                           uint64_t count, int64_t from_ns, int64_t to_ns, enum rl_lost reason,
                           struct rl_buffer *out)
{
    rl_logfile_writer_finish_block(writer, out);
    uint32_t id = 0;
    if (thread != NULL) {
        const struct rl_known_entry *entry = rl_introduce_thread(writer, thread);
        if (entry == NULL || writer->definitions.failed) {
            take_back(writer, 0);
            return -ENOMEM;
        }
        id = entry->id;
    }
    const size_t begin = rl_block_begin(out);
    struct rl_block block = {
        .kind = RL_BLOCK_LOSS,
        .definitions_bytes = put_definitions(writer, out),
        .least_time_ns = from_ns,
        .greatest_time_ns = to_ns,
    };
    rl_append_varint(out, id);
    rl_append_varint(out, count);
    rl_append_varint(out, reason);
    finish(writer, out, begin, &block);
    return out->failed ? -ENOMEM : 0;
}
