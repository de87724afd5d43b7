/* The plot: percentile across, so that each step is ten times rarer, and latency upwards. */
#include "report.h"

#include <math.h>

#define PANEL_WIDTH  300
#define PANEL_HEIGHT 220
#define MARGIN_LEFT  56
#define MARGIN_TOP   64
#define GAP_ACROSS   48
#define GAP_DOWN     64
#define COLUMNS      3

#define LEAST_NS 5.0
#define MOST_NS  10000.0
#define NINES    4.0 /* the right edge: one in ten thousand */

static double place_x(double part)
{
    const double rarity = -log10(1 - part); /* 0.9: 1, 0.99: 2 */
    return fmin(rarity, NINES) / NINES * PANEL_WIDTH;
}

static double place_y(double ns)
{
    const double height = log(fmax(ns, LEAST_NS) / LEAST_NS) / log(MOST_NS / LEAST_NS);
    return PANEL_HEIGHT * (1 - fmin(height, 1));
}

static void draw_grid(FILE *out)
{
    static const struct {
        double part;
        const char *label;
    } across[] = {{0.5, "p50"}, {0.9, "p90"}, {0.99, "p99"}, {0.999, "p99.9"}, {0.9999, "p99.99"}};
    static const double up[] = {5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};
    for (size_t i = 0; i < sizeof across / sizeof *across; i++) {
        const double x = place_x(across[i].part);
        fprintf(out, "<path class='grid' d='M%.1f 0V%d'/>", x, PANEL_HEIGHT);
        fprintf(out, "<text class='tick' x='%.1f' y='%d' text-anchor='middle'>%s</text>\n", x,
                PANEL_HEIGHT + 16, across[i].label);
    }
    for (size_t i = 0; i < sizeof up / sizeof *up; i++) {
        const double y = place_y(up[i]);
        fprintf(out, "<path class='grid' d='M0 %.1fH%d'/>", y, PANEL_WIDTH);
        fprintf(out, "<text class='tick' x='-6' y='%.1f' text-anchor='end'>%g</text>\n", y + 4,
                up[i]);
    }
}

static void draw_curve(FILE *out, const struct result *result, double ns_per_tick,
                       const char *class)
{
    fprintf(out, "<path class='%s' d='", class);
    for (int step = 0; step <= 120; step++) {
        const double part = 1 - pow(10, -NINES * step / 120);
        const double ns =
            samples_quantile(&result->burst, part, ns_per_tick / result->burst_calls, 0);
        fprintf(out, "%c%.1f %.1f", step == 0 ? 'M' : 'L', place_x(part), place_y(ns));
    }
    fputs("'/>\n", out);
}

static void draw_panel(FILE *out, const struct pair *pair, size_t k, double ns_per_tick)
{
    const int x = MARGIN_LEFT + (int)(k % COLUMNS) * (PANEL_WIDTH + GAP_ACROSS);
    const int y = MARGIN_TOP + (int)(k / COLUMNS) * (PANEL_HEIGHT + GAP_DOWN);
    fprintf(out, "<g transform='translate(%d %d)'>\n", x, y);
    fprintf(out, "<text class='name' x='0' y='-10'>%s: %.1f ns, floor %.1f ns (medians)</text>\n",
            pair->floor->subject->message, pair->ringlog->burst_ns.p50, pair->floor->burst_ns.p50);
    draw_grid(out);
    draw_curve(out, pair->floor, ns_per_tick, "floor");
    draw_curve(out, pair->ringlog, ns_per_tick, "ringlog");
    fputs("</g>\n", out);
}

void report_svg(FILE *out, const struct measurement *measurement)
{
    struct pair pair;
    size_t panels = 0;
    while (report_pair(measurement, panels, &pair))
        panels++;
    const int rows = (int)((panels + COLUMNS - 1) / COLUMNS);
    const int width = MARGIN_LEFT + COLUMNS * (PANEL_WIDTH + GAP_ACROSS);
    const int height = MARGIN_TOP + rows * (PANEL_HEIGHT + GAP_DOWN);
    fprintf(out,
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'>\n",
            width, height, width, height);
    fputs("<style>svg{background:#fff;font:12px sans-serif}path{fill:none}"
          ".grid{stroke:#ddd}.tick{fill:#666;font-size:10px}.name{font-weight:bold}"
          ".floor{stroke:#888;stroke-width:1.5;stroke-dasharray:5 3}"
          ".ringlog{stroke:#0060c0;stroke-width:2}</style>\n",
          out);
    fprintf(out,
            "<text x='%d' y='22'>Latency of a log call (ns, means of bursts of %d) over "
            "percentile. Dashed: the floor, one read of the counter and the same bytes stored into "
            "L1. Solid: ringlog.</text>\n",
            MARGIN_LEFT, BURST_CALLS);
    for (size_t k = 0; report_pair(measurement, k, &pair); k++)
        draw_panel(out, &pair, k, measurement->ns_per_tick);
    fputs("</svg>\n", out);
}
