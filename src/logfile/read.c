#include "logfile/read.h"

#include "record/decode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void rl_logfile_reader_init(struct rl_logfile_reader *reader, int fd)
{
    *reader = (struct rl_logfile_reader){0};
    rl_streams_init(&reader->streams);
    rl_scan_init(&reader->scan, fd);
}

void rl_logfile_reader_free(struct rl_logfile_reader *reader)
{
    rl_streams_free(&reader->streams);
    rl_rows_free(&reader->rows);
    rl_buffer_free(&reader->sites);
    rl_buffer_free(&reader->threads);
    rl_buffer_free(&reader->refused);
    rl_buffer_free(&reader->fields);
    rl_index_free(&reader->index);
    rl_scan_free(&reader->scan);
}

/* ---- gaps ------------------------------------------------------------------------------------ */

static uint64_t block_end(const struct rl_logfile_reader *reader)
{
    return reader->scan.input.offset + rl_block_bytes(reader->block.payload_bytes);
}

/* Gives up what is left of the block, which is sound but makes no sense. */
static int give_up_block(struct rl_logfile_reader *reader, const char *why)
{
    reader->gap = (struct rl_gap){
        .from = reader->scan.input.offset,
        .to = block_end(reader),
        .records = reader->rows_left + reader->unreadable,
        .first_sequence =
            reader->block.first_sequence + (reader->block.records - reader->rows_left),
        .why = why,
    };
    if (reader->unreadable != 0)
        reader->gap.first_sequence = reader->first_unreadable;
    rl_scan_pass(&reader->scan, &reader->block);
    reader->found = reader->open = reader->row_held = false;
    reader->rows_left = reader->unreadable = 0;
    return RL_ITEM_GAP;
}

/* Fills in the gap before the block that was found, or before the end. */
static bool gap_before(struct rl_logfile_reader *reader)
{
    struct rl_scan *scan = &reader->scan;
    reader->gap = (struct rl_gap){.from = scan->input.offset, .to = scan->input.offset};
    if (!scan->lost)
        return false;
    reader->gap.from = scan->lost_from;
    reader->gap.why = scan->why;
    scan->lost = false;
    return true;
}

/* Compressed input that ends badly has cut the block, if one was cut. */
static bool gap_at_end(struct rl_logfile_reader *reader)
{
    struct rl_input *input = &reader->scan.input;
    const bool lost = gap_before(reader);
    if (input->broken == NULL || input->told)
        return lost;
    reader->gap.why = input->broken;
    input->told = true;
    return true;
}

/* ---- streams --------------------------------------------------------------------------------- */

/* Sets the block's stream: 0, -E2BIG, -ENOMEM. */
static int enter_stream(struct rl_logfile_reader *reader)
{
    const struct rl_block *block = &reader->block;
    const bool begins =
        block->kind == RL_BLOCK_STREAM && block->number == 0 && block->first_sequence == 0;
    if (!begins && reader->stream != NULL && reader->stream->id == block->stream)
        return 0;
    struct rl_stream *stream = rl_streams_find(&reader->streams, block->stream);
    int error = 0;
    if (stream == NULL)
        error = rl_streams_add(&reader->streams, block->stream, &stream);
    /* One of which no block was read is known from the index. */
    else if (begins && stream->next_block != 0)
        error = rl_streams_restart(&reader->streams, &stream);
    reader->stream = stream;
    return error;
}

/* Compares the block with what must come next in its stream, and adds to the gap before it. False:
 * the block was there already. */
