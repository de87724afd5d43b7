#include "output/text.h"

#include "output/buffer.h"
#include "output/out.h"

#include <stdlib.h>

struct text_maker {
    struct line_maker maker;
    bool colour;
    struct buffer line;
};

/* As the console handler has it. */
static const char *colour_of(int level)
{
    if (level >= RINGLOG_CRITICAL)
        return "\x1b[1;31m";
    if (level >= RINGLOG_ERROR)
        return "\x1b[31m";
    if (level >= RINGLOG_WARNING)
        return "\x1b[33m";
    return level >= RINGLOG_INFO ? "" : "\x1b[2m";
}

static bool make(struct line_maker *maker, const struct item *item, const char **text,
                 size_t *length)
{
    struct text_maker *own = (struct text_maker *)maker;
    if (ringlog_reader_line(item->reader, text, length) < 0) {
        complain("%s", ringlog_last_error());
        return false;
    }
    const char *colour = own->colour ? colour_of(item->record->level) : "";
    struct buffer *line = &own->line;
    line->length = 0;
    buffer_text(line, colour);
    buffer_append(line, *text, *length);
    /* In the line: whoever cuts it off behind one leaves the terminal as it was. */
    if (*colour != '\0')
        buffer_text(line, "\x1b[0m");
    buffer_char(line, '\n');
    *text = line->data;
    *length = line->length;
    return true;
}

static void free_maker(struct line_maker *maker)
{
    buffer_free(&((struct text_maker *)maker)->line);
    free(maker);
}

struct line_maker *text_maker_new(bool colour)
{
    struct text_maker *own = must_have(calloc(1, sizeof *own));
    *own = (struct text_maker){.maker = {.make = make, .free = free_maker, .is_readers = !colour},
                               .colour = colour};
    return &own->maker;
}
