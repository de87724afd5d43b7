/* One record to its handlers: from bytes in a ring to an event that line patterns understand. */
#include "handlers/filter.h"
#include "logger/logger.h"
#include "record/decode.h"
#include "ring/set.h"
#include "writer/state.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

void rl_dispatch_event(struct rl_writer *writer, const struct rl_routes *routes)
{
    struct rl_scrap *scraps;
    rl_event_make(writer, &scraps);
    to_handlers(writer, rl_route_of(routes, writer->record.logger_id), routes);
    rl_scraps_free(&scraps);
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
    rl_event_set_site(writer, info, wrapped.id);
    rl_event_set_owner(writer, ring);
    rl_event_set_logger(writer, rl_header_logger(record->header));
    if (!rl_record_decode(&writer->record, wrapped.fields, wrapped.bytes))
        return;
    rl_dispatch_event(writer, routes);
    rl_count_written(writer, 1);
}

void rl_dispatch_own(struct rl_writer *writer, const struct rl_thread *thread, int64_t time_ns,
                     const struct rl_site *site, const struct rl_buffer *fields,
                     const struct rl_record_loss *loss, const struct rl_routes *routes)
{
    const struct rl_logger *logger =
        (const struct rl_logger *)(const void *)ringlog_get_logger("ringlog");
    rl_event_set_site(writer, rl_sites_carry(&writer->sites, site), 0);
    rl_event_set_thread(writer, thread);
    writer->record.extra[RL_EXTRA_CONTEXT] = (struct rl_bytes){NULL, 0};
    rl_forget_owner(writer);
    rl_event_set_logger(writer, logger->head.id);
    writer->record.time_ns = time_ns;
    writer->record.loss = loss;
    if (rl_record_decode(&writer->record, (const unsigned char *)fields->data, fields->length))
        rl_dispatch_event(writer, routes);
    writer->record.loss = NULL;
}
