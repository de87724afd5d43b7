#include "insight/stats.h"

#include "exit.h"
#include "insight/figures.h"
#include "insight/site.h"
#include "insight/terminal.h"
#include "output/out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR_CELLS 12

struct stats {
    struct sink sink;
    const struct options *options;
    struct figures figures;
    struct buffer line;
    size_t columns; /* 0: names are not cut off */
    double seconds;
};

static void take(struct sink *sink, const struct item *item)
{
    figures_take(&((struct stats *)sink)->figures, item);
}

static void note(struct sink *sink, const struct item *item)
{
    figures_note(&((struct stats *)sink)->figures, item);
}

/* ---- tables ---- */

/* What a row is called: the key of a tally. */
typedef void add_name(struct buffer *line, const struct tally *tally, size_t columns);

static void add_plain_name(struct buffer *line, const struct tally *tally, size_t columns)
{
    size_t length;
    const char *name = key_part(tally, 0, &length);
    if (length == 0)
        buffer_text(line, "(no name)");
    else
        shown_cut(line, name, length, columns);
}

/* "worker (4711)", "worker (4711 of process 12)" where there are several. */
static void add_id(struct buffer *line, const struct tally *tally, size_t columns)
{
    size_t length;
    const char *id = key_part(tally, 1, &length);
    add_plain_name(line, tally, columns > length + 3 ? columns - length - 3 : 1);
    buffer_printf(line, " (%.*s)", (int)length, id);
}

static void add_thread_name(struct buffer *line, const struct tally *tally, size_t columns)
{
    size_t length;
    const char *process = key_part(tally, 2, &length);
    add_id(line, tally, columns > length + 12 ? columns - length - 12 : 1);
    buffer_printf(line, " of process %.*s", (int)length, process);
}

static void add_process_name(struct buffer *line, const struct tally *tally, size_t columns)
{
    size_t length;
    const char *host = key_part(tally, 2, &length);
    add_id(line, tally, columns > length + 4 ? columns - length - 4 : 1);
    buffer_text(line, " on ");
    escape_for_terminal(line, host, length, false);
}

static void colour(struct stats *stats, const char *colour)
{
    if (stats->options->colour)
        buffer_text(&stats->line, colour);
}

/* "1,234  12.3 %  45.6/s  ████▌  name" */
static void print_row(struct stats *stats, const struct tally *tally, uint64_t most, add_name *name)
{
    struct buffer *line = &stats->line;
    size_t from = line->length;
    add_grouped(line, tally->count);
    pad_left(line, from, 13);
    const double share = 100.0 * (double)tally->count / (double)stats->figures.records;
    buffer_printf(line, " %6.2f %% ", share);
    from = line->length;
    if (stats->seconds > 0)
        add_measured(line, (double)tally->count / stats->seconds);
    else
        buffer_text(line, "-");
    pad_left(line, from, 9);
    buffer_text(line, "/s  ");
    const char *level = class_colour(level_class_of(tally->level));
    size_t left = 4096;
    if (stats->columns != 0) {
        from = line->length;
        bar_add(line, BAR_CELLS * (double)tally->count / (double)most);
        pad_right(line, from, BAR_CELLS + 1);
        left = stats->columns - 37 - BAR_CELLS - 1;
        colour(stats, level);
    }
    name(line, tally, stats->columns == 0 ? left : left < 10 ? 10 : left);
    if (stats->columns != 0)
        colour(stats, COLOUR_OFF);
    line_out(line);
}

static void print_heading(struct stats *stats, const struct table *table, const char *many,
                          size_t shown)
{
    const size_t all = table->count;
    struct buffer *line = &stats->line;
    line_out(line);
    colour(stats, COLOUR_BOLD);
    buffer_text(line, many);
    if (shown < all) {
        buffer_printf(line, ": top %zu of %s", shown, table->others.count != 0 ? "more than " : "");
        add_grouped(line, all);
    } else if (all != 1) {
        buffer_printf(line, ": %zu", all);
    }
    colour(stats, COLOUR_OFF);
    line_out(line);
}

