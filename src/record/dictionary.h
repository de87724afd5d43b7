/* The dictionary: every call site that has logged, in one append-only segment.
 *
 * Records name their site by id, never by pointer: an id makes sense to another process that maps
 * the segment, and after the module that held the site was unloaded. The segment may be private or
 * shared memory; nothing in it is an address.
 *
 * An id is the entry's offset in units of eight bytes, so that looking one up is an addition and a
 * bounds check. Ids below RL_FIRST_SITE_ID are reserved for control records.
 *
 * Registration takes no lock and may run in a signal handler: space is taken by one atomic
 * addition, the entry is filled and marked ready with release. Equal content finds the entry that
 * is there; two threads that race make two entries, which does no harm. */
#ifndef RL_RECORD_DICTIONARY_H
#define RL_RECORD_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_FIRST_SITE_ID 64

/* What the dictionary keeps of a call site. Strings are NUL-terminated and lie behind the entry. */
struct rl_site {
    uint32_t ready; /* 0 while it is being written; atomic. Edge define. */
    uint32_t bytes; /* of the whole entry, a multiple of 8 */
    uint64_t hash;  /* of everything below */
    int32_t level;
    uint32_t line;
    uint16_t flags; /* RINGLOG_SITE_... */
    uint16_t field_count;
    /* Offsets from the entry's start. */
    uint32_t fields_at; /* field_count codes of enum ringlog_field, one byte each */
    uint32_t format_at;
    uint32_t format_length;
    uint32_t file_at;
    uint32_t file_length;
    uint32_t function_at;
    uint32_t function_length;
    uint32_t keys_at;     /* of RINGLOG_SITE_KEYS_: each with a NUL, then a NUL; else just that */
    uint32_t keys_length; /* without the last NUL */
    uint32_t reserved;
};

/* What registration takes. */
struct rl_site_definition {
    int32_t level;
    uint32_t line;
    uint16_t flags;
    uint16_t field_count;
    const uint8_t *fields;
    const char *format;
    const char *file;
    const char *function;
    const char *keys; /* as in struct rl_site; NULL: none */
};

/* Bytes that a site takes, and its image written there (8-byte aligned, zeroed or not). `hash` is
 * for the dictionary; a site that travels inside a record has none. */
uint64_t rl_site_bytes(const struct rl_site_definition *definition);
void rl_site_write(struct rl_site *to, const struct rl_site_definition *definition, uint64_t hash);

/* The segment's beginning; entries follow. */
struct rl_dictionary {
    uint64_t bytes; /* of the whole segment */
    uint64_t used;  /* taken so far, this header included; atomic; may exceed `bytes` when full */
    uint64_t sites; /* entries made; atomic */
    uint64_t slots_at; /* hash table of ids, open addressing */
    uint64_t slot_count;
};

/* Lays out an empty dictionary in `bytes` of zeroed memory (at least RL_DICTIONARY_MIN_BYTES). */
#define RL_DICTIONARY_MIN_BYTES (64 * 1024)
struct rl_dictionary *rl_dictionary_format(void *memory, size_t bytes);

/* The site's id, or 0 when the dictionary is full. Any thread, signal-safe. */
uint32_t rl_dictionary_define(struct rl_dictionary *dictionary,
                              const struct rl_site_definition *definition);

/* Whether an image of `bytes` bytes that was found somewhere is a whole site: every offset inside,
 * every string terminated. */
bool rl_site_is_sound(const struct rl_site *site, uint64_t bytes);

/* The entry, or NULL when the id is none: safe with any id, so that a damaged record does no
 * harm. */
const struct rl_site *rl_dictionary_find(const struct rl_dictionary *dictionary, uint32_t id);

static inline const char *rl_site_format(const struct rl_site *site)
{
    return (const char *)site + site->format_at;
}

static inline const char *rl_site_file(const struct rl_site *site)
{
    return (const char *)site + site->file_at;
}

static inline const char *rl_site_function(const struct rl_site *site)
{
    return (const char *)site + site->function_at;
}

static inline const char *rl_site_keys(const struct rl_site *site)
{
    return (const char *)site + site->keys_at;
}

static inline const uint8_t *rl_site_fields(const struct rl_site *site)
{
    return (const uint8_t *)site + site->fields_at;
}

#endif
