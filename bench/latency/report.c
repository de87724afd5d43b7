#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

/* The most that a call's median may cost, as a multiple of its floor's. */
#define BAR 1.3

bool report_pair(const struct measurement *measurement, size_t k, struct pair *pair)
{
    for (size_t i = 0; i + 1 < subject_count; i++) {
        if (subjects[i].kind != KIND_FLOOR || measurement->results[i].burst.count == 0 || k-- != 0)
            continue;
        pair->floor = &measurement->results[i];
        pair->ringlog = &measurement->results[i + 1];
        return true;
    }
    return false;
}

static const struct result *result_of(const struct measurement *measurement, enum kind kind)
{
    for (size_t i = 0; i < subject_count; i++)
        if (subjects[i].kind == kind)
            return &measurement->results[i];
    return NULL;
}

/* ---- ratios ---- */

struct ratio {
    double whole;       /* of the run's medians */
    double least, most; /* of the medians of a slice */
    double quiet;       /* of the least medians of any slice: what other programs disturbed least */
};

static double least_median(const struct result *result)
{
    double least = result->burst_ns.p50;
    for (size_t s = 0; s < SLICES; s++)
        if (result->slice_p50[s] != 0 && result->slice_p50[s] < least)
            least = result->slice_p50[s];
    return least;
}

static struct ratio ratio_of(const struct pair *pair)
{
    const double whole = pair->ringlog->burst_ns.p50 / pair->floor->burst_ns.p50;
    struct ratio ratio = {whole, whole, whole,
                          least_median(pair->ringlog) / least_median(pair->floor)};
    for (size_t s = 0; s < SLICES; s++) {
        if (pair->floor->slice_p50[s] == 0)
            continue; /* fewer bursts than slices */
        const double slice = pair->ringlog->slice_p50[s] / pair->floor->slice_p50[s];
        ratio.least = slice < ratio.least ? slice : ratio.least;
        ratio.most = slice > ratio.most ? slice : ratio.most;
    }
    return ratio;
}

/* ---- the table ---- */

static void print_summary(FILE *out, const struct summary *ns)
{
    fprintf(out, "%7.1f %7.1f %7.1f %8.0f %9.0f", ns->p50, ns->p90, ns->p99, ns->p999, ns->max);
}

static void print_row(FILE *out, const char *message, const char *what, const struct result *result)
{
    fprintf(out, "%-14s %-8s", message, what);
    print_summary(out, &result->burst_ns);
    fputs("  |", out);
    print_summary(out, &result->single_ns);
}

void report_table(FILE *out, const struct measurement *measurement)
{
    fprintf(out, "%u calls in a row, ns a call %29s|  one call, timer taken off (ns)\n",
            BURST_CALLS, "");
    fprintf(out, "%-23s%7s %7s %7s %8s %9s  |%7s %7s %7s %8s %9s  p50/floor  slices  quiet\n", "",
            "p50", "p90", "p99", "p99.9", "max", "p50", "p90", "p99", "p99.9", "max");
    struct pair pair;
    for (size_t k = 0; report_pair(measurement, k, &pair); k++) {
        const struct ratio ratio = ratio_of(&pair);
        print_row(out, pair.floor->subject->message, "floor", pair.floor);
        print_row(out, "\n", "ringlog", pair.ringlog);
        fprintf(out, "  %.2f  %.2f-%.2f  %.2f%s\n", ratio.whole, ratio.least, ratio.most,
                ratio.quiet, ratio.whole <= BAR ? "" : "  above the bar");
    }
    print_row(out, "counter alone", "", result_of(measurement, KIND_COUNTER));
    fputc('\n', out);
    const double empty = result_of(measurement, KIND_EMPTY)->burst_ns.p50;
    const double disabled = result_of(measurement, KIND_DISABLED)->burst_ns.p50;
    fprintf(
        out,
        "p50/floor: ratio of the medians, which is to be %.1f at most; in each tenth of the run; "
        "of the least\nmedians of a tenth, which other programs disturbed least.\n",
        BAR);
    fprintf(out, "empty loop %.2f ns; disabled call %.2f ns, %.2f more than the empty loop\n",
            empty, disabled, disabled - empty);
}

