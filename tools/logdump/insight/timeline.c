#include "insight/timeline.h"

/* Fine enough to look into one sixtieth of a screen of them. */
#define PIECES 4096

enum level_class level_class_of(int level)
{
    if (level >= RINGLOG_CRITICAL)
        return CLASS_CRITICAL;
    if (level >= RINGLOG_ERROR)
        return CLASS_ERROR;
    if (level >= RINGLOG_WARNING)
        return CLASS_WARNING;
    return level >= RINGLOG_INFO ? CLASS_INFO : CLASS_DEBUG;
}

void moment_merge(void *into, void *from)
{
    struct moment *sum = into;
    const struct moment *more = from;
    for (unsigned i = 0; i < CLASS_COUNT; i++)
        sum->records[i] += more->records[i];
    sum->lost += more->lost;
}

uint64_t moment_records(const struct moment *moment)
{
    uint64_t records = 0;
    for (unsigned i = 0; i < CLASS_COUNT; i++)
        records += moment->records[i];
    return records;
}

void timeline_begin(struct grid *grid)
{
    grid_begin(grid, PIECES, sizeof(struct moment), moment_merge);
}

void timeline_take(struct grid *grid, const struct item *item)
{
    struct moment *moment = grid_at(grid, item->record->time_ns);
    if (item->record->kind == RINGLOG_READER_LOSS)
        moment->lost += item->record->lost;
    else
        moment->records[level_class_of(item->record->level)]++;
}
