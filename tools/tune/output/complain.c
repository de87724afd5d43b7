#include "output/complain.h"

#include "output/progress.h"

#include <stdarg.h>
#include <stdio.h>

void complain(const char *format, ...)
{
    progress_hide();
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    /* Arguments may come from anybody. */
    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == '\x7f')
            *at = '?';
    fprintf(stderr, "ringlog-tune: %s\n", text);
}
