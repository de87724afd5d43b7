#include "logfile/reader.h"

#include "base/error.h"
#include "logfile/extent.h"
#include "logger/level.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- open and close -------------------------------------------------------------------------- */

static int refuse_directory(int fd, const char *name)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return rl_error_errno(-errno, "%s", name);
    return S_ISDIR(status.st_mode) ? rl_error(-EISDIR, "%s: is a directory", name) : 0;
}

static int open_reader(ringlog_reader **reader, int fd, const char *name, bool owns_fd)
{
    const int error = refuse_directory(fd, name);
    if (error != 0)
        return error;
    struct ringlog_reader *made = calloc(1, sizeof *made);
    char *copy = strdup(name);
    if (made == NULL || copy == NULL) {
        free(made);
        free(copy);
        return rl_error(-ENOMEM, "%s: out of memory", name);
    }
    made->fd = fd;
    made->owns_fd = owns_fd;
    made->name = copy;
    rl_logfile_reader_init(&made->inner, fd);
    *reader = made;
    return 0;
}

int ringlog_reader_open(ringlog_reader **reader, const char *path)
{
    *reader = NULL;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return rl_error_errno(-errno, "%s", path);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    const int error = open_reader(reader, fd, path, true);
    if (error != 0)
        close(fd);
    return error;
}

int ringlog_reader_open_fd(ringlog_reader **reader, int fd, const char *name)
{
    *reader = NULL;
    return open_reader(reader, fd, name, false);
}

static void free_loggers(struct ringlog_reader *reader)
{
    for (size_t i = 0; i < reader->logger_count; i++)
        free(reader->loggers[i]);
    free(reader->loggers);
    reader->loggers = NULL;
    reader->logger_count = 0;
}

void ringlog_reader_close(ringlog_reader *reader)
{
    if (reader == NULL)
        return;
    rl_logfile_reader_free(&reader->inner);
    rl_line_format_destroy(&reader->format);
    free_loggers(reader);
    rl_buffer_free(&reader->text);
    rl_buffer_free(&reader->part);
    free(reader->name);
    if (reader->owns_fd)
        close(reader->fd);
    free(reader);
}

uint64_t ringlog_reader_position(const ringlog_reader *reader)
{
    return rl_input_position(&reader->inner.scan.input);
}

bool ringlog_reader_buffered(const ringlog_reader *reader)
{
    const struct rl_logfile_reader *inner = &reader->inner;
    if (inner->rows_left != 0)
        return true;
    /* Behind the block that is read there must be a whole one. */
    const size_t there = rl_input_there(&inner->scan.input);
    const size_t passed = inner->found ? (size_t)rl_block_bytes(inner->block.payload_bytes) : 0;
    struct rl_block next;
    return there >= passed + RL_BLOCK_HEADER &&
           rl_block_parse(rl_input_bytes(&inner->scan.input) + passed, &next) &&
           there - passed >= rl_block_bytes(next.payload_bytes);
}

uint64_t ringlog_reader_size(const ringlog_reader *reader)
{
    struct stat status;
    if (fstat(reader->fd, &status) < 0 || !S_ISREG(status.st_mode))
        return 0;
    return (uint64_t)status.st_size;
}

static int find_extent(const ringlog_reader *reader, struct rl_extent *extent)
{
    const int result = rl_extent_of(reader->fd, extent);
    if (result == -ESPIPE)
        return rl_error(result, "%s: is no file that could be looked at twice", reader->name);
    return result < 0 ? rl_error_errno(result, "%s", reader->name) : 0;
}

int ringlog_reader_count(const ringlog_reader *reader, uint64_t *records)
{
    struct rl_extent extent;
    const int result = find_extent(reader, &extent);
    *records = extent.records;
    return result;
}

int ringlog_reader_times(const ringlog_reader *reader, int64_t *first_ns, int64_t *last_ns)
{
    struct rl_extent extent;
    const int result = find_extent(reader, &extent);
    if (result < 0)
        return result;
    if (!extent.any)
        return rl_error(-ENODATA, "%s: holds no record", reader->name);
    *first_ns = extent.first_ns;
    *last_ns = extent.last_ns;
    return 0;
}

/* ---- select ---------------------------------------------------------------------------------- */

static int copy_loggers(struct ringlog_reader *reader,
                        const struct ringlog_reader_selection *selection)
{
    free_loggers(reader);
    if (selection->logger_count == 0)
        return 0;
    reader->loggers = calloc(selection->logger_count, sizeof *reader->loggers);
    if (reader->loggers == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < selection->logger_count; i++) {
        reader->loggers[i] = strdup(selection->loggers[i]);
        if (reader->loggers[i] == NULL)
            return -ENOMEM;
        reader->logger_count++;
    }
    return 0;
}