/* ---- histograms on the terminal ---- */

#define LEAST_NS   4.0
#define OCTAVES    9
#define PER_OCTAVE 8
#define BINS       (OCTAVES * PER_OCTAVE)

static size_t bin_of(double ns)
{
    const double bin = log2(ns / LEAST_NS) * PER_OCTAVE;
    return bin < 0 ? 0 : bin >= BINS ? BINS - 1 : (size_t)bin;
}

/* One character a bin; height is the logarithm of the count, so that the tail is seen. */
static void print_histogram(FILE *out, const struct result *result, double ns_per_tick)
{
    static const char *const bars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    size_t counts[BINS] = {0};
    for (size_t i = 0; i < result->burst.count; i++)
        counts[bin_of(result->burst.ticks[i] * ns_per_tick / result->burst_calls)]++;
    const double most = log2((double)result->burst.count + 1);
    for (size_t i = 0; i < BINS; i++)
        fputs(bars[(size_t)ceil(log2((double)counts[i] + 1) / most * 8)], out);
    fputc('\n', out);
}

void report_histograms(FILE *out, const struct measurement *measurement)
{
    fputs("\nMeans of bursts; heights are logarithmic\n", out);
    struct pair pair;
    for (size_t k = 0; report_pair(measurement, k, &pair); k++) {
        fprintf(out, "%-14s floor   ", pair.floor->subject->message);
        print_histogram(out, pair.floor, measurement->ns_per_tick);
        fprintf(out, "%-14s ringlog ", "");
        print_histogram(out, pair.ringlog, measurement->ns_per_tick);
    }
    fprintf(out, "%-22s ", "ns");
    for (int octave = 0; octave < OCTAVES; octave++)
        fprintf(out, "%-*.0f", PER_OCTAVE, LEAST_NS * (1 << octave));
    fputc('\n', out);
}

/* ---- JSON ---- */

const char *clock_name(enum ringlog_clock clock)
{
    static const char *const names[] = {"tsc", "monotonic", "coarse"};
    return names[clock];
}

void report_coarse(FILE *out, const struct setting *setting)
{
    const struct coarse *coarse = setting->coarse;
    if (coarse == NULL)
        return;
    fprintf(out,
            "\nThe coarse clock's times are %.0f us old in the middle, %.0f at p99, %.0f at p99.9, "
            "%.0f at most;\nits thread uses %.2f %% of a core.\n",
            coarse->age_ns.p50 / 1000, coarse->age_ns.p99 / 1000, coarse->age_ns.p999 / 1000,
            coarse->age_ns.max / 1000, 100 * coarse->core_share);
}

static void print_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        if ((unsigned char)*text >= ' ')
            fputc(*text, out);
    }
    fputc('"', out);
}

static void print_member(FILE *out, const char *name, const char *value)
{
    fprintf(out, "    \"%s\": ", name);
    print_string(out, value);
    fputs(",\n", out);
}

static void print_cpu(FILE *out)
{
    char line[512] = "";
    char model[512] = "unknown";
    FILE *info = fopen("/proc/cpuinfo", "r");
    while (info != NULL && fgets(line, sizeof line, info) != NULL)
        if (sscanf(line, "model name : %511[^\n]", model) == 1)
            break;
    if (info != NULL)
        fclose(info);
    print_member(out, "cpu", model);
}

static void print_machine(FILE *out)
{
    struct utsname name;
    if (uname(&name) == 0) {
        print_member(out, "kernel", name.release);
        print_member(out, "architecture", name.machine);
    }
    print_cpu(out);
#if defined(__clang__)
    print_member(out, "compiler", __VERSION__);
#else
    print_member(out, "compiler", "gcc " __VERSION__);
#endif
    char date[32];
    const time_t now = time(NULL);
    struct tm utc;
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    fputs("    \"date\": ", out);
    print_string(out, date);
    fputc('\n', out);
}

