/* What a stream has defined, and when each definition is due again.
 *
 * An id is defined in the block that first uses it, once more in the next block that does, and then
 * at growing distances: so that one damaged block makes no other unreadable, a reader may start in
 * the middle, and a file with many call sites is not made of definitions. */
#ifndef RL_LOGFILE_KNOWN_H
#define RL_LOGFILE_KNOWN_H

#include "base/idmap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rl_known_entry {
    uint32_t id;       /* in the file */
    uint16_t logger;   /* a site's: the one that its definition names */
    uint64_t due_at;   /* position of the stream from which it is due */
    uint64_t distance; /* to the time after that */
    uint64_t block;    /* the open block in which it has the place; 0: none */
    uint32_t place;
    uint64_t records; /* a thread's, in the stream */
    bool indexed;     /* its definition went to the index */
    void *content;    /* what was defined: a name, a thread, a site without id; or NULL */
    uint32_t content_bytes;
};

struct rl_known {
    struct rl_idmap index; /* key to place in entries */
    struct rl_known_entry *entries;
    uint32_t count, capacity;
};

void rl_known_free(struct rl_known *known);

/* Forgets all: keys will get other ids. */
void rl_known_clear(struct rl_known *known);

/* What was defined may be lost: every id will be defined again. */
void rl_known_forget(struct rl_known *known);

/* A new entry, due at once, for a key that is not there; NULL without memory. Moves the others. */
struct rl_known_entry *rl_known_add(struct rl_known *known, uint32_t key);

/* Keeps a copy of the content; false without memory. */
bool rl_known_keep(struct rl_known_entry *entry, const void *content, size_t bytes);

bool rl_known_same(const struct rl_known_entry *entry, const void *content, size_t bytes);

/* Sets the next time, after the definition was written into the block that begins at `position`. */
void rl_known_defined(struct rl_known_entry *entry, uint64_t position);

static inline struct rl_known_entry *rl_known_find(const struct rl_known *known, uint32_t key)
{
    const uint32_t at = rl_idmap_find(&known->index, key);
    return at == RL_IDMAP_NONE ? NULL : &known->entries[at];
}

#endif