int ringlog_reader_select_sized_(ringlog_reader *reader,
                                 const struct ringlog_reader_selection *given, size_t bytes)
{
    struct ringlog_reader_selection selection = {0};
    if (given != NULL)
        memcpy(&selection, given, bytes < sizeof selection ? bytes : sizeof selection);
    if (reader->begun)
        return rl_error(-EBUSY, "%s: reading has begun", reader->name);
    if (copy_loggers(reader, &selection) != 0)
        return rl_error(-ENOMEM, "%s: out of memory", reader->name);
    reader->inner.selection = (struct rl_selection){
        .by_level = selection.level != 0,
        .level = selection.level,
        .by_time = selection.since_ns != 0 || selection.until_ns != 0,
        .since_ns = selection.since_ns != 0 ? selection.since_ns : INT64_MIN,
        .until_ns = selection.until_ns != 0 ? selection.until_ns : INT64_MAX,
        .by_logger = selection.logger_count != 0,
        .loggers = (const char *const *)reader->loggers,
        .logger_count = reader->logger_count,
        .by_end = selection.last_records != 0,
        .last_records = selection.last_records,
    };
    return 0;
}

/* ---- read ------------------------------------------------------------------------------------ */

static struct ringlog_reader_record blank(enum ringlog_reader_kind kind)
{
    return (struct ringlog_reader_record){
        .kind = kind,
        .level_name = "",
        .logger = "",
        .file = "",
        .function = "",
        .format = "",
        .thread_name = "",
        .process_name = "",
        .host = "",
        .reason = "",
    };
}

static void show_process(struct ringlog_reader_record *view, const struct rl_stream *stream)
{
    view->process = stream->pid;
    view->process_name = stream->process_name;
    view->host = stream->host;
    view->stream = stream->id;
}

static void show_thread(struct ringlog_reader_record *view, const struct rl_thread *thread)
{
    view->thread = thread->tid;
    view->thread_number = thread->number;
    view->thread_name = thread->name;
}

void rl_reader_show_level(struct ringlog_reader *reader, int level)
{
    if (reader->record.level == level && reader->record.level_name[0] != '\0')
        return;
    reader->record.level = level;
    reader->record.level_name = rl_level_name(level, reader->level_scratch, &reader->level_length);
}

static void show_record(struct ringlog_reader *reader)
{
    const struct rl_record *record = &reader->inner.record;
    struct ringlog_reader_record *view = &reader->record;
    /* What a record does not set was set by another kind. */
    if (view->kind != RINGLOG_READER_RECORD)
        *view = blank(RINGLOG_READER_RECORD);
    rl_reader_show_level(reader, record->level);
    show_process(view, reader->inner.stream);
    show_thread(view, record->thread);
    view->time_ns = record->time_ns;
    view->sequence = reader->inner.sequence;
    view->thread_sequence = reader->inner.thread_sequence;
    view->site = reader->inner.site->id;
    view->logger = record->logger_name;
    view->file = rl_site_file(record->site);
    view->function = rl_site_function(record->site);
    view->format = rl_site_format(record->site);
    view->line = record->site->line;
    view->exception_text = record->exception_text;
    view->exception_length = record->exception_length;
    view->stack_text = record->stack_text;
    view->stack_length = record->stack_length;
}

static void show_loss(struct ringlog_reader *reader)
{
    const struct rl_told_loss *loss = &reader->inner.loss;
    struct ringlog_reader_record *view = &reader->record;
    *view = blank(RINGLOG_READER_LOSS);
    rl_reader_show_level(reader, RINGLOG_WARNING);
    show_process(view, reader->inner.stream);
    if (loss->thread != NULL)
        show_thread(view, loss->thread);
    view->time_ns = loss->to_ns;
    view->lost = loss->count;
    view->lost_since_ns = loss->from_ns;
    view->reason = rl_lost_reason(loss->reason);
}

static void show_gap(struct ringlog_reader *reader)
{
    const struct rl_gap *gap = &reader->inner.gap;
    struct ringlog_reader_record *view = &reader->record;
    *view = blank(RINGLOG_READER_GAP);
    view->offset = gap->from;
    view->end = gap->to;
    view->missing_records = gap->records;
    view->missing_sequence = gap->first_sequence;
    view->missing_blocks = gap->blocks;
    view->reason = gap->why;
}

