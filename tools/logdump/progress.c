#include "logdump.h"

#include <inttypes.h>
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
    const char *name;
    uint64_t size; /* 0: not known */
    unsigned ticks;
    int64_t due_ms;
} bar;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(const ringlog_reader *reader, const char *name)
{
    bar.wanted = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
    bar.shown = false;
    bar.name = name;
    bar.size = ringlog_reader_size(reader);
    bar.ticks = 0;
    if (bar.wanted)
        bar.due_ms = now_ms() + FIRST_MS;
}

static void draw(uint64_t position)
{
    const double mebibytes = (double)position / (1024.0 * 1024.0);
    if (bar.size == 0) {
        fprintf(stderr, "\r%s: %.0f MiB\x1b[K", bar.name, mebibytes);
        return;
    }
    if (position > bar.size)
        position = bar.size;
    const int done = (int)((double)position / (double)bar.size * WIDTH);
    char cells[WIDTH + 1];
    memset(cells, '.', WIDTH);
    memset(cells, '#', (size_t)done);
    cells[WIDTH] = '\0';
    fprintf(stderr, "\r%s: [%s] %3d%% %.0f MiB\x1b[K", bar.name, cells,
            (int)((double)position / (double)bar.size * 100), mebibytes);
}

void progress_tick(const ringlog_reader *reader)
{
    if (!bar.wanted || ++bar.ticks < RECORDS_PER_LOOK)
        return;
    bar.ticks = 0;
    const int64_t now = now_ms();
    if (now < bar.due_ms)
        return;
    bar.due_ms = now + EVERY_MS;
    bar.shown = true;
    draw(ringlog_reader_position(reader));
}

void progress_hide(void)
{
    if (!bar.shown)
        return;
    bar.shown = false;
    fputs("\r\x1b[K", stderr);
}
