#include "insight/histogram.h"

#include "exit.h"
#include "insight/terminal.h"
#include "output/out.h"

#include <stdlib.h>

#define COUNT_COLUMNS 10

struct histogram {
    struct sink sink;
    const struct options *options;
    struct grid timeline;
    struct buffer line;
};

/* What is printed: pieces of the timeline, put together to rows. */
struct rows {
    struct moment *list;
    size_t count;
    int64_t first, width_ns, offset_ns; /* a row begins at (first + i) * width_ns - offset_ns */
    const char *time_format;
    int digits;
    uint64_t most;     /* records of a row */
    struct moment all; /* of them together */
    size_t bar_cells, label_columns;
};

static void take(struct sink *sink, const struct item *item)
{
    timeline_take(&((struct histogram *)sink)->timeline, item);
}

/* ---- rows ---- */

/* What lies before the beginning of time is there. */
static int64_t bounded_sum(int64_t a, int64_t b)
{
    int64_t sum;
    if (!__builtin_add_overflow(a, b, &sum))
        return sum;
    return a < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t bounded_product(int64_t number, int64_t width_ns)
{
    int64_t product;
    if (!__builtin_mul_overflow(number, width_ns, &product))
        return product;
    return number < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t begin_of(const struct rows *rows, size_t number)
{
    return bounded_sum(bounded_product(rows->first + (int64_t)number, rows->width_ns),
                       -rows->offset_ns);
}

/* As little of a date and a time as tells one row from the next. */
static void choose_labels(struct rows *rows)
{
    const int64_t second_ns = 1000000000;
    const bool one_day = bounded_product(rows->first, rows->width_ns) / (86400 * second_ns) ==
                         bounded_product(rows->first + (int64_t)rows->count - 1, rows->width_ns) /
                             (86400 * second_ns);
    if (rows->width_ns >= 86400 * second_ns)
        rows->time_format = "%Y-%m-%d";
    else if (rows->width_ns >= 60 * second_ns)
        rows->time_format = one_day ? "%H:%M" : "%m-%d %H:%M";
    else
        rows->time_format = one_day ? "%H:%M:%S" : "%m-%d %H:%M:%S";
    for (int64_t unit = second_ns; rows->width_ns % unit != 0; unit /= 1000)
        rows->digits += 3;
}

static int64_t begin_of_piece(const struct grid *timeline, size_t number)
{
    return bounded_product(timeline->first + (int64_t)number, timeline->width_ns);
}

static int64_t row_of(const struct rows *rows, int64_t time_ns)
{
    return floor_divide(bounded_sum(time_ns, rows->offset_ns), rows->width_ns);
}

/* The width of a row: the least that fits so many of them on the screen. */
static void choose_width(struct rows *rows, const struct grid *timeline, bool utc)
{
    const size_t wanted = terminal_rows() - 6;
    const int64_t begin_ns = begin_of_piece(timeline, 0);
    const int64_t last_ns = begin_of_piece(timeline, timeline->count - 1);
    rows->offset_ns = zone_offset_ns(begin_ns, utc);
    if (rows->offset_ns % timeline->width_ns != 0)
        rows->offset_ns = 0;
    for (rows->width_ns = timeline->width_ns;;
         rows->width_ns = grid_nice_width(rows->width_ns + 1, timeline->width_ns)) {
        rows->first = row_of(rows, begin_ns);
        rows->count = (size_t)(row_of(rows, last_ns) - rows->first) + 1;
        if (rows->count <= wanted)
            return;
    }
}

static void fill(struct rows *rows, const struct grid *timeline)
{
    rows->list = must_have(calloc(rows->count, sizeof *rows->list));
    for (size_t i = 0; i < timeline->count; i++) {
        const int64_t row = row_of(rows, begin_of_piece(timeline, i)) - rows->first;
        moment_merge(&rows->list[row], grid_element(timeline, i));
    }
    for (size_t i = 0; i < rows->count; i++) {
        const uint64_t records = moment_records(&rows->list[i]);
        rows->most = records > rows->most ? records : rows->most;
        moment_merge(&rows->all, &rows->list[i]);
    }
}

/* ---- bars ---- */

/* The worst next to the axis: that is where lengths can be compared. */
static void add_coloured_bar(struct buffer *line, const size_t cells[CLASS_COUNT])
{
    static const char *const colours[CLASS_COUNT] = {"\x1b[90m", "\x1b[36m", "\x1b[33m", "\x1b[31m",
                                                     "\x1b[35m"};
    for (unsigned i = CLASS_COUNT; i-- > 0;) {
        if (cells[i] == 0)
            continue;
        buffer_text(line, colours[i]);
        bar_add(line, (double)cells[i]);
        buffer_text(line, COLOUR_OFF);
    }
}

static void add_plain_bar(struct buffer *line, const size_t cells[CLASS_COUNT])
{
    static const char *const shades[CLASS_COUNT] = {"░", "▒", "▓", "█", "█"};
    for (unsigned i = CLASS_COUNT; i-- > 0;)
        for (size_t k = 0; k < cells[i]; k++)
            buffer_text(line, shades[i]);
}

/* What is there at all has a cell: one error among a million records is seen. */
static void share_cells(const struct rows *rows, const struct moment *moment,
                        size_t cells[CLASS_COUNT])
{
    const uint64_t records = moment_records(moment);
    /* Where nothing but losses is, there are no bars. */
    const double scale = rows->most == 0 ? 0 : (double)rows->bar_cells / (double)rows->most;
    size_t used = 0;
    size_t all = (size_t)((double)records * scale + 0.5);
    for (unsigned i = CLASS_COUNT; i-- > 0;) {
        cells[i] = (size_t)((double)moment->records[i] * scale + 0.5);
        if (cells[i] == 0 && moment->records[i] != 0)
            cells[i] = 1;
        used += cells[i];
    }
    all = all == 0 && records != 0 ? 1 : all;
    for (unsigned i = 0; i < CLASS_COUNT; i++)
        for (; used > all && cells[i] > 1; used--)
            cells[i]--;
    for (unsigned i = 0; i < CLASS_WARNING; i++)
        for (; used > rows->bar_cells && cells[i] > 0; used--)
            cells[i]--;
}

/* ---- output ---- */

static void add_count(struct histogram *histogram, uint64_t count, size_t columns,
                      enum level_class level)
{
    struct buffer *line = &histogram->line;
    const bool coloured = histogram->options->colour && count != 0 && level != CLASS_INFO;
    buffer_text(line, coloured ? class_colour(level) : "");
    const size_t from = line->length;
    if (count != 0 || level == CLASS_INFO)
        add_grouped(line, count);
    pad_left(line, from, columns);
    buffer_text(line, coloured ? COLOUR_OFF : "");
}

static void print_row(struct histogram *histogram, const struct rows *rows, size_t number)
{
    struct buffer *line = &histogram->line;
    const struct moment *moment = &rows->list[number];
    size_t cells[CLASS_COUNT];
    add_time(line, begin_of(rows, number), histogram->options->setup.format.utc, rows->time_format,
             rows->digits);
    add_count(histogram, moment_records(moment), COUNT_COLUMNS, CLASS_INFO);
    add_count(histogram, moment->records[CLASS_WARNING], COUNT_COLUMNS, CLASS_WARNING);
    add_count(histogram, moment->records[CLASS_ERROR] + moment->records[CLASS_CRITICAL],
              COUNT_COLUMNS, CLASS_ERROR);
    if (rows->all.lost != 0)
        add_count(histogram, moment->lost, COUNT_COLUMNS, CLASS_CRITICAL);
    buffer_text(line, " ");
    share_cells(rows, moment, cells);
    (histogram->options->colour ? add_coloured_bar : add_plain_bar)(line, cells);
    line_out(line);
}

static void print_column_heads(struct histogram *histogram, const struct rows *rows)
{
    struct buffer *line = &histogram->line;
    buffer_printf(line, "%*s%*s%*s", (int)(rows->label_columns + COUNT_COLUMNS), "records",
                  COUNT_COLUMNS, "warnings", COUNT_COLUMNS, "errors");
    if (rows->all.lost != 0)
        buffer_printf(line, "%*s", COUNT_COLUMNS, "lost");
    line_out(line);
}

static void print_legend(struct histogram *histogram)
{
    static const char *const names[CLASS_COUNT] = {"debug", "info", "warn", "error", "critical"};
    struct buffer *line = &histogram->line;
    for (unsigned i = CLASS_COUNT; i-- > 0;) {
        size_t cells[CLASS_COUNT] = {0};
        cells[i] = 1;
        buffer_text(line, i + 1 == CLASS_COUNT ? "" : "  ");
        (histogram->options->colour ? add_coloured_bar : add_plain_bar)(line, cells);
        buffer_printf(line, " %s", names[i]);
    }
    line_out(line);
}

static void print_head(struct histogram *histogram, const struct rows *rows)
{
    struct buffer *line = &histogram->line;
    const bool utc = histogram->options->setup.format.utc;
    add_grouped(line, moment_records(&rows->all));
    buffer_text(line, " records from ");
    add_time(line, begin_of(rows, 0), utc, "%Y-%m-%d %H:%M:%S", 0);
    if (utc)
        buffer_text(line, " UTC");
    else
        add_time(line, begin_of(rows, 0), false, " %Z", 0);
    buffer_text(line, ", a row is ");
    add_span(line, (double)rows->width_ns / 1e9);
    line_out(line);
    print_legend(histogram);
    print_column_heads(histogram, rows);
}

static void choose_bar(struct rows *rows, struct histogram *histogram)
{
    struct buffer *line = &histogram->line;
    add_time(line, begin_of(rows, 0), histogram->options->setup.format.utc, rows->time_format,
             rows->digits);
    rows->label_columns = line->length;
    line->length = 0;
    const size_t columns = terminal_columns(),
                 others = rows->label_columns + 1 + COUNT_COLUMNS * (rows->all.lost != 0 ? 4 : 3);
    rows->bar_cells = columns > others + 8 ? columns - others : 8;
}

static int end(struct sink *sink)
{
    struct histogram *histogram = (struct histogram *)sink;
    struct rows rows = {0};
    if (histogram->timeline.count == 0) {
        out_printf("0 records\n");
    } else {
        choose_width(&rows, &histogram->timeline, histogram->options->setup.format.utc);
        fill(&rows, &histogram->timeline);
        choose_labels(&rows);
        choose_bar(&rows, histogram);
        print_head(histogram, &rows);
        for (size_t i = 0; i < rows.count; i++)
            print_row(histogram, &rows, i);
    }
    free(rows.list);
    grid_free(&histogram->timeline);
    buffer_free(&histogram->line);
    free(histogram);
    return EXIT_FOUND;
}

struct sink *histogram_sink_new(const struct options *options)
{
    struct histogram *histogram = must_have(calloc(1, sizeof *histogram));
    histogram->sink = (struct sink){.take = take, .end = end, .ends_well = true};
    histogram->options = options;
    timeline_begin(&histogram->timeline);
    return &histogram->sink;
}
