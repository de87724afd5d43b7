#include "insight/table.h"

#include "output/out.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, eight bytes at a time, and a finalizer. */
static uint32_t hash_of(const char *key, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ length;
    for (; length >= 8; key += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, key, 8);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    for (; length != 0; key++, length--)
        hash = (hash ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
    hash ^= hash >> 32;
    return (uint32_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static void rehash(struct table *table)
{
    table->slot_count = table->slot_count == 0 ? 64 : table->slot_count * 2;
    free(table->slots);
    table->slots = must_have(calloc(table->slot_count, sizeof *table->slots));
    for (size_t i = 0; i < table->count; i++) {
        size_t at = table->tallies[i].hash & (table->slot_count - 1);
        while (table->slots[at] != 0)
            at = (at + 1) & (table->slot_count - 1);
        table->slots[at] = (uint32_t)i + 1;
    }
}

static struct tally *add(struct table *table, size_t slot, struct tally tally)
{
    if (table->count == TABLE_MOST)
        return &table->others;
    if (table->count == table->capacity) {
        table->capacity = table->capacity == 0 ? 32 : table->capacity * 2;
        table->tallies =
            must_have(reallocarray(table->tallies, table->capacity, sizeof *table->tallies));
    }
    char *copy = must_have(malloc(tally.length + 1));
    memcpy(copy, tally.key, tally.length);
    copy[tally.length] = '\0';
    tally.key = copy;
    table->tallies[table->count] = tally;
    table->slots[slot] = (uint32_t)++table->count;
    return &table->tallies[table->count - 1];
}

struct tally *table_at(struct table *table, const char *key, size_t length)
{
    if (table->count * 2 >= table->slot_count)
        rehash(table);
    const uint32_t hash = hash_of(key, length);
    size_t at = hash & (table->slot_count - 1);
    for (; table->slots[at] != 0; at = (at + 1) & (table->slot_count - 1)) {
        struct tally *found = &table->tallies[table->slots[at] - 1];
        if (found->hash == hash && found->length == length && memcmp(found->key, key, length) == 0)
            return found;
    }
    return add(table, at,
               (struct tally){.key = (char *)(uintptr_t)key, .length = length, .hash = hash});
}

static int more_first(const void *a, const void *b, void *context)
{
    const struct tally *tallies = context;
    const struct tally *one = &tallies[*(const size_t *)a], *two = &tallies[*(const size_t *)b];
    if (one->count != two->count)
        return one->count < two->count ? 1 : -1;
    const size_t least = one->length < two->length ? one->length : two->length;
    const int order = memcmp(one->key, two->key, least);
    return order != 0 ? order : (one->length > two->length) - (one->length < two->length);
}

size_t *table_sorted(const struct table *table)
{
    size_t *numbers = must_have(malloc((table->count + 1) * sizeof *numbers));
    for (size_t i = 0; i < table->count; i++)
        numbers[i] = i;
    if (table->count != 0)
        qsort_r(numbers, table->count, sizeof *numbers, more_first, table->tallies);
    return numbers;
}

void table_free(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->tallies[i].key);
    free(table->tallies);
    free(table->slots);
    *table = (struct table){0};
}