static void show_missing(struct ringlog_reader *reader)
{
    const struct rl_missing *missing = &reader->inner.missing;
    struct ringlog_reader_record *view = &reader->record;
    *view = blank(RINGLOG_READER_MISSING);
    show_process(view, reader->inner.stream);
    show_thread(view, missing->thread);
    view->missing_records = missing->count;
    view->missing_sequence = missing->first;
}

static void show_closed(struct ringlog_reader *reader)
{
    reader->record = blank(RINGLOG_READER_CLOSED);
    show_process(&reader->record, reader->inner.stream);
    reader->record.sequence = reader->inner.stream->next_sequence;
}

static void show_clock(struct ringlog_reader *reader)
{
    struct ringlog_reader_record *view = &reader->record;
    *view = blank(RINGLOG_READER_CLOCK);
    show_process(view, reader->inner.stream);
    view->time_ns = reader->inner.stream->clock_time_ns;
    view->monotonic_ns = reader->inner.stream->clock_monotonic_ns;
    view->clock_step_ns = reader->inner.clock_step_ns;
}

static void show_start(struct ringlog_reader *reader)
{
    reader->record = blank(RINGLOG_READER_PROCESS);
    show_process(&reader->record, reader->inner.stream);
    reader->record.time_ns = reader->inner.stream->time_ns;
    reader->record.monotonic_ns = reader->inner.stream->monotonic_ns;
}

static int tell_error(const struct ringlog_reader *reader, int error)
{
    switch (error) {
    case -ENODATA:
        return rl_error(error, "%s: is empty", reader->name);
    case -EBADMSG:
        return rl_error(error, "%s: is no ringlog binary log, or nothing of it is whole",
                        reader->name);
    case -ENOMEM:
        return rl_error(error, "%s: out of memory", reader->name);
    default:
        return rl_error_errno(error, "%s: read at byte %llu", reader->name,
                              (unsigned long long)ringlog_reader_position(reader));
    }
}

int ringlog_reader_next(ringlog_reader *reader, const struct ringlog_reader_record **record)
{
    reader->begun = true;
    const int item = reader->is_ahead ? reader->ahead : rl_logfile_reader_next(&reader->inner);
    reader->is_ahead = false;
    reader->kind = item < 0 ? RINGLOG_READER_END : item;
    switch (item) {
    case RL_ITEM_RECORD:
        show_record(reader);
        break;
    case RL_ITEM_LOSS:
        show_loss(reader);
        break;
    case RL_ITEM_GAP:
        show_gap(reader);
        break;
    case RL_ITEM_STREAM:
        show_start(reader);
        break;
    case RL_ITEM_MISSING:
        show_missing(reader);
        break;
    case RL_ITEM_CLOCK:
        show_clock(reader);
        break;
    case RL_ITEM_CLOSED:
        show_closed(reader);
        break;
    default:
        reader->record = blank(RINGLOG_READER_END);
        break;
    }
    *record = &reader->record;
    return item < 0 ? tell_error(reader, item) : item;
}

_Static_assert((int)RINGLOG_READER_RECORD == RL_ITEM_RECORD &&
                   (int)RINGLOG_READER_LOSS == RL_ITEM_LOSS &&
                   (int)RINGLOG_READER_GAP == RL_ITEM_GAP &&
                   (int)RINGLOG_READER_PROCESS == RL_ITEM_STREAM &&
                   (int)RINGLOG_READER_MISSING == RL_ITEM_MISSING &&
                   (int)RINGLOG_READER_CLOSED == RL_ITEM_CLOSED &&
                   (int)RINGLOG_READER_CLOCK == RL_ITEM_CLOCK,
               "items are passed on by number");

/* ---- levels ---------------------------------------------------------------------------------- */

int ringlog_reader_parse_level(const char *name, int *level)
{
    static const struct {
        const char *name;
        int level;
    } names[] = {
        {"NOTSET", RINGLOG_NOTSET},     {"DEBUG", RINGLOG_DEBUG},    {"INFO", RINGLOG_INFO},
        {"WARNING", RINGLOG_WARNING},   {"WARN", RINGLOG_WARNING},   {"ERROR", RINGLOG_ERROR},
        {"CRITICAL", RINGLOG_CRITICAL}, {"FATAL", RINGLOG_CRITICAL},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i].name) == 0) {
            *level = names[i].level;
            return 0;
        }
    if (strncasecmp(name, "level ", 6) == 0)
        name += 6;
    char *end;
    errno = 0;
    const long number = strtol(name, &end, 10);
    if (end == name || *end != '\0' || errno != 0 || number < INT_MIN || number > INT_MAX)
        return rl_error(-EINVAL, "unknown level \"%s\"", name);
    *level = (int)number;
    return 0;
}
