#include "logfile/texts.h"

#include "base/copy.h"
#include "logfile/numbers.h"
#include "record/fields.h"

#include <string.h>

/* After so many texts of which more than seven in eight are new, a table is not worth it. */
#define TRIED 256
#define NONE  UINT32_MAX
#define AHEAD 8 /* so many texts before a slot is looked at, it is fetched */

void rl_texts_scratch_free(struct rl_texts_scratch *scratch)
{
    rl_buffer_free(&scratch->slots);
    rl_buffer_free(&scratch->firsts);
    rl_buffer_free(&scratch->numbers);
}

static size_t length_of(struct rl_column_text text)
{
    return rl_text_bytes(text.word);
}

/* ---- writing --------------------------------------------------------------------------------- */

static inline bool same(struct rl_column_text a, struct rl_column_text b)
{
    return a.word == b.word && rl_equal_words(a.bytes, b.bytes, length_of(a));
}

/* Both ends and the length: texts of a log differ there, and all of a long one need not be read. */
static inline uint32_t hash_of(struct rl_column_text text)
{
    const size_t length = length_of(text);
    uint64_t front = 0, back = 0;
    if (length >= 8) {
        memcpy(&front, text.bytes, 8);
        memcpy(&back, text.bytes + length - 8, 8);
    } else {
        memcpy(&front, text.bytes, length);
    }
    const uint64_t hash = (front + text.word) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)((hash ^ back) * UINT64_C(0xd6e8feb86659fd93) >> 32);
}

struct slot {
    uint32_t hash;
    uint32_t at; /* where in the column such a text is first, or NONE */
};

/* The texts that differ from all before them. */
struct table {
    struct slot *slots; /* by hash */
    uint32_t mask;
    uint32_t *firsts; /* where in the column each of them first is */
    uint32_t *hashes; /* of the texts that have been fetched */
    uint32_t count;
};

static inline __attribute__((always_inline)) uint64_t
find_or_add(struct table *table, const struct rl_column_text *texts, size_t at,
            const uint64_t *which)
{
    const uint32_t hash = table->hashes[at];
    for (uint32_t place = hash & table->mask;; place = (place + 1) & table->mask) {
        struct slot *slot = &table->slots[place];
        if (slot->at == NONE) {
            table->firsts[table->count] = (uint32_t)at;
            *slot = (struct slot){.hash = hash, .at = (uint32_t)at};
            return table->count++;
        }
        if (slot->hash == hash && same(texts[slot->at], texts[at]))
            return which[slot->at];
    }
}

/* Before find_or_add(). */
static inline void fetch(struct table *table, const struct rl_column_text *texts, size_t at)
{
    table->hashes[at] = hash_of(texts[at]);
    __builtin_prefetch(&table->slots[table->hashes[at] & table->mask]);
}

/* Fills in which text each one is. False: too many of them are different. */
static bool make_table(struct table *table, const struct rl_column_text *texts, size_t count,
                       uint64_t *which)
{
    for (size_t i = 0; i <= AHEAD && i < count; i++)
        fetch(table, texts, i);
    which[0] = find_or_add(table, texts, 0, which);
    for (size_t i = 1; i < count; i++) {
        if (i + AHEAD < count)
            fetch(table, texts, i + AHEAD);
        which[i] =
            same(texts[i], texts[i - 1]) ? which[i - 1] : find_or_add(table, texts, i, which);
        if (i == TRIED - 1 && table->count > TRIED / 8 * 7)
            return false;
    }
    return count == 1 || table->count <= count / 8 * 7;
}

/* Room for a table of `count` texts, with enough slots that some stay free. */
static bool begin_table(struct table *table, size_t count, struct rl_texts_scratch *scratch)
{
    size_t slots = 16;
    while (slots < count + count / 3)
        slots *= 2;
    table->slots = rl_buffer_scratch(&scratch->slots, slots * sizeof *table->slots);
    table->firsts = rl_buffer_scratch(&scratch->firsts, count * 2 * sizeof *table->firsts);
    if (table->slots == NULL || table->firsts == NULL)
        return false;
    table->hashes = table->firsts + count;
    table->mask = (uint32_t)slots - 1;
    table->count = 0;
    memset(table->slots, 0xff, slots * sizeof *table->slots);
    return true;
}

static uint64_t word_of(struct rl_column_text text)
{
    const bool cut = (text.word & RINGLOG_STRING_TRUNCATED) != 0;
    return text.word == RINGLOG_STRING_NULL ? 0 : 1 + ((uint64_t)length_of(text) << 1 | cut);
}

