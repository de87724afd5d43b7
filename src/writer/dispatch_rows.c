/* Ordinary records to their handlers, many at a time. */
#include "handlers/handler.h"
#include "logger/logger.h"
#include "record/decode.h"
#include "writer/state.h"

#include <limits.h>

static void set_row(struct rl_writer *writer, const struct rl_batch_row *row)
{
    rl_event_set_site(writer, rl_sites_find(&writer->sites, row->site_id), row->site_id);
    rl_event_set_plain_thread(writer, row->thread);
    rl_event_set_logger(writer, row->logger_id);
    writer->record.time_ns = row->time_ns;
    rl_record_decode(&writer->record, row->fields, row->fields_bytes);
}

static void append_one(struct rl_writer *writer, struct ringlog_handler *handler,
                       const struct rl_batch_row *row)
{
    struct rl_scrap *scraps;
    set_row(writer, row);
    rl_event_make(writer, &scraps);
    rl_handler_append(handler, &writer->event);
    rl_scraps_free(&scraps);
}

/* ---- handlers that take rows ---- */

static void append_rows(struct rl_writer *writer, struct ringlog_handler *handler,
                        const struct rl_batch_row *rows, unsigned count, int least_level)
{
    for (unsigned at = 0; at < count; at++) {
        at += rl_handler_append_rows(handler, rows + at, count - at, least_level);
        if (at < count)
            append_one(writer, handler, &rows[at]);
    }
}

/* ---- handlers that take events ---- */

/* How many are of the first one's call site, thread and logger. */
static unsigned run_of(const struct rl_batch_row *rows, unsigned count)
{
    unsigned run = 1;
    while (run < count && rows[run].site_id == rows[0].site_id &&
           rows[run].thread == rows[0].thread && rows[run].logger_id == rows[0].logger_id)
        run++;
    return run;
}

/* A run of them to one handler. */
static void append_run(struct rl_writer *writer, struct ringlog_handler *handler,
                       const struct rl_batch_row *rows, unsigned count)
{
    struct rl_scrap *scraps;
    for (unsigned at = 0; at < count; at++) {
        set_row(writer, &rows[at]);
        rl_event_make(writer, &scraps);
        at += rl_handler_append_run(handler, &writer->event, rows + at, count - at);
        if (at < count) {
            rl_event_go_to(&writer->event, &rows[at]);
            rl_handler_append(handler, &writer->event);
        }
        rl_scraps_free(&scraps);
    }
}

static void append_each(struct rl_writer *writer, const struct rl_route *route,
                        const struct rl_batch_row *row)
{
    struct rl_scrap *scraps;
    set_row(writer, row);
    rl_event_make(writer, &scraps);
    for (uint32_t i = 0; i < route->count; i++)
        if (!rl_handler_takes_rows(route->handlers[i]))
            rl_handler_append(route->handlers[i], &writer->event);
    rl_scraps_free(&scraps);
}

/* Whether what handlers make of a record comes into one place (a file that two have opened, what a
 * callback does), where it shall stand in the order of the records. */
static bool share_a_place(const struct rl_route *route)
{
    unsigned in_order = 0;
    for (uint32_t i = 0; i < route->count; i++) {
        const struct ringlog_handler *handler = route->handlers[i];
        in_order += handler->ops->in_order;
        for (uint32_t k = 0; k < i; k++)
            if (rl_handler_sink(handler) == rl_handler_sink(route->handlers[k]))
                return true;
    }
    return in_order > 1;
}

static void append_events(struct rl_writer *writer, const struct rl_route *route,
                          const struct rl_batch_row *rows, unsigned count)
{
    if (share_a_place(route)) {
        for (unsigned i = 0; i < count; i++)
            append_each(writer, route, &rows[i]);
        return;
    }
    for (unsigned at = 0, run; at < count; at += run) {
        run = run_of(rows + at, count - at);
        for (uint32_t i = 0; i < route->count; i++)
            if (!rl_handler_takes_rows(route->handlers[i]))
                append_run(writer, route->handlers[i], rows + at, run);
    }
}

/* ---- all of them ---- */

static void rows_to_handlers(struct rl_writer *writer, const struct rl_route *route,
                             const struct rl_batch_row *rows, unsigned count)
{
    int events_from = INT_MAX; /* the least level that a handler of events takes */
    for (uint32_t i = 0; i < route->count; i++) {
        struct ringlog_handler *handler = route->handlers[i];
        const int level = rl_handler_level(handler);
        if (rl_handler_takes_rows(handler))
            append_rows(writer, handler, rows, count, writer->pending.least_level);
        else
            events_from = level < events_from ? level : events_from;
    }
    if (writer->pending.most_level >= events_from)
        append_events(writer, route, rows, count);
    for (uint32_t i = 0; i < route->count; i++)
        writer->stuck |= rl_handler_is_stuck(route->handlers[i]);
}

/* By itself: a filter decides, or there is no handler. */
static void row_by_event(struct rl_writer *writer, const struct rl_batch_row *row,
                         const struct rl_routes *routes)
{
    set_row(writer, row);
    rl_dispatch_event(writer, routes);
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

void rl_dispatch_rows(struct rl_writer *writer, const struct rl_routes *routes)
{
    const struct rl_batch_row *rows = writer->pending.rows;
    const unsigned count = writer->pending.count;
    for (unsigned at = 0; at < count;) {
        const struct rl_route *route = rl_route_of(routes, rows[at].logger_id);
        unsigned some = 1;
        if (route->filters != NULL || route->count == 0) {
            row_by_event(writer, &rows[at], routes);
        } else {
            some =
                writer->pending.one_logger ? count : same_way(routes, route, rows + at, count - at);
            rows_to_handlers(writer, route, rows + at, some);
        }
        at += some;
    }
    rl_count_written(writer, count);
}