static void print_json_summary(FILE *out, const char *name, const struct summary *ns)
{
    fprintf(out,
            "\"%s\": {\"p50\": %.2f, \"p90\": %.2f, \"p99\": %.2f, \"p99.9\": %.2f, \"max\": %.2f}",
            name, ns->p50, ns->p90, ns->p99, ns->p999, ns->max);
}

static void print_json_result(FILE *out, const char *name, const struct result *result)
{
    fprintf(out, "\"%s\": {", name);
    print_json_summary(out, "burst_mean_ns", &result->burst_ns);
    fputs(", ", out);
    print_json_summary(out, "single_ns", &result->single_ns);
    fputs(", \"slice_p50_ns\": [", out);
    for (size_t s = 0; s < SLICES; s++)
        fprintf(out, "%s%.2f", s == 0 ? "" : ", ", result->slice_p50[s]);
    fputs("]}", out);
}

static void print_json_pairs(FILE *out, const struct measurement *measurement)
{
    struct pair pair;
    for (size_t k = 0; report_pair(measurement, k, &pair); k++) {
        const struct ratio ratio = ratio_of(&pair);
        fprintf(out, "%s    {\"message\": \"%s\", \"format\": ", k == 0 ? "" : ",\n",
                pair.floor->subject->message);
        print_string(out, pair.floor->subject->text);
        fputs(",\n     ", out);
        print_json_result(out, "floor", pair.floor);
        fputs(",\n     ", out);
        print_json_result(out, "ringlog", pair.ringlog);
        fprintf(out, ",\n     \"ratio_p50\": %.3f, \"ratio_p50_least\": %.3f, ", ratio.whole,
                ratio.least);
        fprintf(out, "\"ratio_p50_most\": %.3f, \"ratio_quiet\": %.3f}", ratio.most, ratio.quiet);
    }
}

void report_json(FILE *out, const struct measurement *measurement, const struct plan *plan,
                 const struct setting *setting)
{
    fputs("{\n  \"machine\": {\n", out);
    print_machine(out);
    fprintf(out,
            "  },\n  \"run\": {\"bursts\": %u, \"calls_per_burst\": %u, \"single_bursts\": %u, "
            "\"pause_us\": %u, \"pause\": \"%s\", \"realtime\": %s, \"handler\": \"%s\", "
            "\"producer_core\": %d, "
            "\"writer_core\": %d, \"ring_bytes\": %zu, \"flush_interval_us\": %u, "
            "\"clock\": \"%s\", \"seconds\": %.1f, \"ns_per_tick\": %.6f, \"timer_ns\": %.2f},\n",
            plan->bursts, BURST_CALLS, plan->singles, plan->pause_us,
            plan->sleep ? "sleep" : "spin", setting->realtime ? "true" : "false", setting->handler,
            setting->producer_core, setting->writer_core, setting->ring_bytes,
            setting->flush_interval_us, clock_name(setting->clock), measurement->seconds,
            measurement->ns_per_tick, measurement->timer_ticks * measurement->ns_per_tick);
    if (setting->coarse != NULL) {
        fputs("  \"coarse_clock\": {", out);
        print_json_summary(out, "age_ns", &setting->coarse->age_ns);
        fprintf(out, ", \"core_share\": %.5f},\n", setting->coarse->core_share);
    }
    fputs("  \"baseline\": {", out);
    print_json_result(out, "empty_loop", result_of(measurement, KIND_EMPTY));
    fputs(",\n    ", out);
    print_json_result(out, "counter", result_of(measurement, KIND_COUNTER));
    fputs(",\n    ", out);
    print_json_result(out, "disabled_call", result_of(measurement, KIND_DISABLED));
    fputs("},\n  \"messages\": [\n", out);
    print_json_pairs(out, measurement);
    fputs("\n  ]\n}\n", out);
}
