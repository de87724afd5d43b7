#include "logfile/introduce.h"

#include "base/crc32c.h"
#include "logfile/define.h"

#include <errno.h>

/* Ids kept at a time; past that all are forgotten and defined anew. */
#define KNOWN_MOST           (1 << 20)
#define KNOWN_MOST_TRANSIENT 4096

void rl_introduce_again(struct rl_logfile_writer *writer)
{
    rl_known_forget(&writer->sites);
    rl_known_forget(&writer->transients);
    rl_known_forget(&writer->loggers);
    rl_known_forget(&writer->threads);
    writer->thread_number = 0;
}

/* A definition was made, behind `from`. */
static void defined(struct rl_logfile_writer *writer, struct rl_known_entry *entry, size_t from)
{
    const struct rl_buffer *made = &writer->definitions;
    rl_known_defined(entry, writer->position);
    if (entry->indexed || made->failed)
        return;
    rl_buffer_append(&writer->index.definitions, made->data + from, made->length - from);
    entry->indexed = true;
}

static void define_logger(struct rl_logfile_writer *writer, struct rl_known_entry *logger)
{
    const size_t from = writer->definitions.length;
    rl_define_logger(&writer->definitions, (uint16_t)logger->id, logger->content,
                     logger->content_bytes);
    defined(writer, logger, from);
}

int rl_introduce_logger(struct rl_logfile_writer *writer, const struct rl_record *record)
{
    struct rl_known_entry *logger = rl_known_find(&writer->loggers, record->logger_id);
    if (logger == NULL) {
        logger = rl_known_add(&writer->loggers, record->logger_id);
        struct rl_buffer *body = &writer->body;
        body->length = 0;
        rl_define_logger_body(body, record);
        if (logger == NULL || body->failed || !rl_known_keep(logger, body->data, body->length)) {
            body->failed = false;
            return -ENOMEM;
        }
        logger->id = record->logger_id;
    }
    if (logger->due_at <= writer->position)
        define_logger(writer, logger);
    return 0;
}

/* The thread under its present name: a thread that is renamed gets a new id. */
static struct rl_known_entry *find_thread(struct rl_logfile_writer *writer,
                                          const struct rl_thread *thread)
{
    struct rl_known_entry *entry = rl_known_find(&writer->threads, thread->number);
    if (entry != NULL && rl_known_same(entry, thread, sizeof *thread))
        return entry;
    const uint64_t records = entry == NULL ? 0 : entry->records;
    if (writer->threads.count >= KNOWN_MOST)
        rl_known_clear(&writer->threads);
    entry = rl_known_add(&writer->threads, thread->number);
    if (entry == NULL || !rl_known_keep(entry, thread, sizeof *thread))
        return NULL;
    entry->id = ++writer->thread_ids;
    entry->records = records; /* which are counted under all its names */
    return entry;
}

struct rl_known_entry *rl_introduce_thread(struct rl_logfile_writer *writer,
                                           const struct rl_thread *thread)
{
    struct rl_known_entry *entry = find_thread(writer, thread);
    if (entry != NULL && entry->due_at <= writer->position) {
        const size_t from = writer->definitions.length;
        rl_define_thread(&writer->definitions, entry->id, thread);
        defined(writer, entry, from);
    }
    return entry;
}

int rl_introduce_turn(struct rl_logfile_writer *writer, const struct rl_thread *thread)
{
    struct rl_known_entry *entry = rl_introduce_thread(writer, thread);
    if (entry == NULL)
        return -ENOMEM;
    if (entry->block != writer->open_block) {
        entry->place = rl_stage_thread(&writer->stage, entry->id, entry->records);
        if (entry->place == UINT32_MAX)
            return -ENOMEM;
        entry->block = writer->open_block;
    }
    writer->thread_number = thread->number;
    writer->thread_name = thread->name_hash;
    writer->thread_at = (uint32_t)(entry - writer->threads.entries);
    return 0;
}

static struct rl_known_entry *new_site(struct rl_logfile_writer *writer, struct rl_known *known,
                                       uint32_t key, const struct rl_record *record)
{
    struct rl_known_entry *entry = rl_known_add(known, key);
    if (entry != NULL) {
        entry->id = writer->site_ids++;
        entry->logger = record->logger_id;
    }
    return entry;
}

struct rl_known_entry *rl_introduce_find(struct rl_logfile_writer *writer,
                                         const struct rl_record *record)
{
    /* The last one again, as often as not. */
    if (record->site_id == writer->site_id)
        return &writer->sites.entries[writer->site_at];
    struct rl_known_entry *entry = rl_known_find(&writer->sites, record->site_id);
    if (__builtin_expect(entry != NULL, 1)) {
        writer->site_id = record->site_id;
        writer->site_at = (uint32_t)(entry - writer->sites.entries);
        return entry;
    }
    if (writer->sites.count >= KNOWN_MOST) {
        rl_known_clear(&writer->sites);
        writer->site_id = 0;
    }
    return new_site(writer, &writer->sites, record->site_id, record);
}

/* A site that came with its record has no id: equal content is the same site. */
struct rl_known_entry *rl_introduce_transient(struct rl_logfile_writer *writer,
                                              const struct rl_record *record)
{
    struct rl_buffer *body = &writer->body;
    body->length = 0;
    rl_define_site_body(body, 0, record->site);
    if (body->failed) {
        body->failed = false;
        return NULL;
    }
    const uint32_t key = rl_crc32c(0, body->data, body->length);
    struct rl_known_entry *entry = rl_known_find(&writer->transients, key);
    if (entry != NULL && rl_known_same(entry, body->data, body->length))
        return entry;
    if (writer->transients.count >= KNOWN_MOST_TRANSIENT)
        rl_known_clear(&writer->transients);
    /* Another of the same hash, if there is one, is not found any more from here on. */
    entry = new_site(writer, &writer->transients, key, record);
    return entry != NULL && rl_known_keep(entry, body->data, body->length) ? entry : NULL;
}

void rl_introduce_site(struct rl_logfile_writer *writer, struct rl_known_entry *site,
                       const struct rl_record *record)
{
    struct rl_known_entry *logger = rl_known_find(&writer->loggers, site->logger);
    if (logger != NULL && logger->due_at <= writer->position)
        define_logger(writer, logger);
    const size_t from = writer->definitions.length;
    rl_define_site(&writer->definitions, site->id, site->logger, record->site);
    defined(writer, site, from);
}
