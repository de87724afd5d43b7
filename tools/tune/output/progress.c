#include "output/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static struct {
    bool wanted, shown;
    unsigned step, steps;
} line;

void progress_begin(unsigned steps)
{
    line.wanted = isatty(STDERR_FILENO);
    line.step = 0;
    line.steps = steps;
}

void progress_step(const char *what)
{
    line.step++;
    if (!line.wanted)
        return;
    fprintf(stderr, "\r[%u/%u] %s ...\x1b[K", line.step, line.steps, what);
    fflush(stderr);
    line.shown = true;
}

void progress_hide(void)
{
    if (line.shown)
        fputs("\r\x1b[K", stderr);
    line.shown = false;
}
