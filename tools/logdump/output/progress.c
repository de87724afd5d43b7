#include "output/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST_MS 500 /* what is done sooner needs no bar */
#define EVERY_MS 100
#define WIDTH    40
/* Looks at the clock once in so many records. */
#define RECORDS_PER_LOOK 4096

static struct {
    bool wanted, shown;
    uint64_t bytes; /* 0: not known */
    uint64_t ticks;
    int64_t begun_ms, due_ms;
} bar;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(uint64_t bytes)
{
    bar.wanted = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
    bar.shown = false;
    bar.bytes = bytes;
    bar.ticks = 0;
    if (bar.wanted) {
        bar.begun_ms = now_ms();
        bar.due_ms = bar.begun_ms + FIRST_MS;
    }
}

/* "[####....]  40% 512 MiB, 210 MiB/s, 4 s to go" */
static void draw(uint64_t position, int64_t now)
{
    const double mebibytes = (double)position / (1024.0 * 1024.0);
    const double seconds = (double)(now - bar.begun_ms) / 1000.0;
    const double rate = mebibytes / seconds;
    if (bar.bytes == 0) {
        fprintf(stderr, "\r%.0f MiB, %.0f MiB/s\x1b[K", mebibytes, rate);
        return;
    }
    if (position > bar.bytes)
        position = bar.bytes;
    const double part = (double)position / (double)bar.bytes;
    char cells[WIDTH + 1];
    memset(cells, '.', WIDTH);
    memset(cells, '#', (size_t)(part * WIDTH));
    cells[WIDTH] = '\0';
    fprintf(stderr, "\r[%s] %3d%% %.0f MiB, %.0f MiB/s", cells, (int)(part * 100), mebibytes, rate);
    if (position != 0)
        fprintf(stderr, ", %.0f s to go", seconds / part - seconds);
    fputs("\x1b[K", stderr);
}

void progress_tick(uint64_t items, uint64_t (*position)(void *context), void *context)
{
    bar.ticks += items;
    if (!bar.wanted || bar.ticks < RECORDS_PER_LOOK)
        return;
    bar.ticks = 0;
    const int64_t now = now_ms();
    if (now < bar.due_ms)
        return;
    bar.due_ms = now + EVERY_MS;
    bar.shown = true;
    draw(position(context), now);
}

void progress_hide(void)
{
    if (!bar.shown)
        return;
    bar.shown = false;
    fputs("\r\x1b[K", stderr);
}
