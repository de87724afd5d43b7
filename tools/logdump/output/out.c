#include "output/out.h"

#include "exit.h"
#include "output/progress.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Large enough that the system call does not count. */
#define GATHER (256 * 1024)

static char gathered[GATHER];
static size_t used;

static void write_all(const char *text, size_t length)
{
    while (length != 0) {
        const ssize_t written = write(STDOUT_FILENO, text, length);
        if (written >= 0) {
            text += written;
            length -= (size_t)written;
        } else if (errno == EPIPE) {
            /* The reader has seen enough: nothing was wrong. */
            progress_hide();
            exit(EXIT_FOUND);
        } else if (errno != EINTR && errno != EAGAIN) {
            complain("standard output: %s", strerror(errno));
            exit(EXIT_UNREADABLE);
        }
    }
}

void out_flush(void)
{
    const size_t length = used;
    used = 0;
    write_all(gathered, length);
}

void out_text(const char *text, size_t length)
{
    if (length > GATHER - used)
        out_flush();
    if (length > GATHER) {
        write_all(text, length);
        return;
    }
    memcpy(gathered + used, text, length);
    used += length;
}

void out_printf(const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    out_text(text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
}

void complain(const char *format, ...)
{
    progress_hide();
    char *text;
    va_list arguments;
    va_start(arguments, format);
    const int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    /* Names of files may come from anybody too. */
    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' ? *at != '\n' : *at == '\x7f')
            *at = '?';
    fprintf(stderr, "logdump: %s\n", text);
    free(text);
}

void *must_have(void *memory)
{
    if (memory != NULL)
        return memory;
    complain("out of memory");
    exit(EXIT_UNREADABLE);
}