static void print_table(struct stats *stats, const struct table *table, const char *many,
                        add_name *name)
{
    const uint64_t top = stats->options->top;
    const size_t shown = top == 0 || top > table->count ? table->count : (size_t)top;
    size_t *sorted = table_sorted(table);
    print_heading(stats, table, many, shown);
    const uint64_t most = table->tallies[sorted[0]].count;
    uint64_t rest = table->others.count;
    for (size_t i = 0; i < table->count; i++)
        if (i < shown)
            print_row(stats, &table->tallies[sorted[i]], most == 0 ? 1 : most, name);
        else
            rest += table->tallies[sorted[i]].count;
    if (rest != 0) {
        add_grouped(&stats->line, rest);
        pad_left(&stats->line, 0, 13);
        buffer_printf(&stats->line, " %6.2f %% %12s all others",
                      100.0 * (double)rest / (double)stats->figures.records, "");
        line_out(&stats->line);
    }
    free(sorted);
}

/* ---- what else there is to say ---- */

static void print_head(struct stats *stats)
{
    const struct figures *figures = &stats->figures;
    struct buffer *line = &stats->line;
    const uint64_t bytes = figures_bytes(figures);
    colour(stats, COLOUR_BOLD);
    add_grouped(line, figures->records);
    buffer_text(line, figures->records == 1 ? " record" : " records");
    colour(stats, COLOUR_OFF);
    if (stats->seconds > 0) {
        buffer_text(line, " in ");
        add_span(line, stats->seconds);
        buffer_text(line, ", ");
        add_measured(line, (double)figures->records / stats->seconds);
        buffer_text(line, "/s");
    }
    buffer_text(line, "; ");
    add_bytes(line, bytes);
    buffer_text(line, " read");
    line_out(line);
    if (figures->records == 0)
        return;
    const bool utc = stats->options->setup.format.utc;
    add_time(line, figures->first_ns, utc, "%Y-%m-%d %H:%M:%S", 6);
    buffer_text(line, " to ");
    add_time(line, figures->last_ns, utc, "%Y-%m-%d %H:%M:%S", 6);
    buffer_text(line, utc ? " UTC" : "");
    if (!utc)
        add_time(line, figures->last_ns, false, " %Z", 0);
    line_out(line);
}

static void print_losses(struct stats *stats)
{
    const struct figures *figures = &stats->figures;
    struct buffer *line = &stats->line;
    colour(stats, figures->lost != 0 ? class_colour(CLASS_WARNING) : "");
    buffer_text(line, "Lost before they were written: ");
    add_grouped(line, figures->lost);
    for (size_t i = 0; i < figures->reasons.count; i++) {
        const struct tally *reason = &figures->reasons.tallies[i];
        buffer_text(line, i == 0 ? " (" : ", ");
        escape_for_terminal(line, reason->key, reason->length, false);
        buffer_printf(line, ": %" PRIu64, reason->count);
    }
    buffer_text(line, figures->reasons.count == 0 ? "" : ")");
    colour(stats, figures->lost != 0 ? COLOUR_OFF : "");
    line_out(line);
    if (figures->gaps != 0) {
        colour(stats, class_colour(CLASS_ERROR));
        buffer_printf(line, "Gaps: %" PRIu64 " of ", figures->gaps);
        add_bytes(line, figures->gap_bytes);
        buffer_printf(line, ", %" PRIu64 " records missing", figures->missing);
        colour(stats, COLOUR_OFF);
        line_out(line);
    }
    if (figures->backwards != 0) {
        buffer_text(line, "Earlier than the one before: ");
        add_grouped(line, figures->backwards);
        line_out(line);
    }
}

static int end(struct sink *sink)
{
    struct stats *stats = (struct stats *)sink;
    const struct figures *figures = &stats->figures;
    stats->columns = isatty(STDOUT_FILENO) ? terminal_columns() : 0;
    stats->seconds = figures_seconds(figures);
    print_head(stats);
    print_losses(stats);
    if (figures->records != 0) {
        print_table(stats, &figures->levels, "Levels", add_plain_name);
        print_table(stats, &figures->loggers, "Loggers", add_plain_name);
        print_table(stats, &figures->processes, "Processes", add_process_name);
        print_table(stats, &figures->threads, "Threads", add_thread_name);
        print_table(stats, &figures->sites, "Call sites", add_site);
    }
    figures_free(&stats->figures);
    buffer_free(&stats->line);
    free(stats);
    return EXIT_FOUND;
}

struct sink *stats_sink_new(const struct options *options)
{
    struct stats *stats = must_have(calloc(1, sizeof *stats));
    stats->sink = (struct sink){.take = take, .note = note, .end = end, .ends_well = true};
    stats->options = options;
    return &stats->sink;
}
