/* Records of a file to text. The file may come from anybody: what the running program passes on
 * because it is its own (formats, exception texts) is escaped here too. */
#include "base/error.h"
#include "format/escape.h"
#include "logfile/reader.h"
#include "logger/level.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What ringlog_reader_lines() gathers, and a line. */
#define LINES_BYTES    ((size_t)64 * 1024)
#define DEFAULT_FORMAT "%(asctime)s %(levelname)s %(name)s: %(message)s"

/* ---- the format ------------------------------------------------------------------------------ */

/* Programs are made for raw or for escaped output. */
static void forget_programs(struct ringlog_reader *reader)
{
    rl_line_format_forget(&reader->format);
    for (size_t i = 0; i < reader->inner.streams.count; i++) {
        struct rl_stream *stream = reader->inner.streams.list[i];
        for (size_t k = 0; k < stream->site_count; k++) {
            rl_program_free(stream->sites[k].program);
            stream->sites[k].program = NULL;
            stream->sites[k].compiled = false;
        }
    }
}

int ringlog_reader_set_format_sized_(ringlog_reader *reader,
                                     const struct ringlog_formatter_options *given, size_t bytes)
{
    struct ringlog_formatter_options options = {0};
    if (given != NULL)
        memcpy(&options, given, bytes < sizeof options ? bytes : sizeof options);
    struct rl_line_format format;
    const int result =
        rl_line_format_init(&format, &options, DEFAULT_FORMAT, "ringlog_reader_set_format");
    if (result < 0)
        return result;
    rl_line_format_destroy(&reader->format);
    reader->format = format;
    reader->has_format = true;
    const bool raw = format.raw || rl_line_format_is_whole(&format);
    if (reader->raw != raw)
        forget_programs(reader);
    reader->raw = raw;
    reader->line_site = NULL; /* it holds a program, and says whether it is raw */
    return 0;
}

