#include "net/tally.h"

#include <string.h>

static const char *key_of(const struct rl_tally *tally, size_t *bytes)
{
    *bytes = tally->key_bytes == 0 ? tally->line_bytes : tally->key_bytes;
    return tally->key_bytes == 0 ? rl_tally_line(tally) : rl_tally_line(tally) + tally->line_bytes;
}

int rl_tally_compare(const struct rl_tally *a, const struct rl_tally *b)
{
    size_t a_bytes, b_bytes;
    const char *a_key = key_of(a, &a_bytes), *b_key = key_of(b, &b_bytes);
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    if (a_bytes != b_bytes)
        return a_bytes < b_bytes ? -1 : 1;
    return memcmp(a_key, b_key, a_bytes);
}

static struct rl_tally *tally_at(char *bytes, size_t offset)
{
    return (struct rl_tally *)(void *)(bytes + offset);
}

void rl_tally_begin(struct rl_buffer *out)
{
    if (rl_buffer_reserve(out, sizeof(struct rl_tally)) != NULL)
        out->length += sizeof(struct rl_tally);
}

void rl_tally_end(struct rl_buffer *out, size_t start, size_t *last, struct rl_tally tally,
                  bool fold)
{
    static const char zeros[8];
    const size_t odd = (out->length - start) % 8;
    rl_buffer_append(out, zeros, odd == 0 ? 0 : 8 - odd);
    if (out->failed) { /* told by who owns the buffer */
        out->length = start;
        return;
    }
    tally.bytes = out->length - start;
    memcpy(out->data + start, &tally, sizeof tally);
    struct rl_tally *before = tally_at(out->data, *last);
    const bool is_before = *last < start && *last + before->bytes == start;
    if (fold && is_before && rl_tally_compare(before, tally_at(out->data, start)) == 0) {
        before->count += tally.count;
        before->last_ns = tally.last_ns;
        out->length = start;
        return;
    }
    *last = start;
}

uint32_t rl_tallies_count(const char *bytes, size_t length)
{
    uint32_t records = 0;
    struct rl_tally tally;
    for (size_t done = 0; done < length; done += tally.bytes) {
        memcpy(&tally, bytes + done, sizeof tally);
        records += tally.count;
    }
    return records;
}
