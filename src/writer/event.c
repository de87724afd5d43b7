/* The event that handlers get: what a record says, as line patterns understand it. What did not
 * change since the last record stays as it is. */
#include "logger/level.h"
#include "logger/logger.h"
#include "writer/state.h"

#include <string.h>

static struct rl_span span_of(const char *text)
{
    return (struct rl_span){text, strlen(text)};
}

void rl_event_set_site(struct rl_writer *writer, const struct rl_site_info *info, uint32_t id)
{
    writer->record.site = info->site;
    writer->record.site_id = id;
    if (info == writer->event_site && id != 0)
        return;
    struct rl_line *line = &writer->event.line;
    line->pathname = info->line.pathname;
    line->filename = info->line.filename;
    line->module = info->line.module;
    line->function = info->line.function;
    line->line_number = info->line.line_number;
    line->program = info->program;
    line->message = (struct rl_span){rl_site_format(info->site), info->site->format_length};
    line->lasting = id != 0;
    writer->event_site = info;
}

void rl_event_set_thread(struct rl_writer *writer, const struct rl_thread *thread)
{
    writer->record.thread = thread;
    writer->event.line.thread_id = thread->tid;
    writer->event.line.thread_name = span_of(thread->name);
}

void rl_event_set_owner(struct rl_writer *writer, struct rl_ring *ring)
{
    if (ring == writer->event_ring)
        return;
    const struct rl_owner *owner = rl_owner_of(writer, ring);
    rl_event_set_thread(writer, &owner->thread);
    writer->record.extra[RL_EXTRA_CONTEXT] = rl_extra_list(&owner->context);
    writer->event_ring = ring;
    writer->event_thread = NULL;
}

/* A thread without context fields. */
void rl_event_set_plain_thread(struct rl_writer *writer, const struct rl_thread *thread)
{
    if (thread == writer->event_thread)
        return;
    rl_event_set_thread(writer, thread);
    writer->record.extra[RL_EXTRA_CONTEXT] = (struct rl_bytes){NULL, 0};
    writer->event_ring = NULL;
    writer->event_thread = thread;
}

void rl_event_set_logger(struct rl_writer *writer, uint16_t id)
{
    if (writer->event_logger == id)
        return;
    const struct rl_logger *logger = rl_logger_by_id(id);
    writer->record.logger_id = id;
    writer->record.logger_name = logger->name;
    writer->record.logger_length = (uint16_t)logger->length;
    writer->record.extra[RL_EXTRA_ADAPTER] = logger->extra;
    writer->event.line.logger_name = (struct rl_span){logger->name, logger->length};
    writer->event_logger = id;
}

static void set_level(struct rl_writer *writer)
{
    const int level = writer->record.level;
    const uint32_t names = rl_level_names_added();
    if (writer->event_level_known && writer->event_level == level && writer->level_names == names)
        return;
    writer->level_names = names;
    struct rl_line *line = &writer->event.line;
    line->level = level;
    line->level_name.bytes = rl_level_name(level, writer->level_scratch, &line->level_name.length);
    writer->event_level = level;
    writer->event_level_known = true;
}

void rl_event_make(struct rl_writer *writer, struct rl_scrap **scraps)
{
    struct rl_event *event = &writer->event;
    *scraps = NULL;
    event->record = &writer->record;
    event->scraps = scraps;
    set_level(writer);
    event->line.record = &writer->record;
    event->line.wall_ns = writer->record.time_ns;
    event->line.args = writer->record.fields;
    event->line.args_bytes = writer->record.fields_bytes;
    writer->record.extra[RL_EXTRA_ADDED] = (struct rl_bytes){NULL, 0};
}
