#include "insight/summary.h"

#include "exit.h"
#include "insight/arguments.h"
#include "insight/figures.h"
#include "insight/site.h"
#include "insight/terminal.h"
#include "output/out.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BINS      40
#define COLUMN    11
#define QUANTILES 4

struct summary {
    struct sink sink;
    const struct options *options;
    struct figures figures;
    struct arguments arguments;
    struct buffer line;
};

static void take(struct sink *sink, const struct item *item)
{
    struct summary *summary = (struct summary *)sink;
    arguments_take(&summary->arguments, item, figures_take(&summary->figures, item));
}

/* ---- numbers ---- */

/* Whole numbers of 64 bits as they are, others with four digits. */
static void add_number(struct buffer *line, long double number)
{
    const long double size = fabsl(number);
    if (size < 18446744073709551616.0L && (size >= 1000 || number == floorl(number)))
        buffer_printf(line, "%.0Lf", number);
    else
        buffer_printf(line, "%.4Lg", number);
}

/* What is too long for its column is rounded: the least and the largest are below in full. */
static void add_cell(struct buffer *line, long double number)
{
    const size_t from = line->length;
    buffer_append(line, " ", 1);
    add_number(line, number);
    if (line->length - from > COLUMN) {
        line->length = from;
        buffer_printf(line, " %.4Lg", number);
    }
    pad_left(line, from, COLUMN);
}

/* "▁▂▅█▃▁ ": each column's height is its share of the highest. */
static void add_shape(struct buffer *line, struct sketch *sketch)
{
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    uint64_t counts[BINS], most = 1;
    sketch_bins(sketch, BINS, counts, NULL);
    for (size_t i = 0; i < BINS; i++)
        most = counts[i] > most ? counts[i] : most;
    for (size_t i = 0; i < BINS; i++) {
        const size_t height = (size_t)ceil(8.0 * (double)counts[i] / (double)most);
        buffer_text(line, height == 0 ? " " : blocks[height - 1]);
    }
}

/* ---- output ---- */

static void colour(struct summary *summary, const char *colour)
{
    if (summary->options->colour)
        buffer_text(&summary->line, colour);
}

static void print_oddities(struct summary *summary, const struct measured *measured)
{
    struct buffer *line = &summary->line;
    const struct sketch *sketch = &measured->sketch;
    if (sketch->not_finite == 0 && measured->others == 0 && sketch->unplaced == 0)
        return;
    buffer_text(line, "   besides:");
    if (sketch->not_finite != 0)
        buffer_printf(line, " %" PRIu64 " not a number or infinite", sketch->not_finite);
    if (measured->others != 0)
        buffer_printf(line, " %" PRIu64 " that are text", measured->others);
    if (sketch->unplaced != 0)
        buffer_printf(line, " %" PRIu64 " in no percentile, for want of memory", sketch->unplaced);
    line_out(line);
}

static void print_figures(struct summary *summary, struct sketch *sketch)
{
    static const double quantiles[QUANTILES] = {0.5, 0.9, 0.99, 0.999};
    struct buffer *line = &summary->line;
    const size_t from = line->length;
    add_grouped(line, sketch->count);
    pad_left(line, from, COLUMN);
    add_cell(line, sketch->least);
    for (size_t i = 0; i < QUANTILES; i++)
        add_cell(line, sketch_quantile(sketch, quantiles[i]));
    add_cell(line, sketch->most);
    add_cell(line, sketch->sum / (long double)sketch->count);
    line_out(line);
    buffer_text(line, "   ");
    add_number(line, sketch->least);
    buffer_text(line, " ▕");
    colour(summary, "\x1b[36m");
    add_shape(line, sketch);
    colour(summary, COLOUR_OFF);
    buffer_text(line, "▏ ");
    add_number(line, sketch->most);
    line_out(line);
}

static void print_measured(struct summary *summary, struct measured *measured)
{
    struct buffer *line = &summary->line;
    const size_t columns = isatty(STDOUT_FILENO) ? terminal_columns() : 4096;
    colour(summary, COLOUR_BOLD);
    if (measured->site == ALL_SITES)
        buffer_text(line, "all call sites");
    else
        add_site(line, &summary->figures.sites.tallies[measured->site], columns);
    colour(summary, COLOUR_OFF);
    line_out(line);
    if (measured->sketch.count != 0)
        print_figures(summary, &measured->sketch);
    print_oddities(summary, measured);
}

static void print_heading(struct summary *summary, const struct argument *argument, size_t shown)
{
    static const char *const names[] = {"count", "min",   "p50", "p90",
                                        "p99",   "p99.9", "max", "mean"};
    struct buffer *line = &summary->line;
    const size_t sites = argument->count - 1;
    colour(summary, COLOUR_BOLD);
    escape_for_terminal(line, argument->name, strlen(argument->name), false);
    colour(summary, COLOUR_OFF);
    buffer_text(line, shown < sites ? ": top " : ": ");
    if (shown < sites)
        buffer_printf(line, "%zu of ", shown);
    buffer_printf(line, "%zu call site%s; percentiles to within %.1f %%", sites,
                  sites == 1 ? "" : "s", 100 * SKETCH_ERROR);
    line_out(line);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        buffer_printf(line, "%*s", COLUMN, names[i]);
    line_out(line);
}

static void print_argument(struct summary *summary, struct argument *argument)
{
    const uint64_t top = summary->options->top;
    const size_t sites = argument->count - 1;
    const size_t shown = top == 0 || top > sites ? sites : (size_t)top;
    if (sites == 0) {
        escape_for_terminal(&summary->line, argument->name, strlen(argument->name), false);
        buffer_text(&summary->line, ": no record has it");
        line_out(&summary->line);
        return;
    }
    print_heading(summary, argument, shown);
    if (argument_is_common(argument) && sites > 1)
        print_measured(summary, &argument->list[0]);
    size_t *sorted = arguments_sorted(argument);
    for (size_t i = 0; i < shown; i++)
        print_measured(summary, &argument->list[sorted[i]]);
    free(sorted);
}

static int end(struct sink *sink)
{
    struct summary *summary = (struct summary *)sink;
    for (size_t i = 0; i < summary->arguments.count; i++) {
        if (i != 0)
            line_out(&summary->line);
        print_argument(summary, &summary->arguments.list[i]);
    }
    arguments_free(&summary->arguments);
    figures_free(&summary->figures);
    buffer_free(&summary->line);
    free(summary);
    return EXIT_FOUND;
}

struct sink *summary_sink_new(const struct options *options)
{
    struct summary *summary = must_have(calloc(1, sizeof *summary));
    summary->sink = (struct sink){.take = take, .end = end, .ends_well = true};
    summary->options = options;
    arguments_begin(&summary->arguments, options, false);
    return &summary->sink;
}
