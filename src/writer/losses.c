/* Losses are told in the log itself: how many, on which thread (or by which handler), between when
 * and when, and why. */
#include "base/os.h"
#include "format/time_text.h"
#include "logfile/layout.h"
#include "ringlog/ringlog.h"
#include "writer/state.h"

#include <string.h>

static const uint32_t reason_of[RL_LOSS_KINDS] = {
    [RL_LOSS_FULL] = RL_LOST_FULL,
    [RL_LOSS_EARLY] = RL_LOST_EARLY,
    [RL_LOSS_LATE] = RL_LOST_LATE,
    [RL_LOSS_NESTED] = RL_LOST_NESTED,
};

static const uint8_t codes[] = {RINGLOG_FIELD_U64, RINGLOG_FIELD_STRING, RINGLOG_FIELD_STRING,
                                RINGLOG_FIELD_STRING, RINGLOG_FIELD_STRING};

/* The site of these records, made once: of a thread's losses, or of nobody's in particular. */
static const struct rl_site *loss_site(bool of_thread)
{
    static union {
        struct rl_site site;
        unsigned char bytes[sizeof(struct rl_site) + 256];
    } images[2];
    struct rl_site *site = &images[of_thread].site;
    const struct rl_site_definition definition = {
        .level = RINGLOG_WARNING,
        .field_count = of_thread ? sizeof codes : sizeof codes - 1,
        .fields = codes,
        .format = of_thread ? "%lu records lost on thread %s between %s and %s: %s"
                            : "%lu records lost between %s and %s: %s",
        .file = "",
        .function = "",
    };
    if (site->bytes == 0)
        rl_site_write(site, &definition, 0);
    return site;
}

static void append_text(struct rl_buffer *fields, const char *text, size_t length)
{
    const uint32_t word = (uint32_t)length;
    rl_buffer_append(fields, &word, sizeof word);
    rl_buffer_append(fields, text, length);
}

static void append_time(struct rl_buffer *fields, int64_t time_ns)
{
    struct rl_time_text text;
    if (rl_time_text_init(&text, NULL, false) < 0) {
        append_text(fields, "?", 1);
        return;
    }
    const struct rl_buffer *at = rl_time_text_at(&text, time_ns);
    append_text(fields, at->data, at->length);
    rl_time_text_destroy(&text);
}

static void tell(struct rl_writer *writer, const struct rl_thread *thread,
                 const struct rl_record_loss *loss, const struct rl_routes *routes)
{
    const char *reason = rl_lost_reason(loss->reason);
    const bool of_thread = thread->number != 0;
    struct rl_buffer fields = {0};
    rl_buffer_append(&fields, &loss->count, 8);
    if (of_thread)
        append_text(&fields, thread->name, strlen(thread->name));
    append_time(&fields, loss->from_ns);
    append_time(&fields, loss->to_ns);
    append_text(&fields, reason, strlen(reason));
    if (!fields.failed)
        rl_dispatch_own(writer, thread, loss->to_ns, loss_site(of_thread), &fields, loss, routes);
    rl_buffer_free(&fields);
}

void rl_tell_losses(struct rl_writer *writer, struct rl_ring *ring, const struct rl_routes *routes)
{
    struct rl_ring_losses losses;
    if (!rl_ring_take_losses(ring, &losses))
        return;
    const struct rl_thread thread = rl_owner_of(writer, ring)->thread;
    const uint64_t first = rl_writer_ticks(writer, ring, losses.first_ticks);
    const uint64_t last = rl_writer_ticks(writer, ring, losses.last_ticks);
    for (int kind = 0; kind < RL_LOSS_KINDS; kind++) {
        const struct rl_record_loss loss = {
            .count = losses.count[kind],
            .from_ns = rl_clock_wall_ns(&writer->clock, first),
            .to_ns = rl_clock_wall_ns(&writer->clock, last),
            .reason = reason_of[kind],
        };
        if (loss.count != 0)
            tell(writer, &thread, &loss, routes);
    }
}

void rl_tell_given_up(struct rl_writer *writer, const struct rl_routes *routes)
{
    static const struct rl_thread nobody;
    for (uint32_t i = 0; routes != NULL && i < routes->handler_count; i++) {
        struct rl_record_loss loss = {.reason = RL_LOST_QUEUE};
        loss.count = rl_handler_take_untold(routes->handlers[i], &loss.from_ns);
        if (loss.count == 0)
            continue;
        loss.to_ns = rl_wall_ns();
        tell(writer, &nobody, &loss, routes);
    }
}
