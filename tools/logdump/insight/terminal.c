#include "insight/terminal.h"

#include "output/out.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

static size_t size_of(const char *variable, size_t of_terminal, size_t usual)
{
    const char *text = getenv(variable);
    const long given = text == NULL ? 0 : strtol(text, NULL, 10);
    if (given > 0 && given <= 10000)
        return (size_t)given;
    return of_terminal != 0 ? of_terminal : usual;
}

static struct winsize window(void)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
        size = (struct winsize){0};
    return size;
}

size_t terminal_columns(void)
{
    const size_t columns = size_of("COLUMNS", window().ws_col, 80);
    return columns < 40 ? 40 : columns;
}

size_t terminal_rows(void)
{
    const size_t rows = size_of("LINES", window().ws_row, 40);
    return rows < 10 ? 10 : rows;
}

const char *class_colour(enum level_class level)
{
    static const char *const colours[CLASS_COUNT] = {
        [CLASS_DEBUG] = COLOUR_FAINT,    [CLASS_INFO] = "",
        [CLASS_WARNING] = "\x1b[33m",    [CLASS_ERROR] = "\x1b[31m",
        [CLASS_CRITICAL] = "\x1b[1;31m",
    };
    return colours[level];
}

void bar_add(struct buffer *line, double cells)
{
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const size_t eighths = (size_t)(cells * 8 + 0.5);
    for (size_t i = 0; i < eighths / 8; i++)
        buffer_text(line, "█");
    buffer_text(line, parts[eighths % 8]);
}

void add_grouped(struct buffer *line, uint64_t number)
{
    char digits[24];
    const size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number);
    for (size_t i = 0; i < length; i++) {
        if (i != 0 && (length - i) % 3 == 0)
            buffer_append(line, ",", 1);
        buffer_append(line, &digits[i], 1);
    }
}

void add_measured(struct buffer *line, double number)
{
    const double size = fabs(number);
    if (size >= 999.5 && size < 1e15) {
        if (number < 0)
            buffer_append(line, "-", 1);
        add_grouped(line, (uint64_t)(size + 0.5));
    } else if (size >= 99.95 && size < 999.5) {
        buffer_printf(line, "%.0f", number);
    } else {
        buffer_printf(line, "%.3g", number);
    }
}

void add_bytes(struct buffer *line, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) {
        buffer_printf(line, "%" PRIu64 " bytes", bytes);
        return;
    }
    double size = (double)bytes / 1024;
    size_t unit = 0;
    for (; size >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
        size /= 1024;
    buffer_printf(line, "%.*f %s", size < 10 ? 1 : 0, size, units[unit]);
}

/* "1 h 3 min", "5 min" */
static void add_two(struct buffer *line, double seconds, double unit, const char *name,
                    double small_unit, const char *small_name)
{
    const double small = floor(fmod(seconds, unit) / small_unit);
    buffer_printf(line, "%.0f %s", floor(seconds / unit), name);
    if (small > 0)
        buffer_printf(line, " %.0f %s", small, small_name);
}

void add_span(struct buffer *line, double seconds)
{
    if (seconds >= 86400)
        add_two(line, seconds, 86400, "d", 3600, "h");
    else if (seconds >= 3600)
        add_two(line, seconds, 3600, "h", 60, "min");
    else if (seconds >= 60)
        add_two(line, seconds, 60, "min", 1, "s");
    else if (seconds >= 1)
        buffer_printf(line, "%.3g s", seconds);
    else if (seconds >= 1e-3)
        buffer_printf(line, "%.3g ms", seconds * 1e3);
    else
        buffer_printf(line, "%.3g µs", seconds * 1e6);
}

static void add_spaces(struct buffer *line, size_t count)
{
    for (; count != 0; count--)
        buffer_append(line, " ", 1);
}

void pad_right(struct buffer *line, size_t from, size_t columns)
{
    const size_t used = shown_columns(line->data + from, line->length - from);
    add_spaces(line, used < columns ? columns - used : 0);
}

void pad_left(struct buffer *line, size_t from, size_t columns)
{
    const size_t length = line->length - from;
    pad_right(line, from, columns);
    const size_t spaces = line->length - from - length;
    if (spaces == 0)
        return;
    memmove(line->data + from + spaces, line->data + from, length);
    memset(line->data + from, ' ', spaces);
}

void line_out(struct buffer *line)
{
    buffer_append(line, "\n", 1);
    out_text(line->data, line->length);
    line->length = 0;
}

/* ---- times ---- */

static bool take_apart(int64_t time_ns, bool utc, struct tm *tm)
{
    const time_t seconds = (time_t)floor_divide(time_ns, SECOND_NS);
    return (utc ? gmtime_r(&seconds, tm) : localtime_r(&seconds, tm)) != NULL;
}

void add_time(struct buffer *line, int64_t time_ns, bool utc, const char *format, int digits)
{
    struct tm tm;
    char text[80];
    if (!take_apart(time_ns, utc, &tm))
        return;
        /* The formats are this program's own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    buffer_append(line, text, strftime(text, sizeof text, format, &tm));
#pragma GCC diagnostic pop
    if (digits == 0)
        return;
    const int64_t behind = time_ns % SECOND_NS; /* of its sign */
    const int64_t fraction = behind < 0 ? behind + SECOND_NS : behind;
    snprintf(text, sizeof text, ".%09" PRId64, fraction);
    buffer_append(line, text, (size_t)digits + 1);
}

int64_t zone_offset_ns(int64_t time_ns, bool utc)
{
    struct tm tm;
    return utc || !take_apart(time_ns, utc, &tm) ? 0 : (int64_t)tm.tm_gmtoff * SECOND_NS;
}
