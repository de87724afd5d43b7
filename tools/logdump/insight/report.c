#include "insight/report.h"

#include "exit.h"
#include "insight/report/data.h"
#include "insight/report/kept.h"
#include "insight/report/page.h"
#include "insight/report/target.h"
#include "insight/timeline.h"
#include "output/out.h"
#include "select/when.h"

#include <stdlib.h>
#include <string.h>

/* Losses and gaps that are shown one by one. */
#define MOST_EVENTS 500

struct report {
    struct sink sink;
    const struct options *options;
    struct figures figures;
    struct grid timeline;
    struct arguments arguments;
    struct kept kept;
    struct buffer events; /* as JSON */
    uint64_t event_count;
};

/* ---- what comes ---- */

/* [time, 0 if it has none; file; what is lost or missing] */
static void take_event(struct report *report, const struct item *item)
{
    struct buffer *events = &report->events;
    const char *text;
    size_t length;
    if (report->event_count++ >= MOST_EVENTS ||
        ringlog_reader_message(item->reader, &text, &length) < 0)
        return;
    buffer_text(events, events->length == 0 ? "[" : ",\n[");
    data_add_time(events, item->record->time_ns);
    buffer_append(events, ",", 1);
    shown_as_json(events, item->name, strlen(item->name));
    buffer_append(events, ",", 1);
    shown_as_json(events, text, length);
    buffer_append(events, "]", 1);
}

static void take(struct sink *sink, const struct item *item)
{
    struct report *report = (struct report *)sink;
    const size_t site = figures_take(&report->figures, item);
    timeline_take(&report->timeline, item);
    if (item->record->kind == RINGLOG_READER_LOSS) {
        take_event(report, item);
        return;
    }
    arguments_take(&report->arguments, item, site);
    kept_take(&report->kept, item);
}

static void note(struct sink *sink, const struct item *item)
{
    struct report *report = (struct report *)sink;
    figures_note(&report->figures, item);
    if (item->record->kind == RINGLOG_READER_GAP || item->record->kind == RINGLOG_READER_MISSING)
        take_event(report, item);
}

/* ---- what goes out ---- */

static void add_names(struct buffer *json, char *const *names)
{
    buffer_text(json, "\"files\":[");
    for (size_t i = 0; names[i] != NULL; i++) {
        buffer_text(json, i == 0 ? "" : ",");
        shown_as_json(json, names[i], strlen(names[i]));
    }
    buffer_text(json, "],");
}

static void make_data(struct report *report, struct buffer *json)
{
    buffer_printf(json, "{\"version\":\"%s\",\"utc\":%s,\"made\":", LOGDUMP_VERSION,
                  report->options->setup.format.utc ? "true" : "false");
    data_add_time(json, when_now_ns());
    buffer_append(json, ",", 1);
    add_names(json, report->options->names);
    data_add_figures(json, &report->figures);
    buffer_text(json, ",\n");
    data_add_timeline(json, &report->timeline);
    buffer_text(json, ",\n");
    data_add_arguments(json, &report->arguments, &report->figures);
    buffer_text(json, ",\n\"event_count\":");
    buffer_printf(json, "%llu,\"events\":[", (unsigned long long)report->event_count);
    buffer_append(json, report->events.data, report->events.length);
    buffer_text(json, "],\n\"kept\":");
    kept_add_json(&report->kept, json);
    buffer_text(json, "}\n");
}

static bool write_page(struct report *report)
{
    struct target target;
    struct buffer json = {0};
    make_data(report, &json);
    const bool written = target_begin(&target, report->options->target) &&
                         target_write(&target, page_head, page_head_bytes) &&
                         target_write(&target, json.data, json.length) &&
                         target_write(&target, page_tail, page_tail_bytes) && target_end(&target);
    buffer_free(&json);
    return written;
}

static int end(struct sink *sink)
{
    struct report *report = (struct report *)sink;
    const bool written = write_page(report);
    arguments_free(&report->arguments);
    figures_free(&report->figures);
    grid_free(&report->timeline);
    kept_free(&report->kept);
    buffer_free(&report->events);
    free(report);
    return written ? EXIT_FOUND : EXIT_UNREADABLE;
}

struct sink *report_sink_new(const struct options *options)
{
    if (!target_try(options->target))
        exit(EXIT_UNREADABLE);
    struct report *report = must_have(calloc(1, sizeof *report));
    report->sink = (struct sink){.take = take, .note = note, .end = end, .ends_well = true};
    report->options = options;
    timeline_begin(&report->timeline);
    arguments_begin(&report->arguments, options, true);
    return &report->sink;
}
