#include "logfile/known.h"

#include <stdlib.h>
#include <string.h>

/* From the second definition to the third, and between those of a long file. At the most distant
 * a thousand sites of 100 bytes take 2.5 percent. */
#define FIRST_DISTANCE (4 * 1024)
#define MOST_DISTANCE  (4 * 1024 * 1024)

static void forget_contents(struct rl_known *known)
{
    for (uint32_t i = 0; i < known->count; i++)
        free(known->entries[i].content);
    known->count = 0;
}

void rl_known_free(struct rl_known *known)
{
    forget_contents(known);
    free(known->entries);
    rl_idmap_free(&known->index);
    *known = (struct rl_known){0};
}

void rl_known_clear(struct rl_known *known)
{
    forget_contents(known);
    rl_idmap_clear(&known->index);
}

void rl_known_forget(struct rl_known *known)
{
    for (uint32_t i = 0; i < known->count; i++)
        known->entries[i].due_at = known->entries[i].distance = 0;
}

static bool make_room(struct rl_known *known)
{
    if (known->count < known->capacity)
        return true;
    const uint32_t capacity = known->capacity == 0 ? 16 : known->capacity * 2;
    struct rl_known_entry *entries = reallocarray(known->entries, capacity, sizeof *known->entries);
    if (entries == NULL)
        return false;
    known->entries = entries;
    known->capacity = capacity;
    return true;
}

struct rl_known_entry *rl_known_add(struct rl_known *known, uint32_t key)
{
    if (!make_room(known) || !rl_idmap_put(&known->index, key, known->count))
        return NULL;
    struct rl_known_entry *entry = &known->entries[known->count++];
    *entry = (struct rl_known_entry){0};
    return entry;
}

bool rl_known_keep(struct rl_known_entry *entry, const void *content, size_t bytes)
{
    void *copy = malloc(bytes == 0 ? 1 : bytes);
    if (copy == NULL)
        return false;
    memcpy(copy, content, bytes);
    free(entry->content);
    entry->content = copy;
    entry->content_bytes = (uint32_t)bytes;
    return true;
}

bool rl_known_same(const struct rl_known_entry *entry, const void *content, size_t bytes)
{
    return entry->content != NULL && entry->content_bytes == bytes &&
           memcmp(entry->content, content, bytes) == 0;
}

void rl_known_defined(struct rl_known_entry *entry, uint64_t position)
{
    /* Past the block that is open now, wherever it ends. */
    entry->due_at = position + 1 + entry->distance;
    if (entry->distance == 0)
        entry->distance = FIRST_DISTANCE;
    else if (entry->distance < MOST_DISTANCE)
        entry->distance *= 4;
}