int rl_reader_default_format(struct ringlog_reader *reader)
{
    if (reader->has_format)
        return 0;
    const struct ringlog_formatter_options options = {0};
    return ringlog_reader_set_format_sized_(reader, &options, sizeof options);
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* Escapes all but newlines: text that may have several lines. */
static void append_lines(struct rl_buffer *out, const char *text, size_t length, bool raw)
{
    if (raw) {
        rl_buffer_append(out, text, length);
        return;
    }
    while (length != 0) {
        const char *newline = memchr(text, '\n', length);
        const size_t line = newline == NULL ? length : (size_t)(newline - text);
        rl_escape_append(out, text, line);
        if (newline == NULL)
            return;
        rl_buffer_append_char(out, '\n');
        text += line + 1;
        length -= line + 1;
    }
}

/* On a line of its own, as Python's Formatter.format() appends a traceback. */
static void append_block(struct rl_buffer *out, const char *text, size_t length, bool raw)
{
    if (text == NULL || length == 0)
        return;
    if (out->length != 0 && out->data[out->length - 1] != '\n')
        rl_buffer_append_char(out, '\n');
    append_lines(out, text, length, raw);
}

/* The program of the record's format; NULL: the format is none. */
static const struct rl_program *program_of(struct ringlog_reader *reader)
{
    struct rl_read_site *site = reader->inner.site;
    if (site->compiled)
        return site->program;
    site->compiled = true;
    reader->part.length = 0;
    append_lines(&reader->part, rl_site_format(site->site), site->site->format_length, reader->raw);
    const uint16_t flags =
        site->site->flags & (uint16_t) ~(RINGLOG_SITE_RUNTIME_LEVEL_ | RL_SITE_RAW);
    if (!reader->part.failed &&
        rl_program_new_of_site(&site->program, flags,
                               reader->part.length == 0 ? "" : reader->part.data,
                               reader->part.length, site->shape.codes, site->shape.count) != 0)
        site->program = NULL;
    return site->program;
}

/* "5 records lost on thread worker between ... and ...: ring full" */
static void describe_loss(struct ringlog_reader *reader, struct rl_buffer *out)
{
    const struct ringlog_reader_record *loss = &reader->record;
    char number[32];
    rl_buffer_append(out, number, (size_t)snprintf(number, sizeof number, "%" PRIu64, loss->lost));
    const char *what = loss->thread_name[0] == '\0' ? " records lost" : " records lost on thread ";
    rl_buffer_append(out, what, strlen(what));
    rl_escape_append(out, loss->thread_name, strlen(loss->thread_name));
    rl_buffer_append(out, " between ", 9);
    const struct rl_buffer *text = rl_time_text_at(&reader->format.time_text, loss->lost_since_ns);
    rl_buffer_append(out, text->data, text->length);
    rl_buffer_append(out, " and ", 5);
    text = rl_time_text_at(&reader->format.time_text, loss->time_ns);
    rl_buffer_append(out, text->data, text->length);
    rl_buffer_append(out, ": ", 2);
    rl_buffer_append(out, loss->reason, strlen(loss->reason));
}

/* ", records 513 to 531 missing": people count from one. */
static void append_missing(struct rl_buffer *out, const struct ringlog_reader_record *item)
{
    char text[128];
    const uint64_t first = item->missing_sequence + 1, last = first + item->missing_records - 1;
    const int length =
        first == last ? snprintf(text, sizeof text, "record %" PRIu64, first)
                      : snprintf(text, sizeof text, "records %" PRIu64 " to %" PRIu64, first, last);
    rl_buffer_append(out, text, (size_t)length);
}

/* "records 13 to 31 of thread worker (4711) are missing" */
static void describe_missing(const struct ringlog_reader *reader, struct rl_buffer *out)
{
    const struct ringlog_reader_record *missing = &reader->record;
    char text[64];
    append_missing(out, missing);
    rl_buffer_append(out, " of thread ", 11);
    rl_escape_append(out, missing->thread_name, strlen(missing->thread_name));
    const int length = snprintf(text, sizeof text, " (%d) %s missing", (int)missing->thread,
                                missing->missing_records == 1 ? "is" : "are");
    rl_buffer_append(out, text, (size_t)length);
}

/* "bytes 4096 to 8192: a block fails its checksum, records 513 to 531 missing" */
static void describe_gap(const struct ringlog_reader *reader, struct rl_buffer *out)
{
    const struct ringlog_reader_record *gap = &reader->record;
    char text[256];
    int length;
    if (gap->offset == gap->end)
        length = snprintf(text, sizeof text, "at byte %" PRIu64 ": %s", gap->offset, gap->reason);
    else
        length = snprintf(text, sizeof text, "bytes %" PRIu64 " to %" PRIu64 ": %s", gap->offset,
                          gap->end, gap->reason);
    rl_buffer_append(out, text, (size_t)length);
    if (gap->missing_records == 0)
        return;
    rl_buffer_append(out, ", ", 2);
    append_missing(out, gap);
    rl_buffer_append(out, " missing", 8);
}

/* ---- message --------------------------------------------------------------------------------- */

static void render_message(struct ringlog_reader *reader, struct rl_buffer *out)
{
    const struct rl_record *record = &reader->inner.record;
    const struct rl_program *program = program_of(reader);
    if (program != NULL)
        rl_program_render(program, record->fields, record->fields_bytes, reader->raw, out);
    else
        append_lines(out, rl_site_format(record->site), record->site->format_length, reader->raw);
}

/* Lines made of members escape as they need it, so the message comes raw; alone it must not. */
static void append_message(struct ringlog_reader *reader, struct rl_buffer *out)
{
    if (!reader->raw || reader->format.raw) {
        render_message(reader, out);
        return;
    }
    program_of(reader); /* `part` is free after that */
    reader->part.length = 0;
    render_message(reader, &reader->part);
    rl_escape_append(out, reader->part.data, reader->part.length);
}

/* Hands the text out. */
static int give(struct ringlog_reader *reader, const char **text, size_t *length)
{
    if (reader->text.failed) {
        reader->text.failed = false;
        return rl_error(-ENOMEM, "%s: out of memory", reader->name);
    }
    *text = reader->text.length == 0 ? "" : reader->text.data;
    *length = reader->text.length;
    return 0;
}

int ringlog_reader_message(ringlog_reader *reader, const char **text, size_t *length)
{
    const int error = rl_reader_default_format(reader);
    if (error != 0)
        return error;
    reader->text.length = 0;
    if (reader->kind == RINGLOG_READER_RECORD)
        append_message(reader, &reader->text);
    else if (reader->kind == RINGLOG_READER_LOSS)
        describe_loss(reader, &reader->text);
    else if (reader->kind == RINGLOG_READER_GAP)
        describe_gap(reader, &reader->text);
    else if (reader->kind == RINGLOG_READER_MISSING)
        describe_missing(reader, &reader->text);
    else
        return rl_error(-EINVAL, "%s: no record was read", reader->name);
    return give(reader, text, length);
}

/* ---- line ------------------------------------------------------------------------------------ */

static struct rl_span span_of(const char *text)
{
    return (struct rl_span){text, strlen(text)};
}

/* What does not change from one record of a call site to the next. */
static void set_site(struct ringlog_reader *reader)
{
    const struct rl_site *site = reader->inner.site->site;
    if (reader->line_site == site && reader->line_generation == reader->inner.streams.generation)
        return;
    if (reader->line_generation != reader->inner.streams.generation)
        rl_line_format_forget(&reader->format);
    reader->line_site = site;
    reader->line_generation = reader->inner.streams.generation;
    reader->line = (struct rl_line){
        .start_ns = reader->inner.stream->time_ns,
        .process_id = reader->inner.stream->pid,
        .process_name = span_of(reader->inner.stream->process_name),
        .line_number = site->line,
        .pathname = {rl_site_file(site), site->file_length},
        .function = {rl_site_function(site), site->function_length},
        .program = program_of(reader),
        .message = {rl_site_format(site), site->format_length},
        .lasting = true,
        .fields_optional = true,
        .raw = reader->raw,
    };
    rl_line_split_path(&reader->line);
}

/* The last one's length is most often this one's too: behind a name there are zeros, and none in
 * it. */
static struct rl_span thread_name(const struct rl_thread *thread, size_t last_length)
{
    const char *name = thread->name;
    const bool as_long =
        name[last_length] == '\0' && (last_length == 0 || name[last_length - 1] != '\0');
    return (struct rl_span){name, as_long ? last_length : strlen(name)};
}

static void append_record_line(struct ringlog_reader *reader)
{
    const struct rl_record *record = &reader->inner.record;
    set_site(reader);
    struct rl_line *line = &reader->line;
    line->wall_ns = record->time_ns;
    line->level = record->level;
    line->level_name = (struct rl_span){reader->record.level_name, reader->level_length};
    line->logger_name = (struct rl_span){record->logger_name, record->logger_length};
    line->thread_id = record->thread->tid;
    line->thread_name = thread_name(record->thread, line->thread_name.length);
    line->args = record->fields;
    line->args_bytes = record->fields_bytes;
    line->record = record;
    rl_line_format_render(&reader->format, line, &reader->text, NULL);
    if (rl_line_format_is_whole(&reader->format))
        return;
    append_block(&reader->text, record->exception_text, record->exception_length, reader->raw);
    append_block(&reader->text, record->stack_text, record->stack_length, reader->raw);
}

static void append_loss_line(struct ringlog_reader *reader)
{
    const struct ringlog_reader_record *record = &reader->record;
    const struct rl_span none = {"", 0};
    reader->part.length = 0;
    describe_loss(reader, &reader->part);
    const struct rl_line line = {
        .wall_ns = record->time_ns,
        .start_ns = reader->inner.stream->time_ns,
        .level = record->level,
        .level_name = span_of(record->level_name),
        .logger_name = span_of("ringlog"),
        .process_id = record->process,
        .process_name = span_of(record->process_name),
        .thread_id = record->thread,
        .thread_name = span_of(record->thread_name),
        .pathname = none,
        .filename = none,
        .module = none,
        .function = none,
        .message = {reader->part.data, reader->part.length},
        .message_escaped = true,
        .fields_optional = true,
        .raw = reader->raw,
    };
    rl_line_format_render(&reader->format, &line, &reader->text, NULL);
}

int ringlog_reader_line(ringlog_reader *reader, const char **text, size_t *length)
{
    const int error = rl_reader_default_format(reader);
    if (error != 0)
        return error;
    reader->text.length = 0;
    if (reader->kind == RINGLOG_READER_RECORD)
        append_record_line(reader);
    else if (reader->kind == RINGLOG_READER_LOSS)
        append_loss_line(reader);
    else
        return rl_error(-EINVAL, "%s: no record was read", reader->name);
    return give(reader, text, length);
}

/* Whether the next item can be had without waiting for the file. */
static bool is_at_hand(const struct ringlog_reader *reader)
{
    return reader->inner.rows_left != 0 || ringlog_reader_buffered(reader);
}

int ringlog_reader_lines(ringlog_reader *reader, int64_t until_ns, const char **text,
                         size_t *length, uint64_t *count)
{
    const int error = rl_reader_default_format(reader);
    if (error != 0)
        return error;
    if (reader->kind != RINGLOG_READER_RECORD)
        return rl_error(-EINVAL, "%s: no record was read", reader->name);
    reader->text.length = 0;
    *count = 0;
    do {
        rl_reader_show_level(reader, reader->inner.record.level);
        append_record_line(reader);
        rl_buffer_append_char(&reader->text, '\n');
        ++*count;
        reader->is_ahead = reader->text.length < LINES_BYTES && is_at_hand(reader);
        if (!reader->is_ahead)
            break;
        reader->ahead = rl_logfile_reader_next(&reader->inner);
    } while (reader->ahead == RL_ITEM_RECORD && reader->inner.record.time_ns <= until_ns);
    reader->kind = RINGLOG_READER_END;
    return give(reader, text, length);
}
