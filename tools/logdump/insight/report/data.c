#include "insight/report/data.h"

#include "insight/site.h"
#include "insight/timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A page with more rows helps nobody. */
#define MOST_ROWS  200
#define MOST_SITES 40
#define BINS       60

void data_add_time(struct buffer *json, int64_t time_ns)
{
    const uint64_t size = time_ns < 0 ? (uint64_t)0 - (uint64_t)time_ns : (uint64_t)time_ns;
    buffer_printf(json, "%s%" PRIu64 ".%06" PRIu64, time_ns < 0 ? "-" : "", size / 1000000,
                  size % 1000000);
}

/* ---- figures ---- */

static void add_row(struct buffer *json, const struct tally *tally, unsigned parts)
{
    buffer_printf(json, "[%" PRIu64 ",%d", tally->count, (int)level_class_of(tally->level));
    for (unsigned i = 0; i < parts; i++) {
        size_t length;
        const char *part = key_part(tally, i, &length);
        buffer_append(json, ",", 1);
        shown_as_json(json, part, length);
    }
    buffer_append(json, "]", 1);
}

/* "name":{"count":..., "rows":[[records, class of level, part of the key, ...], ...]} */
static void add_table(struct buffer *json, const char *name, const struct table *table,
                      unsigned parts)
{
    size_t *sorted = table_sorted(table);
    buffer_printf(json, "\"%s\":{\"count\":%zu,\"rows\":[", name, table->count);
    for (size_t i = 0; i < table->count && i < MOST_ROWS; i++) {
        buffer_text(json, i == 0 ? "" : ",");
        add_row(json, &table->tallies[sorted[i]], parts);
    }
    buffer_text(json, "]}");
    free(sorted);
}

void data_add_figures(struct buffer *json, const struct figures *figures)
{
    buffer_printf(json, "\"records\":%" PRIu64 ",\"first\":", figures->records);
    data_add_time(json, figures->first_ns);
    buffer_text(json, ",\"last\":");
    data_add_time(json, figures->last_ns);
    buffer_printf(json,
                  ",\"bytes\":%" PRIu64 ",\"backwards\":%" PRIu64 ",\"lost\":%" PRIu64
                  ",\"losses\":%" PRIu64 ",\"gaps\":%" PRIu64 ",\"gap_bytes\":%" PRIu64
                  ",\"missing\":%" PRIu64 ",\n",
                  figures_bytes(figures), figures->backwards, figures->lost, figures->losses,
                  figures->gaps, figures->gap_bytes, figures->missing);
    add_table(json, "reasons", &figures->reasons, 1);
    buffer_text(json, ",\n");
    add_table(json, "levels", &figures->levels, 1);
    buffer_text(json, ",\n");
    add_table(json, "loggers", &figures->loggers, 1);
    buffer_text(json, ",\n");
    add_table(json, "threads", &figures->threads, 3);
    buffer_text(json, ",\n");
    add_table(json, "processes", &figures->processes, 3);
    buffer_text(json, ",\n");
    add_table(json, "sites", &figures->sites, 3);
}

/* ---- time ---- */

static void begin_grid(struct buffer *json, const struct grid *grid)
{
    buffer_text(json, "{\"width\":");
    data_add_time(json, grid->width_ns);
    buffer_printf(json, ",\"first\":%" PRId64 ",\"count\":%zu,\"pieces\":[", grid->first,
                  grid->count);
}

/* Pieces in which nothing is are left out: [number, records by class ..., lost]. */
void data_add_timeline(struct buffer *json, const struct grid *timeline)
{
    buffer_text(json, "\"timeline\":");
    begin_grid(json, timeline);
    const char *comma = "";
    for (size_t i = 0; i < timeline->count; i++) {
        const struct moment *moment = grid_element(timeline, i);
        if (moment->lost == 0 && moment_records(moment) == 0)
            continue;
        buffer_printf(json, "%s[%zu", comma, i);
        for (unsigned k = 0; k < CLASS_COUNT; k++)
            buffer_printf(json, ",%" PRIu64, moment->records[k]);
        buffer_printf(json, ",%" PRIu64 "]", moment->lost);
        comma = ",";
    }
    buffer_text(json, "]}");
}

