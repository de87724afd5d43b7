#include "input/tail.h"

#include <string.h>

/* The first try, and how much further back each next one goes: what is read in vain is a fifteenth
 * of what is read in the end. */
#define FIRST_RECORDS 4096
#define STEP_FACTOR   16

/* How many records match at the end of the file, up to `enough`. */
static uint64_t count_matches(const char *path, const struct setup *setup,
                              const struct filter *filter, uint64_t enough)
{
    struct source source = {.path = path};
    uint64_t count = 0;
    if (!source_open(&source, setup))
        return enough;
    while (count < enough && source_next(&source)) {
        const struct item item = {.reader = source.reader, .record = source.record, .name = path};
        count += item.record->kind == RINGLOG_READER_RECORD && filter_takes(filter, &item);
    }
    source_close(&source);
    return count;
}

/* How many records the file has; 0: it is none that could be begun near its end. */
static uint64_t records_of(const char *path)
{
    ringlog_reader *reader;
    uint64_t records = 0;
    if (strcmp(path, "-") == 0 || ringlog_reader_open(&reader, path) < 0)
        return 0;
    if (ringlog_reader_count(reader, &records) < 0)
        records = 0;
    ringlog_reader_close(reader);
    return records;
}

void tail_narrow(const struct files *files, struct setup *setup, const struct filter *filter,
                 uint64_t records)
{
    struct setup trial = *setup;
    uint64_t last = FIRST_RECORDS;
    trial.follow = false;
    if (records > UINT32_MAX) /* all of it, whatever it is */
        return;
    while (last < records)
        last *= STEP_FACTOR;
    for (size_t i = 0; i < files->count; i++) {
        const uint64_t all = records_of(files->paths[i]);
        for (; last < all; last *= STEP_FACTOR) {
            trial.selection.last_records = last;
            if (count_matches(files->paths[i], &trial, filter, records) == records)
                break;
        }
    }
    setup->selection.last_records = last;
}
