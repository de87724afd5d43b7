#include "insight/report/kept.h"

#include "insight/report/data.h"
#include "insight/timeline.h"
#include "output/out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of a message; and of an exception with its stack and the fields. */
#define MOST_TEXT 4000
#define MOST_MORE 8000

enum { IN_FIRST = 1, IN_LAST = 2, IN_WORST = 4 };

/* ---- a row ---- */

/* At most so many bytes, to the end of a character. */
static size_t cut(const char *text, size_t length, size_t most)
{
    if (length <= most)
        return length;
    for (length = most; length != 0 && ((unsigned char)text[length] & 0xc0) == 0x80;)
        length--;
    return length;
}

static void add_message(struct buffer *row, const struct item *item)
{
    const char *text;
    size_t length;
    if (ringlog_reader_message(item->reader, &text, &length) < 0)
        text = "", length = 0;
    shown_as_json(row, text, cut(text, length, MOST_TEXT));
}

static void add_value(struct buffer *more, const struct ringlog_value *value)
{
    switch (value->type) {
    case RINGLOG_VALUE_INTEGER:
        buffer_printf(more, "%" PRId64, value->integer);
        break;
    case RINGLOG_VALUE_UNSIGNED:
        buffer_printf(more, "%" PRIu64, value->natural);
        break;
    case RINGLOG_VALUE_BOOL:
        buffer_text(more, value->natural != 0 ? "true" : "false");
        break;
    case RINGLOG_VALUE_REAL:
        buffer_printf(more, "%.9g", value->real);
        break;
    case RINGLOG_VALUE_TEXT:
    case RINGLOG_VALUE_BYTES:
        if (value->text == NULL)
            buffer_text(more, "null");
        else
            escape_for_terminal(more, value->text, cut(value->text, value->length, MOST_TEXT),
                                false);
        break;
    }
}

static void add_fields(struct buffer *more, const struct item *item)
{
    struct ringlog_reader_argument argument;
    for (size_t at = 0; ringlog_reader_next_argument(item->reader, &at, &argument);) {
        if (argument.key == NULL || more->length > MOST_MORE)
            continue;
        escape_for_terminal(more, argument.key, argument.key_length, false);
        buffer_text(more, " = ");
        add_value(more, &argument.value);
        buffer_append(more, "\n", 1);
    }
}

/* Fields, exception and stack: a text of several lines. */
static void add_more(struct buffer *row, const struct item *item)
{
    struct buffer more = {0};
    const struct ringlog_reader_record *record = item->record;
    add_fields(&more, item);
    if (record->exception_text != NULL) {
        buffer_append(&more, record->exception_text, record->exception_length);
        buffer_append(&more, "\n", 1);
    }
    if (record->stack_text != NULL)
        buffer_append(&more, record->stack_text, record->stack_length);
    shown_as_json(row, more.data, cut(more.data, more.length, MOST_MORE));
    buffer_free(&more);
}

static void add_text(struct buffer *row, const char *text)
{
    shown_as_json(row, text, cut(text, strlen(text), MOST_TEXT));
    buffer_append(row, ",", 1);
}

/* All but its beginning, which is known when all are there. */
static void make_row(struct buffer *row, const struct item *item)
{
    const struct ringlog_reader_record *record = item->record;
    const char *slash = strrchr(record->file, '/');
    struct buffer place = {0};
    row->length = 0;
    buffer_append(row, ",", 1);
    data_add_time(row, record->time_ns);
    buffer_printf(row, ",%d,", (int)level_class_of(record->level));
    add_text(row, record->level_name);
    add_text(row, record->logger);
    add_text(row, record->thread_name);
    buffer_text(&place, slash == NULL ? record->file : slash + 1);
    buffer_printf(&place, ":%u", record->line);
    shown_as_json(row, place.data, place.length);
    buffer_free(&place);
    buffer_append(row, ",", 1);
    add_message(row, item);
    buffer_append(row, ",", 1);
    add_more(row, item);
    buffer_append(row, "]", 1);
}

/* ---- which are kept ---- */

