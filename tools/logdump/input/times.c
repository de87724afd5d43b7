#include "input/times.h"

#include "input/merge.h"
#include "output/out.h"

#include <string.h>

/* The last second of a log, then four times as much, and so on: what is read in vain is a third of
 * what is read in the end. */
#define FIRST_STEP_NS INT64_C(1000000000)
#define STEP_FACTOR   4

static bool times_of_one(const char *path, int64_t *first_ns, int64_t *last_ns)
{
    ringlog_reader *reader;
    if (strcmp(path, "-") == 0 || ringlog_reader_open(&reader, path) < 0)
        return false;
    const bool known = ringlog_reader_times(reader, first_ns, last_ns) == 0;
    ringlog_reader_close(reader);
    return known;
}

bool times_of(const struct files *files, int64_t *first_ns, int64_t *last_ns)
{
    *first_ns = INT64_MAX;
    *last_ns = INT64_MIN;
    for (size_t i = 0; i < files->count; i++) {
        int64_t first, last;
        if (!times_of_one(files->paths[i], &first, &last))
            return false;
        *first_ns = first < *first_ns ? first : *first_ns;
        *last_ns = last > *last_ns ? last : *last_ns;
    }
    return files->count != 0;
}

static uint64_t count_matches(const struct files *files, const struct setup *setup,
                              const struct filter *filter, uint64_t enough)
{
    struct merge merge;
    struct item item;
    uint64_t count = 0;
    merge_begin(&merge, files, setup);
    while (count < enough && merge_next(&merge, &item))
        count += item.record->kind == RINGLOG_READER_RECORD && filter_takes(filter, &item);
    merge_end(&merge);
    return count;
}

void times_narrow(const struct files *files, struct setup *setup, const struct filter *filter,
                  uint64_t records)
{
    struct setup trial = *setup;
    const struct ringlog_reader_selection *selection = &setup->selection;
    int64_t first_ns, last_ns;
    trial.follow = false;
    if (!times_of(files, &first_ns, &last_ns))
        return;
    if (selection->until_ns != 0 && selection->until_ns < last_ns)
        last_ns = selection->until_ns;
    if (selection->since_ns > first_ns)
        first_ns = selection->since_ns;
    for (int64_t step_ns = FIRST_STEP_NS;; step_ns *= STEP_FACTOR) {
        trial.selection.since_ns = last_ns - step_ns;
        if (step_ns > INT64_MAX / STEP_FACTOR || trial.selection.since_ns <= first_ns)
            return; /* that is all of it */
        if (count_matches(files, &trial, filter, records) == records)
            break;
    }
    setup->selection.since_ns = trial.selection.since_ns;
}
