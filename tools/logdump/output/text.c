#include "output/text.h"

#include "output/out.h"

#include <stdlib.h>
#include <string.h>

struct text_maker {
    struct line_maker maker;
    bool colour;
    char *line;
    size_t capacity;
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

static char *append(char *to, const char *text, size_t length)
{
    return (char *)memcpy(to, text, length) + length;
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
    if (own->capacity < *length + 32) {
        own->capacity = *length * 2 + 32;
        own->line = must_have(realloc(own->line, own->capacity));
    }
    char *to = append(own->line, colour, strlen(colour));
    to = append(to, *text, *length);
    /* In the line: whoever cuts it off behind one leaves the terminal as it was. */
    if (*colour != '\0')
        to = append(to, "\x1b[0m", 4);
    *to++ = '\n';
    *text = own->line;
    *length = (size_t)(to - own->line);
    return true;
}

static void free_maker(struct line_maker *maker)
{
    free(((struct text_maker *)maker)->line);
    free(maker);
}

struct line_maker *text_maker_new(bool colour)
{
    struct text_maker *own = must_have(calloc(1, sizeof *own));
    *own = (struct text_maker){.maker = {.make = make, .free = free_maker}, .colour = colour};
    return &own->maker;
}
