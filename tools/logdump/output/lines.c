#include "output/lines.h"

#include "exit.h"
#include "output/buffer.h"
#include "output/out.h"

#include <stdlib.h>
#include <string.h>

/* Lines kept: the last so many. */
struct kept {
    struct buffer *lines;
    uint64_t most, count, next; /* next: where the next one goes */
    uint64_t room;              /* places in `lines`, which grow to `most` as they are needed */
};

struct lines {
    struct sink sink;
    struct line_maker *maker;
    struct lines_options options;
    struct kept last;    /* --tail */
    struct kept earlier; /* unmatched ones that --before may want */
    uint64_t after_left; /* of --after */
    bool any, left_out;  /* lines were printed; some were left out since the last one */
};

/* ---- lines that are kept ---- */

#define FIRST_ROOM 64

static void make_room(struct kept *kept)
{
    uint64_t room = kept->room == 0 ? FIRST_ROOM : kept->room * 2;
    if (room > kept->most)
        room = kept->most;
    kept->lines = must_have(reallocarray(kept->lines, room, sizeof *kept->lines));
    memset(kept->lines + kept->room, 0, (room - kept->room) * sizeof *kept->lines);
    kept->room = room;
}

static void keep(struct kept *kept, const char *text, size_t length)
{
    if (kept->next == kept->room)
        make_room(kept);
    struct buffer *line = &kept->lines[kept->next];
    line->length = 0;
    buffer_append(line, text, length);
    kept->next = (kept->next + 1) % kept->most;
    kept->count += kept->count < kept->most;
}

/* Prints and forgets them. */
static void print_kept(struct kept *kept)
{
    for (; kept->count != 0; kept->count--) {
        const bool wraps = kept->next < kept->count;
        const struct buffer *line =
            &kept->lines[kept->next + (wraps ? kept->most : 0) - kept->count];
        out_text(line->data, line->length);
    }
    kept->next = 0;
}

static void free_kept(struct kept *kept)
{
    for (uint64_t i = 0; i < kept->room; i++)
        buffer_free(&kept->lines[i]);
    free(kept->lines);
}

/* ---- the sink ---- */

static void print(struct lines *lines, const char *text, size_t length)
{
    if (lines->options.none)
        return;
    if (lines->options.tail != 0)
        keep(&lines->last, text, length);
    else
        out_text(text, length);
    lines->any = true;
}

/* Of the last so many records; a told loss is none, and stays with the one before it. */
static void keep_loss(struct kept *kept, const char *text, size_t length)
{
    if (kept->count != 0)
        buffer_append(&kept->lines[(kept->next == 0 ? kept->most : kept->next) - 1], text, length);
}

static void print_matched(struct lines *lines, const char *text, size_t length)
{
    const bool around = lines->options.before != 0 || lines->options.after != 0;
    if (around && lines->any && lines->left_out && !lines->maker->is_table)
        print(lines, "--\n", 3);
    lines->left_out = false;
    print_kept(&lines->earlier);
    print(lines, text, length);
    lines->after_left = lines->options.after;
}

static void pass_unmatched(struct lines *lines, const char *text, size_t length)
{
    if (lines->after_left != 0) {
        lines->after_left--;
        print(lines, text, length);
        return;
    }
    lines->left_out |= lines->earlier.count == lines->options.before;
    if (lines->options.before != 0)
        keep(&lines->earlier, text, length);
}

static void take(struct sink *sink, const struct item *item)
{
    struct lines *lines = (struct lines *)sink;
    const char *text;
    size_t length;
    if (!lines->maker->make(lines->maker, item, &text, &length))
        return;
    if (lines->options.tail != 0 && item->record->kind == RINGLOG_READER_LOSS)
        keep_loss(&lines->last, text, length);
    else if (item->matched)
        print_matched(lines, text, length);
    else
        pass_unmatched(lines, text, length);
}

static void take_text(struct sink *sink, const char *text, size_t length)
{
    (void)sink;
    out_text(text, length);
}

static bool prints_all(const struct lines_options *options)
{
    return !options->none && options->tail == 0 && options->before == 0 && options->after == 0;
}

/* The last ones of what was there are known by now; what comes comes after them. */
static void pause_lines(struct sink *sink)
{
    struct lines *lines = (struct lines *)sink;
    print_kept(&lines->last);
    lines->options.tail = 0;
    lines->options.none = false;
}

static int end(struct sink *sink)
{
    struct lines *lines = (struct lines *)sink;
    print_kept(&lines->last);
    free_kept(&lines->last);
    free_kept(&lines->earlier);
    lines->maker->free(lines->maker);
    free(lines);
    return EXIT_FOUND;
}

struct sink *lines_sink_new(struct line_maker *maker, const struct lines_options *options)
{
    struct lines *lines = must_have(calloc(1, sizeof *lines));
    *lines = (struct lines){
        .sink = {.take = take, .pause = pause_lines, .end = end},
        .maker = maker,
        .options = *options,
        .last.most = options->tail,
        .earlier.most = options->before,
    };
    if (maker->is_readers && prints_all(options))
        lines->sink.take_text = take_text;
    return &lines->sink;
}
