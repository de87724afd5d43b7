#include "handlers/parcel.h"

#include "record/decode.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What follows a parcel's head, each on a boundary of eight bytes and with a NUL. */
enum part {
    SITE,
    FIELDS,
    LOGGER,
    LEVEL_NAME,
    PROCESS_NAME,
    EXCEPTION,
    STACK,
    TEXT,
    EXTRA, /* one part for each source */
    PARTS = EXTRA + RL_EXTRA_SOURCES,
};

struct head {
    size_t bytes; /* of all, a multiple of eight */
    size_t lengths[PARTS];
    bool present[PARTS];
    bool has_text;
    struct rl_thread thread;
    int64_t time_ns, start_ns;
    int64_t process_id;
    int32_t level;
    uint16_t logger_id;
};

static size_t padded(size_t length)
{
    return (length + 1 + 7) & ~(size_t)7;
}

/* ---- making ---- */

static void list_parts(struct rl_bytes parts[PARTS], const struct rl_event *event,
                       const struct rl_span *text)
{
    const struct rl_record *record = event->record;
    const struct rl_line *line = &event->line;
    parts[SITE] = (struct rl_bytes){(const unsigned char *)record->site, record->site->bytes};
    parts[FIELDS] = (struct rl_bytes){record->fields, record->fields_bytes};
    const struct rl_span texts[] = {
        [LOGGER] = {record->logger_name, record->logger_length},
        [LEVEL_NAME] = line->level_name,
        [PROCESS_NAME] = line->process_name,
        [EXCEPTION] = {record->exception_text, record->exception_length},
        [STACK] = {record->stack_text, record->stack_length},
        [TEXT] = text == NULL ? (struct rl_span){NULL, 0} : *text,
    };
    for (int i = LOGGER; i <= TEXT; i++)
        parts[i] = (struct rl_bytes){(const unsigned char *)texts[i].bytes, texts[i].length};
    if (text != NULL) /* which has them in it */
        parts[EXCEPTION].at = parts[STACK].at = NULL;
    for (int i = 0; i < RL_EXTRA_SOURCES; i++)
        parts[EXTRA + i] = record->extra[i];
}

static void own(struct rl_parcels *parcels)
{
    if (parcels->process == getpid())
        return;
    /* What a fork took along may be torn: it is left behind. */
    *parcels = (struct rl_parcels){.process = getpid()};
}

/* Moves what is left to the front once it is the smaller part. */
static void compact(struct rl_parcels *parcels)
{
    if (parcels->taken == 0 || parcels->taken < parcels->bytes.length / 2)
        return;
    parcels->bytes.length -= parcels->taken;
    memmove(parcels->bytes.data, parcels->bytes.data + parcels->taken, parcels->bytes.length);
    parcels->taken = 0;
}

bool rl_parcels_put(struct rl_parcels *parcels, const struct rl_event *event,
                    const struct rl_span *text)
{
    struct rl_bytes parts[PARTS];
    list_parts(parts, event, text);
    struct head head = {
        .bytes = padded(sizeof head),
        .has_text = text != NULL,
        .thread = *event->record->thread,
        .time_ns = event->record->time_ns,
        .start_ns = event->line.start_ns,
        .process_id = event->line.process_id,
        .level = event->record->level,
        .logger_id = event->record->logger_id,
    };
    for (int i = 0; i < PARTS; i++) {
        head.present[i] = parts[i].at != NULL;
        head.lengths[i] = head.present[i] ? parts[i].length : 0;
        head.bytes += padded(head.lengths[i]);
    }
    own(parcels);
    compact(parcels);
    char *to = rl_buffer_reserve(&parcels->bytes, head.bytes);
    if (to == NULL) {
        parcels->bytes.failed = false;
        return false;
    }
    memset(to, 0, head.bytes);
    memcpy(to, &head, sizeof head);
    to += padded(sizeof head);
    for (int i = 0; i < PARTS; i++) {
        if (head.lengths[i] != 0)
            memcpy(to, parts[i].at, head.lengths[i]);
        to += padded(head.lengths[i]);
    }
    parcels->bytes.length += head.bytes;
    parcels->count++;
    return true;
}

size_t rl_parcels_bytes(const struct rl_parcels *parcels)
{
    return parcels->bytes.length - parcels->taken;
}

