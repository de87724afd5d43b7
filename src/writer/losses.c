/* Losses are told in the log itself: how many, on which thread, between when and when, and why. */
#include "format/time_text.h"
#include "ringlog/ringlog.h"
#include "writer/state.h"

#include <string.h>

static const char *const reasons[RL_LOSS_KINDS] = {
    [RL_LOSS_FULL] = "ring full",
    [RL_LOSS_EARLY] = "ring full before init",
    [RL_LOSS_LATE] = "after shutdown",
    [RL_LOSS_NESTED] = "in a signal handler",
};

static const uint8_t codes[] = {RINGLOG_FIELD_U64, RINGLOG_FIELD_STRING, RINGLOG_FIELD_STRING,
                                RINGLOG_FIELD_STRING, RINGLOG_FIELD_STRING};

/* The site of these records, made once. */
static const struct rl_site *loss_site(void)
{
    static union {
        struct rl_site site;
        unsigned char bytes[sizeof(struct rl_site) + 256];
    } image;
    static const struct rl_site_definition definition = {
        .level = RINGLOG_WARNING,
        .field_count = sizeof codes,
        .fields = codes,
        .format = "%lu records lost on thread %s between %s and %s: %s",
        .file = "",
        .function = "",
    };
    if (image.site.bytes == 0)
        rl_site_write(&image.site, &definition, 0);
    return &image.site;
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

void rl_tell_losses(struct rl_writer *writer, struct rl_ring *ring, const struct rl_routes *routes)
{
    struct rl_ring_losses losses;
    if (!rl_ring_take_losses(ring, &losses))
        return;
    const struct rl_thread thread = *rl_writer_owner(writer, ring);
    const int64_t last_ns = rl_clock_wall_ns(&writer->clock, losses.last_ticks);
    for (int kind = 0; kind < RL_LOSS_KINDS; kind++) {
        if (losses.count[kind] == 0)
            continue;
        struct rl_buffer fields = {0};
        rl_buffer_append(&fields, &losses.count[kind], 8);
        append_text(&fields, thread.name, strlen(thread.name));
        append_time(&fields, rl_clock_wall_ns(&writer->clock, losses.first_ticks));
        append_time(&fields, last_ns);
        append_text(&fields, reasons[kind], strlen(reasons[kind]));
        if (!fields.failed)
            rl_dispatch_own(writer, &thread, last_ns, loss_site(),
                            (const unsigned char *)fields.data, fields.length, routes);
        rl_buffer_free(&fields);
    }
}
