/* Many files, one stream of items in the order of time.
 *
 * Each file goes by its own order, which is that of time but for a little: threads write one behind
 * the other. Files are open only while their time has come: a hundred rotated ones take the memory
 * of one or two. */
#ifndef LOGDUMP_INPUT_MERGE_H
#define LOGDUMP_INPUT_MERGE_H

#include "input/files.h"
#include "input/source.h"

struct merge {
    struct setup setup;
    struct source *sources; /* by path's place in `files` */
    size_t count;
    struct source **waiting; /* not open yet, the latest first */
    size_t waiting_count;
    struct source **heap; /* with an item each, the earliest at the top */
    size_t heap_count;
    struct source *current; /* whose item is out */
};

void merge_begin(struct merge *merge, const struct files *files, const struct setup *setup);

/* The next item; false: there is none (any more). With `follow` it may come: merge_resume(). */
bool merge_next(struct merge *merge, struct item *item);

/* With `follow`: whether files have grown, or others have come to their paths; those are read
 * next. */
bool merge_resume(struct merge *merge);

/* With `follow`: whether there is a file that may. */
bool merge_may_grow(const struct merge *merge);

void merge_end(struct merge *merge);

/* Of the item that is out: up to which time nothing of another file comes before what follows it.
 */
int64_t merge_until(const struct merge *merge);

/* Whether the next item needs no more reading. */
bool merge_is_buffered(const struct merge *merge);

/* Of all files. 0: not known. */
uint64_t merge_size(const struct merge *merge);
uint64_t merge_position(const struct merge *merge);
bool merge_any_unreadable(const struct merge *merge);

#endif
