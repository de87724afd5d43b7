#include "output/processes.h"

#include "output/out.h"

#include <stdlib.h>
#include <string.h>

/* Linux has no process ids from here on (PID_MAX_LIMIT). */
#define FIRST_MADE_UP (INT64_C(1) << 22)

static bool is_taken(const struct processes *processes, int64_t id)
{
    for (size_t i = 0; i < processes->count; i++)
        if (processes->list[i].id == id)
            return true;
    return false;
}

static bool is_it(const struct process *process, const struct ringlog_reader_record *record)
{
    return process->system_id == record->process && strcmp(process->host, record->host) == 0 &&
           strcmp(process->name, record->process_name) == 0;
}

struct process *processes_find(struct processes *processes, const struct item *item, bool *is_new)
{
    const struct ringlog_reader_record *record = item->record;
    *is_new = false;
    for (size_t i = 0; i < processes->count; i++) {
        const size_t at = (processes->at + i) % processes->count;
        if (is_it(&processes->list[at], record))
            return &processes->list[processes->at = at];
    }
    *is_new = true;
    const int64_t id = is_taken(processes, record->process)
                           ? FIRST_MADE_UP + (int64_t)processes->count
                           : record->process;
    processes->list =
        must_have(reallocarray(processes->list, processes->count + 1, sizeof *processes->list));
    struct process *made = &processes->list[processes->at = processes->count++];
    *made = (struct process){
        .host = must_have(strdup(record->host)),
        .name = must_have(strdup(record->process_name)),
        .system_id = record->process,
        .id = id,
    };
    return made;
}

bool process_notes_thread(struct process *process, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    for (size_t i = 0; i < process->thread_count; i++) {
        const size_t at = (process->thread_at + i) % process->thread_count;
        struct process_thread *found = &process->threads[at];
        if (found->id != record->thread)
            continue;
        process->thread_at = at;
        if (strcmp(found->name, record->thread_name) == 0)
            return false;
        free(found->name);
        found->name = must_have(strdup(record->thread_name));
        return true;
    }
    process->threads = must_have(
        reallocarray(process->threads, process->thread_count + 1, sizeof *process->threads));
    process->threads[process->thread_at = process->thread_count++] = (struct process_thread){
        .id = record->thread,
        .name = must_have(strdup(record->thread_name)),
    };
    return true;
}

void processes_free(struct processes *processes)
{
    for (size_t i = 0; i < processes->count; i++) {
        struct process *process = &processes->list[i];
        for (size_t k = 0; k < process->thread_count; k++)
            free(process->threads[k].name);
        free(process->threads);
        free(process->host);
        free(process->name);
    }
    free(processes->list);
}
