/* Extra fields of a record: keys with typed values, beside what its message says.
 *
 * They come from several places, the nearest first: a filter that added them, the call itself, the
 * adapter it went through, the context of the thread. A key that a nearer place has hides the same
 * key further away, as in a record each key stands once.
 *
 * A packed list, which is how they travel and are kept, is one entry behind the other, unaligned:
 *
 *     byte  code of the value (enum ringlog_field)
 *     u16   bytes of the key
 *     key   without a terminator
 *     value as a field of a record, but that its numbers are little-endian everywhere
 *
 * Only the call's own fields lie otherwise where a log macro made them: keys in the site, values
 * among the record's fields. */
#ifndef RL_RECORD_EXTRA_H
#define RL_RECORD_EXTRA_H

#include "base/buffer.h"
#include "record/fields.h"
#include "ringlog/fields.h"

struct rl_record;

#define RL_EXTRA_HEAD      3 /* bytes of an entry before its key */
#define RL_EXTRA_KEY_BYTES 255
#define RL_EXTRA_MOST      32 /* fields of one call */

enum rl_extra_source {
    RL_EXTRA_ADDED,
    RL_EXTRA_CALL,
    RL_EXTRA_ADAPTER,
    RL_EXTRA_CONTEXT,
    RL_EXTRA_SOURCES,
};

struct rl_extra {
    const char *key; /* no terminator */
    size_t key_length;
    struct rl_value value;
};

/* Whether the bytes may be a key: 1 to RL_EXTRA_KEY_BYTES of them, and not the name of a
 * formatter's tag, which CPython refuses too (Logger.makeRecord). */
bool rl_extra_key_is_good(const char *key, size_t length);

/* 0, or -EINVAL with its error told: too many, no key, a key that may not be. */
int rl_extra_check(const struct ringlog_extra *extra, size_t count, const char *caller);

/* ---- packed lists ---- */

/* Takes the next entry; false: the end, or the bytes are no list. */
bool rl_extra_next(struct rl_fields *list, struct rl_extra *extra);

static inline struct rl_bytes rl_extra_list(const struct rl_buffer *list)
{
    struct rl_bytes bytes;
    bytes.at = (const unsigned char *)list->data;
    bytes.length = list->length;
    return bytes;
}

/* Appends an entry. */
void rl_extra_append(struct rl_buffer *list, const char *key, size_t key_length,
                     const struct rl_value *value);

/* Appends what a caller gave. The value's text must be there; at most 64 KiB of it are taken. */
void rl_extra_append_given(struct rl_buffer *list, const struct ringlog_extra *extra);

/* A long double out of an argument. */
long double rl_wide_of(const struct ringlog_argument *argument);

/* The entry with this key. */
bool rl_extra_find(struct rl_bytes list, const char *key, size_t key_length,
                   struct rl_value *value);

/* ---- those of a record ---- */

struct rl_extras {
    const struct rl_record *record;
    unsigned source;
    bool keyed;           /* the list being read is the call's, with its keys in the site */
    const char *keys;     /* of those not yet taken */
    const uint8_t *codes; /* of their values */
    unsigned left;
    struct rl_fields list; /* what of it has not been read */
    uint64_t seen;         /* a bit for some property of each key so far */
};

/* All of them, each key once, the nearest places first. Of equal keys in one place, the first. */
struct rl_extras rl_record_extras(const struct rl_record *record);
bool rl_extras_next(struct rl_extras *extras, struct rl_extra *extra);

/* The nearest one with this key. */
bool rl_record_extra(const struct rl_record *record, const char *key, size_t key_length,
                     struct rl_value *value);

#endif
