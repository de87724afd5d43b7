/* https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 *
 * The form that is an array of events: its end may be missing, when --follow is interrupted. */
#include "output/chrome.h"

#include "exit.h"
#include "output/buffer.h"
#include "output/duration.h"
#include "output/escape.h"
#include "output/out.h"
#include "output/processes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct chrome {
    struct sink sink;
    struct processes processes;
    struct buffer event;
    bool has_duration, any;
    struct duration duration;
};

static void begin_event(struct chrome *chrome)
{
    buffer_text(&chrome->event, chrome->any ? ",\n" : "\n");
    chrome->any = true;
}

static void append_string(struct chrome *chrome, const char *text)
{
    escape_as_json(&chrome->event, text, strlen(text));
}

/* "ts" and "dur" are microseconds; nanoseconds are their fraction, without a detour by a double. */
static void append_time(struct chrome *chrome, const char *key, int64_t nanoseconds)
{
    const uint64_t size = nanoseconds < 0 ? -(uint64_t)nanoseconds : (uint64_t)nanoseconds;
    buffer_printf(&chrome->event, ",\"%s\":%s%" PRIu64 ".%03u", key, nanoseconds < 0 ? "-" : "",
                  size / 1000, (unsigned)(size % 1000));
}

static void append_ids(struct chrome *chrome, const struct process *process, pid_t thread)
{
    buffer_printf(&chrome->event, ",\"pid\":%" PRId64 ",\"tid\":%d", process->id, (int)thread);
}

/* What tracks are called, ahead of the first event that is on them. */
static void append_name(struct chrome *chrome, const struct process *process, pid_t thread,
                        const char *kind, const char *name)
{
    begin_event(chrome);
    buffer_printf(&chrome->event, "{\"ph\":\"M\",\"name\":\"%s\"", kind);
    append_ids(chrome, process, thread);
    buffer_text(&chrome->event, ",\"args\":{\"name\":");
    append_string(chrome, name);
    buffer_text(&chrome->event, "}}");
}

/* "MainProcess on web7", where there are several machines' and the id is not the system's. */
static void append_process_name(struct chrome *chrome, const struct process *process, pid_t thread)
{
    struct buffer name = {0};
    buffer_text(&name, process->name);
    if (process->id != process->system_id) {
        buffer_printf(&name, " %" PRId64 " on ", process->system_id);
        buffer_text(&name, process->host);
    }
    buffer_char(&name, '\0');
    append_name(chrome, process, thread, "process_name", name.data);
    buffer_free(&name);
}

static const struct process *name_tracks(struct chrome *chrome, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    bool is_new;
    struct process *process = processes_find(&chrome->processes, item, &is_new);
    if (is_new)
        append_process_name(chrome, process, record->thread);
    if (process_notes_thread(process, item))
        append_name(chrome, process, record->thread, "thread_name", record->thread_name);
    return process;
}

/* The format: what one call site logs has one name, by which viewers sort and colour. */
static void append_event_name(struct chrome *chrome, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    const char *text = record->format;
    size_t length = strlen(text);
    if (record->kind == RINGLOG_READER_LOSS)
        length = strlen(text = "records lost");
    else if (strcmp(text, "%s") == 0)
        ringlog_reader_message(item->reader, &text, &length);
    escape_as_json(&chrome->event, text, length);
}

static void append_phase(struct chrome *chrome, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    int64_t duration_ns, begin_ns;
    if (chrome->has_duration && duration_of(&chrome->duration, item, &duration_ns) &&
        !__builtin_sub_overflow(record->time_ns, duration_ns, &begin_ns)) {
        buffer_text(&chrome->event, ",\"ph\":\"X\"");
        append_time(chrome, "ts", begin_ns);
        append_time(chrome, "dur", duration_ns);
        return;
    }
    buffer_text(&chrome->event, ",\"ph\":\"i\",\"s\":\"t\"");
    append_time(chrome, "ts", record->time_ns);
}

static void take(struct sink *sink, const struct item *item)
{
    struct chrome *chrome = (struct chrome *)sink;
    const struct ringlog_reader_record *record = item->record;
    const char *object;
    size_t length;
    chrome->event.length = 0;
    const struct process *process = name_tracks(chrome, item);
    begin_event(chrome);
    buffer_text(&chrome->event, "{\"name\":");
    append_event_name(chrome, item);
    buffer_text(&chrome->event, ",\"cat\":");
    append_string(chrome, record->kind == RINGLOG_READER_LOSS ? "ringlog" : record->logger);
    append_phase(chrome, item);
    append_ids(chrome, process, record->thread);
    if (ringlog_reader_line(item->reader, &object, &length) == 0) {
        buffer_text(&chrome->event, ",\"args\":");
        buffer_append(&chrome->event, object, length);
    }
    buffer_char(&chrome->event, '}');
    out_text(chrome->event.data, chrome->event.length);
}

static int end(struct sink *sink)
{
    struct chrome *chrome = (struct chrome *)sink;
    out_printf("\n]\n");
    processes_free(&chrome->processes);
    buffer_free(&chrome->event);
    operand_free(&chrome->duration.operand);
    free(chrome);
    return EXIT_FOUND;
}

struct sink *chrome_sink_new(const char *duration)
{
    struct chrome *chrome = must_have(calloc(1, sizeof *chrome));
    chrome->sink = (struct sink){.take = take, .end = end, .ends_well = true};
    chrome->has_duration = duration != NULL && duration_parse(&chrome->duration, duration);
    out_printf("[");
    return &chrome->sink;
}
