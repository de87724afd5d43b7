/* One record to its handlers: from bytes in a ring to an event that line patterns understand. */
#include "handlers/filter.h"
#include "logger/level.h"
#include "logger/logger.h"
#include "record/decode.h"
#include "ring/set.h"
#include "writer/state.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct rl_span span_of(const char *text)
{
    return (struct rl_span){text, strlen(text)};
}

/* ---- the event; what did not change since the last record stays as it is ---- */

static void set_site(struct rl_writer *writer, const struct rl_site_info *info, uint32_t id)
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

static void set_thread(struct rl_writer *writer, const struct rl_thread *thread)
{
    writer->record.thread = thread;
    writer->event.line.thread_id = thread->tid;
    writer->event.line.thread_name = span_of(thread->name);
}

static void set_owner(struct rl_writer *writer, struct rl_ring *ring)
{
    if (ring == writer->event_ring)
        return;
    const struct rl_owner *owner = rl_owner_of(writer, ring);
    set_thread(writer, &owner->thread);
    writer->record.extra[RL_EXTRA_CONTEXT] = rl_extra_list(&owner->context);
    writer->event_ring = ring;
    writer->event_thread = NULL;
}

/* A thread without context fields. */
static void set_plain_thread(struct rl_writer *writer, const struct rl_thread *thread)
{
    if (thread == writer->event_thread)
        return;
    set_thread(writer, thread);
    writer->record.extra[RL_EXTRA_CONTEXT] = (struct rl_bytes){NULL, 0};
    writer->event_ring = NULL;
    writer->event_thread = thread;
}

static void set_logger(struct rl_writer *writer, uint16_t id)
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

/* CPython's "No handlers could be found", once in a process. */
static void tell_no_handlers(const struct rl_record *record)
{
    static bool told;
    if (told || !rl_handlers_raise_errors())
        return;
    told = true;
    dprintf(STDERR_FILENO, "No handlers could be found for logger \"%.*s\"\n",
            (int)record->logger_length, record->logger_name);
}

/* CPython's last resort: nobody was found on the whole way up. */
static void deliver_to_last_resort(struct rl_writer *writer, const struct rl_routes *routes)
{
    const bool none = routes != NULL && routes->last_resort.none;
    struct ringlog_handler *resort = routes == NULL || routes->last_resort.handler == NULL
                                         ? writer->last_resort
                                         : routes->last_resort.handler;
    if (none)
        tell_no_handlers(&writer->record);
    else if (resort != NULL)
        rl_handler_append(resort, &writer->event);
}

static void to_handlers(struct rl_writer *writer, const struct rl_route *route,
                        const struct rl_routes *routes)
{
    struct rl_event *event = &writer->event;
    if (route->filters != NULL && !rl_filters_pass(route->filters, event))
        return;
    for (uint32_t i = 0; i < route->count; i++) {
        rl_handler_append(route->handlers[i], event);
        writer->stuck |= rl_handler_is_stuck(route->handlers[i]);
    }
    if (route->count == 0)
        deliver_to_last_resort(writer, routes);
}

/* The event of a record that is all there; *scraps are to be freed with it. */
static void make_event(struct rl_writer *writer, struct rl_scrap **scraps)
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

static void deliver(struct rl_writer *writer, const struct rl_routes *routes)
{
    struct rl_scrap *scraps;
    make_event(writer, &scraps);
    to_handlers(writer, rl_route_of(routes, writer->record.logger_id), routes);
    rl_scraps_free(&scraps);
}

/* Our own records, which tell of losses, are nobody's call and not counted. */
static void count_written(struct rl_writer *writer, unsigned records)
{
    __atomic_store_n(&writer->counts.written, writer->counts.written + records, __ATOMIC_RELAXED);
}

void rl_count_late(struct rl_writer *writer, uint64_t ticks)
{
    const uint64_t late = (uint64_t)rl_clock_ns(&writer->clock, writer->last_ticks - ticks);
    __atomic_store_n(&writer->counts.late, writer->counts.late + 1, __ATOMIC_RELAXED);
    if (late > writer->counts.lateness_max_ns)
        __atomic_store_n(&writer->counts.lateness_max_ns, late, __ATOMIC_RELAXED);
}

/* A record as far as it has been unwrapped. */
struct wrapped {
    uint32_t id;
    const unsigned char *fields;
    uint64_t bytes;
};

static void step(struct wrapped *wrapped, uint64_t bytes)
{
    wrapped->fields += bytes;
    wrapped->bytes -= bytes;
}

/* The record behind its own time. */
static bool take_own_time(struct wrapped *wrapped, int64_t *time_ns)
{
    struct rl_own_time own;
    if (wrapped->bytes < sizeof own)
        return false;
    memcpy(&own, wrapped->fields, sizeof own);
    step(wrapped, sizeof own);
    wrapped->id = own.site;
    *time_ns = own.time_ns;
    return true;
}

/* The site of a record that carries its own; its fields are behind it. */
static const struct rl_site_info *carried_site(struct rl_writer *writer, struct wrapped *wrapped)
{
    const struct rl_site *site = (const struct rl_site *)(const void *)wrapped->fields;
    if (!rl_site_is_sound(site, wrapped->bytes))
        return NULL;
    __atomic_store_n(&writer->counts.undefined, writer->counts.undefined + 1, __ATOMIC_RELAXED);
    step(wrapped, site->bytes);
    wrapped->id = 0;
    return rl_sites_carry(&writer->sites, site);
}

static const struct rl_site_info *site_of(struct rl_writer *writer, struct wrapped *wrapped)
{
    return wrapped->id == RL_CONTROL_INLINE_SITE ? carried_site(writer, wrapped)
                                                 : rl_sites_find(&writer->sites, wrapped->id);
}