size_t rl_parcels_clear(struct rl_parcels *parcels)
{
    own(parcels);
    const size_t left = parcels->count;
    rl_buffer_free(&parcels->bytes);
    *parcels = (struct rl_parcels){.process = parcels->process};
    return left;
}

/* ---- opening ---- */

/* Records of one site often come in a row. */
static void compile(struct rl_opened *opened, const struct rl_site *site)
{
    if (opened->site.length == site->bytes && memcmp(opened->site.data, site, site->bytes) == 0)
        return;
    rl_program_free(opened->program);
    if (rl_program_new_of_site(&opened->program, site->flags, rl_site_format(site),
                               site->format_length, rl_site_fields(site), site->field_count) < 0)
        opened->program = NULL;
    opened->site.length = 0;
    rl_buffer_append(&opened->site, site, site->bytes);
}

static struct rl_span span_of(const unsigned char *const parts[PARTS], const struct head *head,
                              enum part part)
{
    return (struct rl_span){(const char *)parts[part], head->lengths[part]};
}

static void fill_record(struct rl_record *record, const struct head *head,
                        const unsigned char *const parts[PARTS])
{
    *record = (struct rl_record){
        .site = (const struct rl_site *)(const void *)parts[SITE],
        .level = head->level,
        .time_ns = head->time_ns,
        .logger_id = head->logger_id,
        .logger_length = (uint16_t)head->lengths[LOGGER],
        .logger_name = (const char *)parts[LOGGER],
        .thread = &head->thread,
        .fields = parts[FIELDS],
        .fields_bytes = head->lengths[FIELDS],
        .exception_text = (const char *)parts[EXCEPTION],
        .exception_length = head->lengths[EXCEPTION],
        .stack_text = (const char *)parts[STACK],
        .stack_length = head->lengths[STACK],
    };
    for (int i = 0; i < RL_EXTRA_SOURCES; i++)
        record->extra[i] = (struct rl_bytes){parts[EXTRA + i], head->lengths[EXTRA + i]};
}

static void fill_line(struct rl_opened *opened, const struct head *head,
                      const unsigned char *const parts[PARTS])
{
    const struct rl_site *site = opened->record.site;
    struct rl_line *line = &opened->event.line;
    *line = (struct rl_line){
        .wall_ns = head->time_ns,
        .start_ns = head->start_ns,
        .level = head->level,
        .line_number = site->line,
        .process_id = head->process_id,
        .thread_id = head->thread.tid,
        .level_name = span_of(parts, head, LEVEL_NAME),
        .logger_name = span_of(parts, head, LOGGER),
        .pathname = {rl_site_file(site), site->file_length},
        .function = {rl_site_function(site), site->function_length},
        .process_name = span_of(parts, head, PROCESS_NAME),
        .thread_name = {head->thread.name, strlen(head->thread.name)},
        .program = head->has_text ? NULL : opened->program,
        .args = opened->record.fields,
        .args_bytes = opened->record.fields_bytes,
        .message = head->has_text ? span_of(parts, head, TEXT)
                                  : (struct rl_span){rl_site_format(site), site->format_length},
        .message_escaped = head->has_text,
        .record = &opened->record,
    };
    rl_line_split_path(line);
}

bool rl_parcels_take(struct rl_parcels *parcels, struct rl_opened *opened)
{
    own(parcels);
    if (parcels->count == 0)
        return false;
    const char *at = parcels->bytes.data + parcels->taken;
    const struct head *head = (const struct head *)(const void *)at;
    parcels->taken += head->bytes;
    parcels->count--;
    const unsigned char *parts[PARTS];
    at += padded(sizeof *head);
    for (int i = 0; i < PARTS; i++) {
        parts[i] = head->present[i] ? (const unsigned char *)at : NULL;
        at += padded(head->lengths[i]);
    }
    fill_record(&opened->record, head, parts);
    compile(opened, opened->record.site);
    fill_line(opened, head, parts);
    opened->event.record = &opened->record;
    rl_scraps_free(&opened->scraps);
    opened->event.scraps = &opened->scraps;
    return true;
}

void rl_opened_free(struct rl_opened *opened)
{
    rl_scraps_free(&opened->scraps);
    rl_program_free(opened->program);
    rl_buffer_free(&opened->site);
}
