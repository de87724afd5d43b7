/* Which processes and threads were seen, for formats that tell them apart by their ids alone: those
 * of several machines may have the same. */
#ifndef LOGDUMP_OUTPUT_PROCESSES_H
#define LOGDUMP_OUTPUT_PROCESSES_H

#include "item.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct processes {
    struct process *list;
    size_t count, at; /* the one that was found last */
};

struct process {
    char *host, *name;
    int64_t system_id;
    int64_t
        id; /* its own: system_id for the first that has it, past all of the system's for others */
    struct process_thread {
        int64_t id;
        char *name;
    } * threads;
    size_t thread_count, thread_at;
};

/* Of the item. *is_new: it was not seen before. Valid until the next call. */
struct process *processes_find(struct processes *processes, const struct item *item, bool *is_new);

/* Whether the thread of the item was not seen before, or by another name. */
bool process_notes_thread(struct process *process, const struct item *item);

void processes_free(struct processes *processes);

#endif