void rl_dispatch(struct rl_writer *writer, struct rl_ring *ring,
                 const struct rl_ring_record *record, const struct rl_routes *routes)
{
    struct wrapped wrapped = {rl_header_site(record->header), record->fields, record->field_bytes};
    if (rl_owner_record(writer, ring, record, routes))
        return;
    writer->record.time_ns = rl_clock_wall_ns(&writer->clock, record->ticks);
    if (wrapped.id == RL_CONTROL_OWN_TIME && !take_own_time(&wrapped, &writer->record.time_ns))
        return;
    const struct rl_site_info *info = site_of(writer, &wrapped);
    if (info == NULL)
        return;
    rl_note_lateness(writer, record->ticks);
    set_site(writer, info, wrapped.id);
    set_owner(writer, ring);
    set_logger(writer, rl_header_logger(record->header));
    if (!rl_record_decode(&writer->record, wrapped.fields, wrapped.bytes))
        return;
    deliver(writer, routes);
    count_written(writer, 1);
}

/* ---- ordinary records, many at a time ---- */

static void set_row(struct rl_writer *writer, const struct rl_batch_row *row)
{
    set_site(writer, rl_sites_find(&writer->sites, row->site_id), row->site_id);
    set_plain_thread(writer, row->thread);
    set_logger(writer, row->logger_id);
    writer->record.time_ns = row->time_ns;
    rl_record_decode(&writer->record, row->fields, row->fields_bytes);
}

/* To a handler that takes most of them as rows. */
static void append_rows(struct rl_writer *writer, struct ringlog_handler *handler,
                        const struct rl_batch_row *rows, unsigned count, int least_level)
{
    struct rl_scrap *scraps;
    for (unsigned at = 0; at < count; at++) {
        at += rl_handler_append_rows(handler, rows + at, count - at, least_level);
        if (at == count)
            return;
        set_row(writer, &rows[at]);
        make_event(writer, &scraps);
        rl_handler_append(handler, &writer->event);
        rl_scraps_free(&scraps);
    }
}

/* To those that take events, record by record: their order among each other is the records'. */
static void append_events(struct rl_writer *writer, const struct rl_route *route,
                          const struct rl_batch_row *row)
{
    struct rl_scrap *scraps;
    set_row(writer, row);
    make_event(writer, &scraps);
    for (uint32_t i = 0; i < route->count; i++)
        if (!rl_handler_takes_rows(route->handlers[i]))
            rl_handler_append(route->handlers[i], &writer->event);
    rl_scraps_free(&scraps);
}

static void rows_to_handlers(struct rl_writer *writer, const struct rl_route *route,
                             const struct rl_batch_row *rows, unsigned count)
{
    int least_level = rows[0].level;
    for (unsigned i = 1; i < count; i++)
        least_level = rows[i].level < least_level ? rows[i].level : least_level;
    int events_from = INT_MAX; /* the least level that a handler of events takes */
    for (uint32_t i = 0; i < route->count; i++) {
        struct ringlog_handler *handler = route->handlers[i];
        const int level = rl_handler_level(handler);
        if (rl_handler_takes_rows(handler))
            append_rows(writer, handler, rows, count, least_level);
        else
            events_from = level < events_from ? level : events_from;
    }
    for (unsigned i = 0; i < count; i++)
        if (rows[i].level >= events_from)
            append_events(writer, route, &rows[i]);
    for (uint32_t i = 0; i < route->count; i++)
        writer->stuck |= rl_handler_is_stuck(route->handlers[i]);
}

/* By itself: a filter decides, or there is no handler. */
static void row_by_event(struct rl_writer *writer, const struct rl_batch_row *row,
                         const struct rl_routes *routes)
{
    set_row(writer, row);
    deliver(writer, routes);
}

/* How many go the same way, by a route without filters of its own. */
static unsigned same_way(const struct rl_routes *routes, const struct rl_route *route,
                         const struct rl_batch_row *rows, unsigned count)
{
    unsigned same = 1;
    for (; same < count; same++) {
        if (rows[same].logger_id == rows[same - 1].logger_id)
            continue;
        const struct rl_route *other = rl_route_of(routes, rows[same].logger_id);
        if (other->group != route->group || other->filters != NULL || other->count == 0)
            break;
    }
    return same;
}

void rl_dispatch_rows(struct rl_writer *writer, const struct rl_batch_row *rows, unsigned count,
                      const struct rl_routes *routes)
{
    for (unsigned at = 0; at < count;) {
        const struct rl_route *route = rl_route_of(routes, rows[at].logger_id);
        unsigned some = 1;
        if (route->filters != NULL || route->count == 0) {
            row_by_event(writer, &rows[at], routes);
        } else {
            some = same_way(routes, route, rows + at, count - at);
            rows_to_handlers(writer, route, rows + at, some);
        }
        at += some;
    }
    count_written(writer, count);
}

void rl_dispatch_own(struct rl_writer *writer, const struct rl_thread *thread, int64_t time_ns,
                     const struct rl_site *site, const struct rl_buffer *fields,
                     const struct rl_record_loss *loss, const struct rl_routes *routes)
{
    const struct rl_logger *logger =
        (const struct rl_logger *)(const void *)ringlog_get_logger("ringlog");
    set_site(writer, rl_sites_carry(&writer->sites, site), 0);
    set_thread(writer, thread);
    writer->record.extra[RL_EXTRA_CONTEXT] = (struct rl_bytes){NULL, 0};
    rl_forget_owner(writer);
    set_logger(writer, logger->head.id);
    writer->record.time_ns = time_ns;
    writer->record.loss = loss;
    if (rl_record_decode(&writer->record, (const unsigned char *)fields->data, fields->length))
        deliver(writer, routes);
    writer->record.loss = NULL;
}
