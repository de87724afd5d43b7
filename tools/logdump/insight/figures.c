#include "insight/figures.h"

#include "output/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A longer format is one with all that begin like it. */
#define PART_BYTES 1024
#define MOST_PARTS 3

struct key {
    char text[MOST_PARTS * (PART_BYTES + 1)];
    size_t length;
};

static void add_part(struct key *key, bool first, const char *text)
{
    if (!first)
        key->text[key->length++] = '\0';
    const size_t length = strnlen(text, PART_BYTES);
    memcpy(key->text + key->length, text, length);
    key->length += length;
}

const char *key_part(const struct tally *tally, unsigned number, size_t *length)
{
    const char *end = tally->key + tally->length, *part = tally->key;
    for (; number != 0; number--) {
        const char *nul = memchr(part, '\0', (size_t)(end - part));
        part = nul == NULL ? end : nul + 1;
    }
    const char *nul = memchr(part, '\0', (size_t)(end - part));
    *length = (size_t)((nul == NULL ? end : nul) - part);
    return part;
}

static struct tally *count(struct table *table, uint64_t records, int level,
                           const char *const parts[], unsigned part_count)
{
    struct key key;
    key.length = 0;
    for (unsigned i = 0; i < part_count; i++)
        add_part(&key, i == 0, parts[i]);
    struct tally *tally = table_at(table, key.text, key.length);
    tally->count += records;
    tally->level = level;
    return tally;
}

static const char *number_text(char text[24], long number)
{
    snprintf(text, 24, "%ld", number);
    return text;
}

static void note_time(struct figures *figures, int64_t time_ns)
{
    if (figures->records == 0 || time_ns < figures->first_ns)
        figures->first_ns = time_ns;
    if (figures->records == 0 || time_ns > figures->last_ns)
        figures->last_ns = time_ns;
    figures->backwards += figures->records != 0 && time_ns < figures->previous_ns;
    figures->previous_ns = time_ns;
}

static void note_position(struct figures *figures, const struct item *item)
{
    if (item->file >= figures->file_count) {
        figures->positions =
            must_have(reallocarray(figures->positions, item->file + 1, sizeof(uint64_t)));
        memset(figures->positions + figures->file_count, 0,
               (item->file + 1 - figures->file_count) * sizeof(uint64_t));
        figures->file_count = item->file + 1;
    }
    figures->positions[item->file] = ringlog_reader_position(item->reader);
}

static void take_loss(struct figures *figures, const struct ringlog_reader_record *loss)
{
    figures->losses++;
    figures->lost += loss->lost;
    count(&figures->reasons, loss->lost, loss->level, (const char *[]){loss->reason}, 1);
}

size_t figures_take(struct figures *figures, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    char line[24], thread[24], process[24];
    note_position(figures, item);
    if (record->kind == RINGLOG_READER_LOSS) {
        take_loss(figures, record);
        return TABLE_MOST;
    }
    note_time(figures, record->time_ns);
    figures->records++;
    number_text(line, (long)record->line);
    number_text(thread, record->thread);
    number_text(process, record->process);
    count(&figures->levels, 1, record->level, (const char *[]){record->level_name}, 1);
    count(&figures->loggers, 1, record->level, (const char *[]){record->logger}, 1);
    count(&figures->threads, 1, record->level,
          (const char *[]){record->thread_name, thread, process}, 3);
    count(&figures->processes, 1, record->level,
          (const char *[]){record->process_name, process, record->host}, 3);
    const struct tally *site = count(&figures->sites, 1, record->level,
                                     (const char *[]){record->file, line, record->format}, 3);
    return site == &figures->sites.others ? TABLE_MOST : (size_t)(site - figures->sites.tallies);
}

void figures_note(struct figures *figures, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    char process[24];
    note_position(figures, item);
    switch (record->kind) {
    case RINGLOG_READER_GAP:
        figures->gaps++;
        figures->gap_bytes += record->end - record->offset;
        figures->missing += record->missing_records;
        break;
    case RINGLOG_READER_PROCESS:
        number_text(process, record->process);
        count(&figures->processes, 0, 0,
              (const char *[]){record->process_name, process, record->host}, 3);
        break;
    default:
        break;
    }
}

void figures_free(struct figures *figures)
{
    table_free(&figures->levels);
    table_free(&figures->loggers);
    table_free(&figures->threads);
    table_free(&figures->processes);
    table_free(&figures->sites);
    table_free(&figures->reasons);
    free(figures->positions);
}

uint64_t figures_bytes(const struct figures *figures)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < figures->file_count; i++)
        bytes += figures->positions[i];
    return bytes;
}

double figures_seconds(const struct figures *figures)
{
    return figures->records == 0 ? 0 : ((double)figures->last_ns - (double)figures->first_ns) / 1e9;
}
