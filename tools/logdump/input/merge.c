#include "input/merge.h"

#include "output/out.h"

#include <stdlib.h>

/* ---- the heap ---- */

/* Of equal times, the one that was named first. */
static bool is_before(const struct source *a, const struct source *b)
{
    return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->number < b->number;
}

static void sift_down(struct merge *merge, size_t at)
{
    struct source **heap = merge->heap;
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < merge->heap_count; child++)
            if (is_before(heap[child], heap[least]))
                least = child;
        if (least == at)
            return;
        struct source *moved = heap[at];
        heap[at] = heap[least];
        heap[least] = moved;
        at = least;
    }
}

static void push(struct merge *merge, struct source *source)
{
    size_t at = merge->heap_count++;
    for (; at > 0 && is_before(source, merge->heap[(at - 1) / 2]); at = (at - 1) / 2)
        merge->heap[at] = merge->heap[(at - 1) / 2];
    merge->heap[at] = source;
}

static void pop(struct merge *merge)
{
    merge->heap[0] = merge->heap[--merge->heap_count];
    sift_down(merge, 0);
}

/* ---- files ---- */

static int latest_first(const void *a, const void *b)
{
    const struct source *const *first = a, *const *second = b;
    return is_before(*first, *second) ? 1 : -1;
}

void merge_begin(struct merge *merge, const struct files *files, const struct setup *setup)
{
    *merge = (struct merge){.setup = *setup, .count = files->count};
    merge->sources = must_have(calloc(files->count, sizeof *merge->sources));
    merge->waiting = must_have(calloc(files->count, sizeof *merge->waiting));
    merge->heap = must_have(calloc(files->count, sizeof *merge->heap));
    for (size_t i = 0; i < files->count; i++) {
        struct source *source = &merge->sources[i];
        *source =
            (struct source){.path = files->paths[i], .number = (unsigned)i, .time_ns = INT64_MIN};
        /* One alone has no need to know its time; those that are followed are all open. */
        if (files->count == 1 || setup->follow || source_look(source))
            merge->waiting[merge->waiting_count++] = source;
    }
    qsort(merge->waiting, merge->waiting_count, sizeof *merge->waiting, latest_first);
}

static void close_unless_it_grows(struct source *source)
{
    if (source->unreadable || !source->may_grow)
        source_close(source);
}

static void open_next(struct merge *merge)
{
    struct source *source = merge->waiting[--merge->waiting_count];
    if (!source_open(source, &merge->setup))
        return;
    if (source_next(source))
        push(merge, source);
    else
        close_unless_it_grows(source);
}

static void open_those_that_are_due(struct merge *merge)
{
    while (merge->waiting_count != 0 &&
           (merge->heap_count == 0 ||
            !is_before(merge->heap[0], merge->waiting[merge->waiting_count - 1])))
        open_next(merge);
}

/* ---- items ---- */

/* Moves on behind the item that is out. */
static void advance(struct merge *merge)
{
    struct source *source = merge->current;
    merge->current = NULL;
    if (source == NULL)
        return;
    if (source_next(source)) {
        sift_down(merge, 0);
    } else {
        pop(merge);
        close_unless_it_grows(source);
    }
}

bool merge_next(struct merge *merge, struct item *item)
{
    advance(merge);
    open_those_that_are_due(merge);
    if (merge->heap_count == 0)
        return false;
    struct source *source = merge->current = merge->heap[0];
    *item = (struct item){
        .reader = source->reader,
        .record = source->record,
        .name = source_name(source),
        .file = source->number,
    };
    return true;
}

/* Up to which time items of a file come before those of another, which are not earlier than its. */
static int64_t until_other(const struct source *source, const struct source *other)
{
    if (source->number < other->number)
        return other->time_ns;
    return other->time_ns == INT64_MIN ? INT64_MIN : other->time_ns - 1;
}

int64_t merge_until(const struct merge *merge)
{
    const struct source *current = merge->current;
    int64_t until = INT64_MAX;
    for (size_t child = 1; child <= 2 && child < merge->heap_count; child++) {
        const int64_t other = until_other(current, merge->heap[child]);
        until = other < until ? other : until;
    }
    if (merge->waiting_count != 0) {
        const int64_t other = until_other(current, merge->waiting[merge->waiting_count - 1]);
        until = other < until ? other : until;
    }
    return until;
}

/* Of a file that has just come everything is new. */
static bool open_anew(const struct merge *merge, struct source *source)
{
    struct setup setup = merge->setup;
    setup.selection.last_records = 0;
    source_close(source);
    return source_open(source, &setup);
}

static bool resume(struct merge *merge, struct source *source)
{
    /* What is there once it has been replaced is all that will ever be there. */
    const bool replaced = source_is_replaced(source);
    bool any = source_next(source);
    if (!any && replaced && !source->unreadable) {
        any = open_anew(merge, source) && source_next(source);
    }
    if (any)
        push(merge, source);
    else
        close_unless_it_grows(source);
    return any;
}

bool merge_resume(struct merge *merge)
{
    bool any = false;
    for (size_t i = 0; i < merge->count; i++)
        if (merge->sources[i].reader != NULL && merge->sources[i].ended)
            any |= resume(merge, &merge->sources[i]);
    return any;
}

bool merge_may_grow(const struct merge *merge)
{
    for (size_t i = 0; i < merge->count; i++)
        if (merge->sources[i].reader != NULL)
            return true;
    return false;
}

bool merge_is_buffered(const struct merge *merge)
{
    return merge->current != NULL && ringlog_reader_buffered(merge->current->reader);
}

void merge_end(struct merge *merge)
{
    for (size_t i = 0; i < merge->count; i++)
        source_close(&merge->sources[i]);
    free(merge->sources);
    free(merge->waiting);
    free(merge->heap);
}

uint64_t merge_size(const struct merge *merge)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < merge->count; i++) {
        const uint64_t size = source_size(&merge->sources[i]);
        if (size == 0)
            return 0;
        bytes += size;
    }
    return bytes;
}

uint64_t merge_position(const struct merge *merge)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < merge->count; i++)
        bytes += source_position(&merge->sources[i]);
    return bytes;
}

bool merge_any_unreadable(const struct merge *merge)
{
    for (size_t i = 0; i < merge->count; i++)
        if (merge->sources[i].unreadable)
            return true;
    return false;
}
