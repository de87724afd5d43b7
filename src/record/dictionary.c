#include "record/dictionary.h"

#include "base/hash.h"

#include <string.h>

/* One slot in the hash table for this many bytes of segment. */
#define BYTES_PER_SLOT 64
/* How far a look-up goes before it takes a site for new. A cluster that long costs a duplicate. */
#define PROBES 64

struct rl_dictionary *rl_dictionary_format(void *memory, size_t bytes)
{
    struct rl_dictionary *dictionary = memory;
    dictionary->bytes = bytes;
    dictionary->slots_at = RL_FIRST_SITE_ID * 8;
    uint64_t slots = 1;
    while (slots * 2 * BYTES_PER_SLOT <= bytes)
        slots *= 2;
    dictionary->slot_count = slots;
    dictionary->used = dictionary->slots_at + slots * sizeof(uint32_t);
    _Static_assert(sizeof *dictionary <= RL_FIRST_SITE_ID * 8, "the header fits before the slots");
    return dictionary;
}

struct lengths {
    size_t format, file, function, keys;
};

/* Bytes of all keys with their NULs. */
static size_t keys_length(const char *keys)
{
    size_t length = 0;
    while (keys != NULL && keys[length] != '\0')
        length += strlen(keys + length) + 1;
    return length;
}

static struct lengths lengths_of(const struct rl_site_definition *definition)
{
    return (struct lengths){strlen(definition->format), strlen(definition->file),
                            strlen(definition->function), keys_length(definition->keys)};
}

static uint64_t hash_definition(const struct rl_site_definition *definition, struct lengths lengths)
{
    uint64_t hash = RL_HASH_START;
    hash = rl_hash(hash, &definition->level, sizeof definition->level);
    hash = rl_hash(hash, &definition->line, sizeof definition->line);
    hash = rl_hash(hash, &definition->flags, sizeof definition->flags);
    hash = rl_hash(hash, definition->fields, definition->field_count);
    hash = rl_hash(hash, definition->format, lengths.format + 1);
    hash = rl_hash(hash, definition->file, lengths.file + 1);
    hash = rl_hash(hash, definition->keys, lengths.keys);
    return rl_hash(hash, definition->function, lengths.function + 1);
}

static bool same(const struct rl_site *site, const struct rl_site_definition *definition,
                 struct lengths lengths, uint64_t hash)
{
    return site->hash == hash && site->level == definition->level &&
           site->line == definition->line && site->flags == definition->flags &&
           site->field_count == definition->field_count && site->format_length == lengths.format &&
           site->file_length == lengths.file && site->function_length == lengths.function &&
           site->keys_length == lengths.keys &&
           memcmp(rl_site_fields(site), definition->fields, definition->field_count) == 0 &&
           memcmp(rl_site_format(site), definition->format, lengths.format) == 0 &&
           memcmp(rl_site_file(site), definition->file, lengths.file) == 0 &&
           memcmp(rl_site_function(site), definition->function, lengths.function) == 0 &&
           (lengths.keys == 0 || memcmp(rl_site_keys(site), definition->keys, lengths.keys) == 0);
}

static uint32_t *slots_of(struct rl_dictionary *dictionary)
{
    return (uint32_t *)(void *)((char *)dictionary + dictionary->slots_at);
}

/* The id of an equal entry, or 0. */
static uint32_t find_equal(struct rl_dictionary *dictionary,
                           const struct rl_site_definition *definition, struct lengths lengths,
                           uint64_t hash)
{
    const uint32_t *slots = slots_of(dictionary);
    for (uint64_t probe = 0; probe < PROBES; probe++) {
        /* Relaxed: looking the id up takes the entry's own `ready` with acquire. */
        uint32_t id = __atomic_load_n(&slots[(hash + probe) & (dictionary->slot_count - 1)],
                                      __ATOMIC_RELAXED);
        if (id == 0)
            return 0;
        const struct rl_site *site = rl_dictionary_find(dictionary, id);
        if (site != NULL && same(site, definition, lengths, hash))
            return id;
    }
    return 0;
}