/* The words and the bytes of `count` texts: all of a column, or those of it that `which` lists. */
static void append_texts(struct rl_buffer *out, const struct rl_column_text *texts, size_t count,
                         const uint32_t *which, uint64_t *words)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        const struct rl_column_text text = texts[which == NULL ? i : which[i]];
        words[i] = word_of(text);
        bytes += length_of(text);
    }
    rl_numbers_append(out, words, count, false);
    unsigned char *to = (unsigned char *)rl_buffer_reserve(out, bytes);
    if (to == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct rl_column_text text = texts[which == NULL ? i : which[i]];
        rl_copy_words(to, text.bytes, length_of(text));
        to += length_of(text);
    }
    out->length += bytes;
}

static void append_table(struct rl_buffer *out, const struct rl_column_text *texts, size_t count,
                         const struct table *table, uint64_t *words, const uint64_t *which)
{
    rl_buffer_append_char(out, RL_TEXTS_TABLE);
    rl_append_varint(out, table->count);
    append_texts(out, texts, table->count, table->firsts, words);
    rl_numbers_append(out, which, count, false);
}

void rl_texts_append_equal(struct rl_buffer *out, struct rl_column_text text, size_t count)
{
    if (count == 0)
        return;
    rl_buffer_append_char(out, RL_TEXTS_TABLE);
    rl_append_varint(out, 1);
    rl_numbers_append_equal(out, word_of(text), 1);
    rl_buffer_append(out, text.bytes, length_of(text));
    rl_numbers_append_equal(out, 0, count);
}

void rl_texts_append(struct rl_buffer *out, const struct rl_column_text *texts, size_t count,
                     struct rl_texts_scratch *scratch)
{
    if (count == 0)
        return;
    uint64_t *numbers = rl_buffer_scratch(&scratch->numbers, count * 2 * sizeof *numbers);
    struct table table;
    if (numbers == NULL || !begin_table(&table, count, scratch)) {
        out->failed = true;
        return;
    }
    if (make_table(&table, texts, count, numbers)) {
        append_table(out, texts, count, &table, numbers + count, numbers);
        return;
    }
    rl_buffer_append_char(out, RL_TEXTS_PLAIN);
    append_texts(out, texts, count, NULL, numbers);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The words and the bytes of `count` different texts. */
static bool take_plain(struct rl_cursor *cursor, struct rl_column_text *texts, size_t count,
                       uint64_t *words)
{
    if (!rl_numbers_take(cursor, words, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        const uint64_t length = words[i] == 0 ? 0 : (words[i] - 1) >> 1;
        if (length >= RINGLOG_STRING_LENGTH)
            return false;
        const unsigned char *bytes = rl_take(cursor, (size_t)length);
        if (bytes == NULL)
            return false;
        const uint32_t cut = (words[i] - 1) & 1 ? RINGLOG_STRING_TRUNCATED : 0;
        texts[i].bytes = bytes;
        texts[i].word = words[i] == 0 ? RINGLOG_STRING_NULL : (uint32_t)length | cut;
    }
    return true;
}

static bool take_table(struct rl_cursor *cursor, struct rl_column_text *texts, size_t count,
                       struct rl_texts_scratch *scratch, uint64_t *numbers)
{
    const uint64_t different = rl_take_varint(cursor);
    if (different == 0 || different > count)
        return false;
    scratch->firsts.length = 0;
    struct rl_column_text *table = (struct rl_column_text *)(void *)rl_buffer_reserve(
        &scratch->firsts, (size_t)different * sizeof *table);
    if (table == NULL || !take_plain(cursor, table, (size_t)different, numbers) ||
        !rl_numbers_take(cursor, numbers, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] >= different)
            return false;
        texts[i] = table[numbers[i]];
    }
    return true;
}

bool rl_texts_take(struct rl_cursor *cursor, struct rl_column_text *texts, size_t count,
                   struct rl_texts_scratch *scratch)
{
    if (count == 0)
        return true;
    scratch->numbers.length = 0;
    uint64_t *numbers =
        (uint64_t *)(void *)rl_buffer_reserve(&scratch->numbers, count * sizeof *numbers);
    if (numbers == NULL)
        return false;
    switch (rl_take_byte(cursor)) {
    case RL_TEXTS_PLAIN:
        return take_plain(cursor, texts, count, numbers);
    case RL_TEXTS_TABLE:
        return take_table(cursor, texts, count, scratch, numbers);
    default:
        return false;
    }
}
