#include "input/times.h"

#include "input/merge.h"
#include "output/out.h"

#include <errno.h>
#include <string.h>

/* The last second of a log, then four times as much, and so on: what is read in vain is a third of
 * what is read in the end. */
#define FIRST_STEP_NS INT64_C(1000000000)
#define STEP_FACTOR   4

/* 0, -ENODATA when it holds no record, or another -errno. */
static int times_of_one(const char *path, int64_t *first_ns, int64_t *last_ns, const char **why)
{
    ringlog_reader *reader;
    if (strcmp(path, "-") == 0) {
        *why = "standard input cannot be read twice";
        return -ESPIPE;
    }
    int result = ringlog_reader_open(&reader, path);
    if (result == 0) {
        result = ringlog_reader_times(reader, first_ns, last_ns);
        ringlog_reader_close(reader);
    }
    *why = ringlog_last_error();
    return result;
}

bool times_of(const struct files *files, int64_t *first_ns, int64_t *last_ns, const char **why)
{
    bool any = false;
    *first_ns = INT64_MAX;
    *last_ns = INT64_MIN;
    *why = "there is no file";
    for (size_t i = 0; i < files->count; i++) {
        int64_t first, last;
        const int result = times_of_one(files->paths[i], &first, &last, why);
        if (result == -ENODATA)
            continue;
        if (result < 0)
            return false;
        any = true;
        *first_ns = first < *first_ns ? first : *first_ns;
        *last_ns = last > *last_ns ? last : *last_ns;
    }
    return any;
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
    const char *why;
    trial.follow = false;
    if (!times_of(files, &first_ns, &last_ns, &why))
        return;
    if (selection->until_ns != 0 && selection->until_ns < last_ns)
        last_ns = selection->until_ns;
    if (selection->since_ns > first_ns)
        first_ns = selection->since_ns;
    for (int64_t step_ns = FIRST_STEP_NS;; step_ns *= STEP_FACTOR) {
        if (step_ns > INT64_MAX / STEP_FACTOR ||
            __builtin_sub_overflow(last_ns, step_ns, &trial.selection.since_ns) ||
            trial.selection.since_ns <= first_ns)
            return; /* that is all of it */
        if (count_matches(files, &trial, filter, records) == records)
            break;
    }
    setup->selection.since_ns = trial.selection.since_ns;
}