static bool account(struct rl_logfile_reader *reader)
{
    const struct rl_block *block = &reader->block;
    struct rl_stream *stream = reader->stream;
    const uint32_t blocks = block->number - stream->next_block; /* wraps, in a file of 4e9 blocks */
    if (blocks > UINT32_MAX / 2 || block->first_sequence < stream->next_sequence)
        return false;
    reader->gap.blocks = blocks;
    reader->gap.records = block->first_sequence - stream->next_sequence;
    reader->gap.first_sequence = stream->next_sequence;
    if ((reader->gap.blocks != 0 || reader->gap.records != 0) && reader->gap.why == NULL)
        reader->gap.why = "blocks are missing";
    stream->next_block = block->number + 1;
    stream->next_sequence = block->first_sequence + block->records;
    return true;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static int pass_block(struct rl_logfile_reader *reader)
{
    rl_scan_pass(&reader->scan, &reader->block);
    reader->found = reader->open = false;
    return 0;
}

/* Takes over the definitions, wanted or not: later blocks may need them. 0 or -ENOMEM. */
static int take_definitions(struct rl_logfile_reader *reader)
{
    struct rl_cursor definitions;
    if (!rl_scan_definitions(&reader->scan, &reader->block, &definitions))
        return -ENOMEM;
    const int error = rl_stream_define(reader->stream, &definitions, &reader->streams.room);
    reader->definitions_bad = error == -ENOMEM ? 0 : error;
    return error == -ENOMEM ? error : 0;
}

/* Looks up what the block's places stand for. False: no memory. */
static bool look_up(struct rl_logfile_reader *reader)
{
    const struct rl_rows *rows = &reader->rows;
    reader->sites.length = reader->threads.length = reader->refused.length = 0;
    for (size_t i = 0; i < rl_rows_sites(rows); i++) {
        struct rl_block_site found = {.site =
                                          rl_stream_site(reader->stream, rl_rows_site_id(rows, i))};
        if (found.site != NULL)
            found.logger = rl_stream_logger(reader->stream, found.site->logger);
        rl_buffer_append(&reader->sites, &found, sizeof found);
        const bool refused =
            found.site != NULL && found.logger != NULL &&
            !rl_selection_site(&reader->selection, found.site->site->level, found.logger);
        rl_buffer_append_char(&reader->refused, (char)refused);
    }
    for (size_t i = 0; i < rl_rows_threads(rows); i++) {
        const struct rl_read_thread *found =
            rl_stream_thread(reader->stream, rl_rows_thread_id(rows, i));
        rl_buffer_append(&reader->threads, &found, sizeof found);
    }
    return !reader->sites.failed && !reader->threads.failed && !reader->refused.failed;
}

static int open_records(struct rl_logfile_reader *reader, struct rl_cursor *body)
{
    reader->rows_left = reader->block.records;
    if (!rl_rows_open(&reader->rows, *body, reader->block.records, reader->block.least_time_ns))
        return reader->rows.no_memory ? -ENOMEM
                                      : give_up_block(reader, "its columns make no sense");
    if (!look_up(reader))
        return -ENOMEM;
    reader->open = true;
    return 0;
}

static int open_loss(struct rl_logfile_reader *reader, struct rl_cursor *body)
{
    const uint64_t thread = rl_take_varint(body);
    const uint64_t count = rl_take_varint(body);
    const uint64_t reason = rl_take_varint(body);
    if (body->failed || thread > UINT32_MAX || reason > UINT32_MAX)
        return give_up_block(reader, "a told loss makes no sense");
    const struct rl_read_thread *of = rl_stream_thread(reader->stream, (uint32_t)thread);
    reader->loss = (struct rl_told_loss){
        .count = count,
        .from_ns = reader->block.least_time_ns,
        .to_ns = reader->block.greatest_time_ns,
        .reason = (uint32_t)reason,
        .thread = of == NULL ? NULL : &of->thread,
    };
    pass_block(reader);
    return RL_ITEM_LOSS;
}

static int open_clock(struct rl_logfile_reader *reader, struct rl_cursor *body)
{
    struct rl_stream *stream = reader->stream;
    const uint64_t time_ns = rl_take_le64(body), monotonic_ns = rl_take_le64(body);
    if (body->failed)
        return give_up_block(reader, "a pair of clocks makes no sense");
    /* Unsigned: hostile numbers may wrap. */
    const uint64_t before = (uint64_t)stream->clock_time_ns - (uint64_t)stream->clock_monotonic_ns;
    /* Where the STREAM block is lost, nothing is known from before. */
    reader->clock_step_ns = stream->named ? (int64_t)(time_ns - monotonic_ns - before) : 0;
    stream->clock_time_ns = (int64_t)time_ns;
    stream->clock_monotonic_ns = (int64_t)monotonic_ns;
    pass_block(reader);
    return RL_ITEM_CLOCK;
}

static int open_stream(struct rl_logfile_reader *reader, struct rl_cursor *body)
{
    if (reader->stream->named)
        return pass_block(reader); /* said again, for readers who missed the first */
    const int error = rl_stream_name(reader->stream, body);
    if (error == -EBADMSG)
        return give_up_block(reader, "a stream's header makes no sense");
    if (error != 0)
        return error;
    reader->streams.generation++;
    pass_block(reader);
    return RL_ITEM_STREAM;
}

/* Of a block whose body says something. */
static int open_body(struct rl_logfile_reader *reader)
{
    struct rl_cursor body;
    const int error = rl_scan_body(&reader->scan, &reader->block, &body);
    if (error == -EBADMSG) {
        reader->rows_left = reader->block.records;
        return give_up_block(reader, "its compressed body makes no sense");
    }
    if (error != 0)
        return error;
    switch (reader->block.kind) {
    case RL_BLOCK_STREAM:
        return open_stream(reader, &body);
    case RL_BLOCK_LOSS:
        return open_loss(reader, &body);
    case RL_BLOCK_CLOCK:
        return open_clock(reader, &body);
    default:
        return open_records(reader, &body);
    }
}

/* An item, 0 to go on, or -errno. */
static int open_block(struct rl_logfile_reader *reader)
{
    const struct rl_block *block = &reader->block;
    reader->rows_left = reader->unreadable = 0;
    if (!rl_block_understood(block))
        return give_up_block(reader, "a block needs a newer reader");
    if (reader->unwanted)
        return pass_block(reader);
    if (reader->definitions_bad != 0) {
        reader->rows_left = block->records;
        return give_up_block(reader, reader->definitions_bad == -E2BIG
                                         ? "too many definitions"
                                         : "a definition makes no sense");
    }
    switch (block->kind) {
    case RL_BLOCK_STREAM:
    case RL_BLOCK_RECORDS:
    case RL_BLOCK_LOSS:
    case RL_BLOCK_CLOCK:
        return open_body(reader);
    case RL_BLOCK_END:
        reader->stream->ended = true;
        pass_block(reader);
        return RL_ITEM_CLOSED;
    default:
        return block->kind >= RL_BLOCK_OPTIONAL
                   ? pass_block(reader)
                   : give_up_block(reader, "a block needs a newer reader");
    }
}

/* What is known from the head alone, before it is known whether the body is whole: 0 or -errno. */
static int take_head(struct rl_logfile_reader *reader)
{
    const struct rl_block *block = &reader->block;
    reader->unwanted = false;
    reader->definitions_bad = 0;
    int result = enter_stream(reader);
    if (result == 0 && rl_block_understood(block))
        result = take_definitions(reader);
    if (result != 0)
        return result;
    /* After damage a head may be inside of what claims to be another block. */
    reader->unwanted = rl_block_understood(block) && reader->definitions_bad == 0 &&
                       !reader->scan.damaged &&
                       !rl_logfile_reader_wants(reader, reader->stream, block);
    return 0;
}

/* ---- the next block -------------------------------------------------------------------------- */

/* Goes to the next block that is whole, or of which only the head is wanted: 1, 0 at the end,
 * -E2BIG for one of a stream too many, -errno. */
static int seek_block(struct rl_logfile_reader *reader)
{
    int result;
    if (!reader->index_tried && (result = rl_logfile_reader_look_ahead(reader)) != 0)
        return result;
    reader->index_tried = true;
    if (!reader->scan.damaged)
        rl_logfile_reader_pass_unwanted(reader);
    while ((result = rl_scan_find(&reader->scan, &reader->block)) > 0) {
        result = take_head(reader);
        if (result != 0 && result != -E2BIG)
            return result;
        const char *why = reader->unwanted ? NULL : rl_scan_check(&reader->scan, &reader->block);
        if (why == NULL)
            return result == 0 ? 1 : result;
        if (reader->scan.input.error != 0)
            return -reader->scan.input.error;
        rl_scan_reject(&reader->scan, why);
    }
    return result;
}

/* Finds the next block: 0 with `found` set, an item, or -errno. */
static int find_block(struct rl_logfile_reader *reader)
{
    const int result = seek_block(reader);
    if (result < 0 && result != -E2BIG)
        return result;
    if (result == 0) {
        const struct rl_input *input = &reader->scan.input;
        if (!reader->scan.found_any)
            return input->offset == 0 && input->broken == NULL ? -ENODATA : -EBADMSG;
        return gap_at_end(reader) ? RL_ITEM_GAP : RL_ITEM_END;
    }
    reader->found = true;
    gap_before(reader);
    if (result == -E2BIG)
        return give_up_block(reader, "too many streams");
    if (!account(reader)) {
        const uint64_t from = reader->gap.from;
        reader->rows_left = reader->unreadable = 0;
        give_up_block(reader, "a block repeats what was there already");
        reader->gap.from = from;
        return RL_ITEM_GAP;
    }
    return reader->gap.why != NULL ? RL_ITEM_GAP : 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Exception and stack text of an event, which are among its fields. */
static bool set_event_texts(struct rl_record *record)
{
    const int32_t level = record->level;
    const int64_t time_ns = record->time_ns;
    const bool whole = rl_record_decode(record, record->fields, record->fields_bytes);
    record->level = level;
    record->time_ns = time_ns;
    return whole;
}

static bool fill_record(struct rl_logfile_reader *reader, const struct rl_row *row, int32_t level,
                        const struct rl_read_logger *logger, const struct rl_thread *thread)
{
    const struct rl_site *site = reader->site->site;
    struct rl_record *record = &reader->record; /* `loss` is never set */
    record->site = site;
    record->level = level;
    record->time_ns = row->time_ns;
    record->logger_id = logger->id;
    record->logger_length = (uint16_t)logger->length;
    record->logger_name = logger->name;
    record->thread = thread;
    record->fields = (const unsigned char *)reader->fields.data;
    record->fields_bytes = reader->fields.length;
    record->exception_text = row->exception_text;
    record->exception_length = row->exception_length;
    record->stack_text = row->stack_text;
    record->stack_length = row->stack_length;
    record->extra[RL_EXTRA_ADDED] = row->added;
    record->extra[RL_EXTRA_CALL] = (struct rl_bytes){NULL, 0};
    record->extra[RL_EXTRA_ADAPTER] = (struct rl_bytes){logger->extra, logger->extra_bytes};
    record->extra[RL_EXTRA_CONTEXT] = row->context;
    return !(site->flags & RL_SITE_EVENT) || set_event_texts(&reader->record);
}

/* What the row stands for; false: a definition is lost. */
static bool resolve(struct rl_logfile_reader *reader, const struct rl_row *row,
                    struct rl_read_logger **logger, const struct rl_read_thread **thread)
{
    const struct rl_block_site *found =
        (const struct rl_block_site *)(const void *)reader->sites.data + row->site;
    reader->site = found->site;
    *logger = row->has_logger ? rl_stream_logger(reader->stream, row->logger) : found->logger;
    *thread =
        ((const struct rl_read_thread *const *)(const void *)reader->threads.data)[row->thread];
    return found->site != NULL && *logger != NULL && *thread != NULL;
}

static int pass_unreadable(struct rl_logfile_reader *reader)
{
    if (reader->unreadable++ == 0)
        reader->first_unreadable = reader->sequence;
    reader->rows_left--;
    return 0;
}

/* Whether the row follows the last one of its thread; else what is missing is set. Where blocks are
 * passed over nobody can tell. */
static bool follows(struct rl_logfile_reader *reader, const struct rl_read_thread *thread)
{
    uint64_t *count = &reader->stream->counts[thread->count];
    const uint64_t expected = *count, found = reader->row.thread_sequence;
    *count = found + 1;
    if (found <= expected || rl_selection_any(&reader->selection))
        return true;
    reader->missing = (struct rl_missing){
        .thread = &thread->thread, .first = expected, .count = found - expected};
    return false;
}

/* One row: RL_ITEM_RECORD, something in front of it, or 0 when the selection does not want it. */
static int next_row(struct rl_logfile_reader *reader)
{
    const struct rl_row *row = &reader->row;
    struct rl_read_logger *logger;
    const struct rl_read_thread *thread;
    const bool held = reader->row_held;
    reader->row_held = false;
    if (!held)
        rl_rows_next(&reader->rows, &reader->row);
    reader->sequence = reader->block.first_sequence + (reader->block.records - reader->rows_left);
    reader->thread_sequence = row->thread_sequence;
    if (!resolve(reader, row, &logger, &thread))
        return pass_unreadable(reader);
    if (!held && !follows(reader, thread)) {
        reader->row_held = true;
        return RL_ITEM_MISSING;
    }
    const int32_t level = row->has_level ? row->level : reader->site->site->level;
    const bool selected = rl_selection_row(&reader->selection, level, row->time_ns, logger);
    if (selected &&
        !rl_rows_fields(&reader->rows, reader->site->shape, reader->stream->wide, &reader->fields))
        return reader->rows.no_memory ? -ENOMEM
                                      : give_up_block(reader, "a record's fields make no sense");
    if (selected && !fill_record(reader, row, level, logger, &thread->thread))
        return give_up_block(reader, "an event's texts make no sense");
    reader->rows_left--;
    return selected ? RL_ITEM_RECORD : 0;
}

/* All rows were read: an item if there was no way to read some of them. */
static int close_records(struct rl_logfile_reader *reader)
{
    if (reader->unreadable == 0)
        return pass_block(reader);
    return give_up_block(reader, "the definitions of some records are lost");
}

/* How many rows are left behind those of call sites that the selection refuses. */
static uint32_t skip_refused(struct rl_logfile_reader *reader)
{
    if (reader->rows_left != 0 && !reader->row_held && rl_selection_any(&reader->selection))
        reader->rows_left -= rl_rows_skip(&reader->rows, (const uint8_t *)reader->refused.data);
    return reader->rows_left;
}

int rl_logfile_reader_next(struct rl_logfile_reader *reader)
{
    for (;;) {
        int result = 0;
        if (reader->open && skip_refused(reader) != 0)
            result = next_row(reader);
        else if (reader->open)
            result = close_records(reader);
        else if (reader->found)
            result = open_block(reader);
        else if ((result = find_block(reader)) == RL_ITEM_END && !reader->found)
            return RL_ITEM_END;
        if (result != 0)
            return result;
    }
}