/* ---- numbers that were logged ---- */

static const double quantiles[] = {0.5, 0.9, 0.99, 0.999};

static void add_quantiles(struct buffer *json, struct sketch *sketch, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        buffer_printf(json, "%s%.9Lg", i == 0 ? "" : ",", sketch_quantile(sketch, quantiles[i]));
}

static void add_distribution(struct buffer *json, struct sketch *sketch)
{
    uint64_t counts[BINS];
    long double bounds[BINS + 1];
    sketch_bins(sketch, BINS, counts, bounds);
    buffer_text(json, ",\"bounds\":[");
    for (size_t i = 0; i <= BINS; i++)
        buffer_printf(json, "%s%.6Lg", i == 0 ? "" : ",", bounds[i]);
    buffer_text(json, "],\"counts\":[");
    for (size_t i = 0; i < BINS; i++)
        buffer_printf(json, "%s%" PRIu64, i == 0 ? "" : ",", counts[i]);
    buffer_text(json, "]");
}

/* [number, count, p50, p90, p99, largest] */
static void add_over_time(struct buffer *json, const struct grid *grid)
{
    if (grid->elements == NULL)
        return;
    buffer_text(json, ",\"over\":");
    begin_grid(json, grid);
    const char *comma = "";
    for (size_t i = 0; i < grid->count; i++) {
        struct sketch *sketch = grid_element(grid, i);
        if (sketch->count == 0)
            continue;
        buffer_printf(json, "%s[%zu,%" PRIu64 ",", comma, i, sketch->count);
        add_quantiles(json, sketch, 3);
        buffer_printf(json, ",%.9Lg]", sketch->most);
        comma = ",";
    }
    buffer_text(json, "]}");
}

static void add_measured(struct buffer *json, struct measured *measured,
                         const struct figures *figures)
{
    struct sketch *sketch = &measured->sketch;
    struct buffer site = {0};
    if (measured->site == ALL_SITES)
        buffer_text(&site, "all call sites");
    else
        add_site(&site, &figures->sites.tallies[measured->site], 200);
    buffer_text(json, "{\"site\":");
    shown_as_json(json, site.data, site.length);
    buffer_free(&site);
    buffer_printf(json,
                  ",\"count\":%" PRIu64 ",\"not_finite\":%" PRIu64 ",\"others\":%" PRIu64
                  ",\"unplaced\":%" PRIu64,
                  sketch->count, sketch->not_finite, measured->others, sketch->unplaced);
    if (sketch->count != 0) {
        buffer_printf(json, ",\"min\":%.20Lg,\"max\":%.20Lg,\"mean\":%.9Lg,\"quantiles\":[",
                      sketch->least, sketch->most, sketch->sum / (long double)sketch->count);
        add_quantiles(json, sketch, sizeof quantiles / sizeof *quantiles);
        buffer_text(json, "]");
        add_distribution(json, sketch);
        add_over_time(json, &measured->over_time);
    }
    buffer_text(json, "}");
}

static void add_argument(struct buffer *json, const struct argument *argument,
                         const struct figures *figures)
{
    buffer_text(json, "\n{\"name\":");
    shown_as_json(json, argument->name, strlen(argument->name));
    buffer_printf(json, ",\"sites\":%zu,\"list\":[", argument->count - 1);
    const char *comma = "";
    if (argument_is_common(argument) && argument->count > 2) {
        add_measured(json, &argument->list[0], figures);
        comma = ",\n";
    }
    size_t *sorted = arguments_sorted(argument);
    for (size_t i = 0; i + 1 < argument->count && i < MOST_SITES; i++) {
        buffer_text(json, comma);
        add_measured(json, &argument->list[sorted[i]], figures);
        comma = ",\n";
    }
    free(sorted);
    buffer_text(json, "]}");
}

void data_add_arguments(struct buffer *json, const struct arguments *arguments,
                        const struct figures *figures)
{
    buffer_printf(json, "\"error\":%g,\"arguments\":[", SKETCH_ERROR);
    for (size_t i = 0; i < arguments->count; i++) {
        buffer_text(json, i == 0 ? "" : ",");
        add_argument(json, &arguments->list[i], figures);
    }
    buffer_text(json, "]");
}
