/* Counts by key: a hash table that grows, up to a limit that a log cannot talk it out of. */
#ifndef LOGDUMP_INSIGHT_TABLE_H
#define LOGDUMP_INSIGHT_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* So many keys are told apart; what comes later is counted together, in `others`. */
#define TABLE_MOST 262144

struct tally {
    uint64_t count;
    char *key;
    size_t length;
    uint32_t hash;
    int level; /* of the last one */
};

struct table {
    struct tally *tallies; /* in the order in which they came */
    size_t count, capacity;
    uint32_t *slots; /* tally + 1; 0: free */
    size_t slot_count;
    struct tally others; /* without a key */
};

/* The tally of a key, which is copied. Valid until the next call. */
struct tally *table_at(struct table *table, const char *key, size_t length);

/* Numbers of the tallies, the largest count first; of equal ones, by key. free() it. */
size_t *table_sorted(const struct table *table);

void table_free(struct table *table);

#endif
