#include "select/caret.h"

#include "output/out.h"

#include <stdbool.h>
#include <string.h>

/* What fits on a line, and how much of it is in front of the caret. */
#define MOST_SHOWN  72
#define MOST_BEFORE 48

static bool begins_character(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

/* How many characters: bytes of UTF-8 that begin one. */
static int width(const char *text, size_t length)
{
    int characters = 0;
    for (size_t i = 0; i < length; i++)
        characters += begins_character(text[i]);
    return characters;
}

/* The text on one line, whatever is in it. */
static void copy_shown(char *to, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)text[i];
        to[i] = byte < 0x20 || byte == 0x7f ? ' ' : text[i];
    }
    to[length] = '\0';
}

void complain_at(const char *option, const char *text, size_t at, const char *what)
{
    char shown[MOST_SHOWN + 8];
    size_t from = at > MOST_BEFORE ? at - MOST_BEFORE : 0;
    while (from > 0 && !begins_character(text[from]))
        from--;
    size_t length = strlen(text + from);
    if (length > MOST_SHOWN)
        for (length = MOST_SHOWN; !begins_character(text[from + length]) && length > at - from;)
            length--;
    copy_shown(shown, text + from, length);
    complain("%s, column %d: %s\n  %s\n  %*s^", option, width(text, at) + 1, what, shown,
             width(text + from, at - from), "");
}