static void put(struct kept_record *at, const struct kept *kept, const struct item *item)
{
    at->json = must_have(realloc(at->json, kept->row.length));
    memcpy(at->json, kept->row.data, at->length = kept->row.length);
    at->order = kept->seen;
    at->level = item->record->level;
}

/* Whether a goes before b does. */
static bool is_less_bad(const struct kept_record *a, const struct kept_record *b)
{
    return a->level != b->level ? a->level < b->level : a->order > b->order;
}

static void swap(struct kept_record *a, struct kept_record *b)
{
    const struct kept_record kept = *a;
    *a = *b;
    *b = kept;
}

static void sift_down(struct kept *kept)
{
    struct kept_record *heap = kept->worst;
    for (size_t at = 0, least = 0;; at = least) {
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < kept->worst_count; child++)
            if (is_less_bad(&heap[child], &heap[least]))
                least = child;
        if (least == at)
            return;
        swap(&heap[at], &heap[least]);
    }
}

static void take_bad(struct kept *kept, const struct item *item)
{
    struct kept_record *heap = kept->worst;
    if (kept->worst_count == KEPT_WORST) {
        /* Of equally bad ones the first stay: they are nearer to the cause. */
        if (item->record->level <= heap[0].level)
            return;
        put(&heap[0], kept, item);
        sift_down(kept);
        return;
    }
    size_t at = kept->worst_count++;
    put(&heap[at], kept, item);
    for (; at != 0 && is_less_bad(&heap[at], &heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&heap[at], &heap[(at - 1) / 2]);
}

void kept_take(struct kept *kept, const struct item *item)
{
    make_row(&kept->row, item);
    if (kept->first_count < KEPT_MOST)
        put(&kept->first[kept->first_count++], kept, item);
    put(&kept->last[kept->seen % KEPT_MOST], kept, item);
    take_bad(kept, item);
    kept->seen++;
}

/* ---- output ---- */

struct pick {
    const struct kept_record *record;
    unsigned in;
};

static int by_order(const void *a, const void *b)
{
    const struct pick *one = a, *two = b;
    return (one->record->order > two->record->order) - (one->record->order < two->record->order);
}

static size_t pick_all(const struct kept *kept, struct pick *picks)
{
    const size_t last_count = kept->seen < KEPT_MOST ? (size_t)kept->seen : KEPT_MOST;
    size_t count = 0;
    for (size_t i = 0; i < kept->first_count; i++)
        picks[count++] = (struct pick){&kept->first[i], IN_FIRST};
    for (size_t i = 0; i < last_count; i++)
        picks[count++] = (struct pick){&kept->last[i], IN_LAST};
    for (size_t i = 0; i < kept->worst_count; i++)
        picks[count++] = (struct pick){&kept->worst[i], IN_WORST};
    qsort(picks, count, sizeof *picks, by_order);
    return count;
}

void kept_add_json(struct kept *kept, struct buffer *json)
{
    struct pick *picks = must_have(calloc(2 * KEPT_MOST + KEPT_WORST, sizeof *picks));
    const size_t count = pick_all(kept, picks);
    buffer_printf(json, "{\"most\":%d,\"worst\":%d,\"rows\":[", KEPT_MOST, KEPT_WORST);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && picks[i].record->order == picks[i + 1].record->order) {
            picks[i + 1].in |= picks[i].in;
            continue;
        }
        buffer_text(json, json->data[json->length - 1] == '[' ? "\n" : ",\n");
        buffer_printf(json, "[%" PRIu64 ",%u", picks[i].record->order, picks[i].in);
        buffer_append(json, picks[i].record->json, picks[i].record->length);
    }
    buffer_text(json, "]}");
    free(picks);
}

void kept_free(struct kept *kept)
{
    for (size_t i = 0; i < KEPT_MOST; i++) {
        free(kept->first[i].json);
        free(kept->last[i].json);
    }
    for (size_t i = 0; i < KEPT_WORST; i++)
        free(kept->worst[i].json);
    buffer_free(&kept->row);
}
