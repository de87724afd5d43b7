#include "logdump.h"

#include <errno.h>
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

void output_flush(void)
{
    const size_t length = used;
    used = 0;
    write_all(gathered, length);
}

void output_text(const char *text, size_t length)
{
    if (length > GATHER - used)
        output_flush();
    if (length > GATHER) {
        write_all(text, length);
        return;
    }
    memcpy(gathered + used, text, length);
    used += length;
}