static void enter(struct rl_dictionary *dictionary, uint32_t id, uint64_t hash)
{
    uint32_t *slots = slots_of(dictionary);
    for (uint64_t probe = 0; probe < PROBES; probe++) {
        uint32_t empty = 0;
        /* Relaxed: `ready` has been stored with release before. */
        if (__atomic_compare_exchange_n(&slots[(hash + probe) & (dictionary->slot_count - 1)],
                                        &empty, id, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return;
    }
}

static uint32_t put_string(struct rl_site *site, uint32_t at, const char *string, uint32_t *length)
{
    *length = (uint32_t)strlen(string);
    memcpy((char *)site + at, string, *length + 1);
    return at + *length + 1;
}

static void put_keys(struct rl_site *site, uint32_t at, const char *keys)
{
    site->keys_at = at;
    site->keys_length = (uint32_t)keys_length(keys);
    if (site->keys_length != 0)
        memcpy((char *)site + at, keys, site->keys_length);
    ((char *)site)[at + site->keys_length] = '\0';
}

uint64_t rl_site_bytes(const struct rl_site_definition *definition)
{
    const struct lengths lengths = lengths_of(definition);
    const uint64_t strings = lengths.format + lengths.file + lengths.function + lengths.keys + 4;
    return (sizeof(struct rl_site) + definition->field_count + strings + 7) & ~UINT64_C(7);
}

void rl_site_write(struct rl_site *site, const struct rl_site_definition *definition, uint64_t hash)
{
    site->bytes = (uint32_t)rl_site_bytes(definition);
    site->hash = hash;
    site->level = definition->level;
    site->line = definition->line;
    site->flags = definition->flags;
    site->field_count = definition->field_count;
    site->reserved = 0;
    site->fields_at = sizeof *site;
    memcpy((char *)site + site->fields_at, definition->fields, definition->field_count);
    site->format_at = site->fields_at + definition->field_count;
    site->file_at = put_string(site, site->format_at, definition->format, &site->format_length);
    site->function_at = put_string(site, site->file_at, definition->file, &site->file_length);
    const uint32_t keys_at =
        put_string(site, site->function_at, definition->function, &site->function_length);
    put_keys(site, keys_at, definition->keys);
}

static bool string_is_sound(const struct rl_site *site, uint32_t at, uint32_t length)
{
    return at >= sizeof *site && at < site->bytes && length < site->bytes - at &&
           ((const char *)site)[at + length] == '\0';
}

bool rl_site_is_sound(const struct rl_site *site, uint64_t bytes)
{
    return bytes >= sizeof *site && site->bytes >= sizeof *site && site->bytes <= bytes &&
           site->fields_at >= sizeof *site && site->fields_at <= site->bytes &&
           site->field_count <= site->bytes - site->fields_at &&
           string_is_sound(site, site->format_at, site->format_length) &&
           string_is_sound(site, site->file_at, site->file_length) &&
           string_is_sound(site, site->function_at, site->function_length) &&
           string_is_sound(site, site->keys_at, site->keys_length) &&
           (site->keys_length == 0 || rl_site_keys(site)[site->keys_length - 1] == '\0');
}

uint32_t rl_dictionary_define(struct rl_dictionary *dictionary,
                              const struct rl_site_definition *definition)
{
    const struct lengths lengths = lengths_of(definition);
    const uint64_t hash = hash_definition(definition, lengths);
    uint32_t id = find_equal(dictionary, definition, lengths, hash);
    if (id != 0)
        return id;

    const uint64_t bytes = rl_site_bytes(definition);
    /* Relaxed look first: a full dictionary must not count up for ever. */
    if (bytes > dictionary->bytes ||
        __atomic_load_n(&dictionary->used, __ATOMIC_RELAXED) > dictionary->bytes - bytes)
        return 0;
    /* Relaxed: the addition only shares out space; the entry is published by `ready`. */
    const uint64_t at = __atomic_fetch_add(&dictionary->used, bytes, __ATOMIC_RELAXED);
    if (at > dictionary->bytes - bytes)
        return 0;

    struct rl_site *site = (struct rl_site *)(void *)((char *)dictionary + at);
    rl_site_write(site, definition, hash);
    /* Edge define, registration's side: so that an id that is used names a whole entry.
     * Pairs with: define.find. */
    __atomic_store_n(&site->ready, 1, __ATOMIC_RELEASE);         /* define.ready */
    __atomic_fetch_add(&dictionary->sites, 1, __ATOMIC_RELAXED); /* a count for people */
    id = (uint32_t)(at / 8);
    enter(dictionary, id, hash);
    return id;
}

const struct rl_site *rl_dictionary_find(const struct rl_dictionary *dictionary, uint32_t id)
{
    const uint64_t at = (uint64_t)id * 8;
    const uint64_t first = dictionary->slots_at + dictionary->slot_count * sizeof(uint32_t);
    if (at < first || at > dictionary->bytes - sizeof(struct rl_site))
        return NULL;
    const struct rl_site *site =
        (const struct rl_site *)(const void *)((const char *)dictionary + at);
    /* Acquire: the entry's bytes are read after. Pairs with: define.ready. */
    if (__atomic_load_n(&site->ready, __ATOMIC_ACQUIRE) != 1 || /* define.find */
        site->bytes > dictionary->bytes - at)
        return NULL;
    return site;
}
