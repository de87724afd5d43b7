#include "net/spool.h"

#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rl_spooled {
    struct rl_spooled *next;
    uint64_t count;
    struct rl_tally tally; /* and what follows it */
};

static int compare_spooled(const void *a, const void *b)
{
    const struct rl_spooled *x = a, *y = b;
    return rl_tally_compare(&x->tally, &y->tally);
}

static void append(struct rl_spool *spool, struct rl_spooled *added)
{
    if (spool->last == NULL)
        spool->first = added;
    else
        spool->last->next = added;
    spool->last = added;
}

static struct rl_spooled *copy(const struct rl_tally *tally)
{
    struct rl_spooled *made = calloc(1, sizeof *made - sizeof *tally + tally->bytes);
    if (made == NULL)
        return NULL;
    made->count = tally->count;
    memcpy(&made->tally, tally, tally->bytes);
    return made;
}

/* The one that says the same, which is `made` itself if there was none. NULL: no memory. */
static struct rl_spooled *find(struct rl_spool *spool, struct rl_spooled *made)
{
    struct rl_spooled **found = tsearch(made, &spool->by_key, compare_spooled);
    return found == NULL ? NULL : *found;
}

bool rl_spool_add(struct rl_spool *spool, const struct rl_tally *tally)
{
    struct rl_spooled *made = copy(tally);
    struct rl_spooled *same = made;
    if (made != NULL && spool->fold)
        same = find(spool, made);
    if (same != NULL && same != made) {
        same->count += tally->count;
        same->tally.last_ns = tally->last_ns;
        spool->records += tally->count;
        free(made);
        return true;
    }
    if (same == NULL || spool->bytes + tally->bytes > spool->most_bytes) {
        if (same != NULL && spool->fold)
            tdelete(made, &spool->by_key, compare_spooled);
        free(made);
        spool->refused += tally->count;
        return false;
    }
    append(spool, made);
    spool->bytes += tally->bytes;
    spool->records += tally->count;
    return true;
}

static void keep_spooled(void *spooled)
{
    (void)spooled; /* the list frees it */
}

static void remove_first(struct rl_spool *spool)
{
    struct rl_spooled *first = spool->first;
    spool->first = first->next;
    if (spool->first == NULL)
        spool->last = NULL;
    spool->bytes -= first->tally.bytes;
    spool->records -= first->count;
    free(first);
}

uint64_t rl_spool_clear(struct rl_spool *spool)
{
    const uint64_t records = spool->records;
    tdestroy(spool->by_key, keep_spooled);
    spool->by_key = NULL;
    while (spool->first != NULL)
        remove_first(spool);
    spool->refused = 0;
    return records;
}

/* ---- the body ---- */

static void write_entry(struct rl_spool *spool, const struct rl_spooled *entry,
                        struct rl_buffer *out)
{
    rl_buffer_append(out, rl_tally_line(&entry->tally), entry->tally.line_bytes);
    if (entry->count == 1)
        return;
    const struct rl_buffer *when = rl_time_text_at(&spool->time_text, entry->tally.last_ns);
    char text[64];
    const int length =
        snprintf(text, sizeof text, "    (%" PRIu64 " times, last at ", entry->count);
    rl_buffer_append(out, text, (size_t)length);
    rl_buffer_append(out, when->data, when->length);
    rl_buffer_append(out, ")\n", 2);
}

static void write_refused(struct rl_spool *spool, struct rl_buffer *out)
{
    char text[128];
    const int length = snprintf(text, sizeof text,
                                "    (and %" PRIu64 " more records, for which there was no room)\n",
                                spool->refused);
    if (spool->refused != 0)
        rl_buffer_append(out, text, (size_t)length);
}

uint64_t rl_spool_take(struct rl_spool *spool, bool only_first, struct rl_buffer *out)
{
    const size_t start = out->length;
    const uint64_t records = only_first ? spool->first->count : spool->records;
    for (const struct rl_spooled *entry = spool->first; entry != NULL; entry = entry->next) {
        write_entry(spool, entry, out);
        if (only_first)
            break;
    }
    write_refused(spool, out);
    if (out->failed) {
        out->length = start;
        return 0;
    }
    spool->refused = 0;
    if (!only_first)
        rl_spool_clear(spool);
    else
        remove_first(spool); /* not in the tree: only where nothing is folded */
    return records;
}
