/* latency: what a log call costs its caller, beside the least that it could cost.
 *
 * The floor is one read of the processor's counter and the stores of the record's bytes into
 * memory that is hot in L1. Floor and log call take turns, burst by burst, in one run, and their
 * ratio is the result: absolute figures depend on the machine and on what else it does. */
#include "../place.h"
#include "coarse.h"
#include "measure.h"
#include "report.h"

#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>

#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    struct plan plan;
    struct setting setting;
    const char *json_path;
    const char *svg_path;
    bool histograms;
};

static const char usage[] =
    "usage: latency [options]\n"
    "  -b, --bursts N        bursts of 20 calls for each message (default 50000: 11 minutes)\n"
    "  -s, --singles N       bursts of singly timed calls (default: a tenth of --bursts)\n"
    "  -p, --pause-us N      between bursts (default 1000)\n"
    "  -m, --message NAME    only this one: static, string, int, two ints, double, complex\n"
    "      --sleep           pause asleep, which leaves the core's caches to whoever runs then;\n"
    "                        default: in a loop\n"
    "      --realtime        run the thread that logs under SCHED_FIFO: nothing else gets its "
    "core\n"
    "      --core N          the core that logs (default: the last one allowed)\n"
    "      --writer-core N   the core of the writer (default: the last but that one; -1: left to "
    "the\n"
    "                        scheduler)\n"
    "      --ring-bytes N    default: the library's\n"
    "      --flush-us N      default: the library's\n"
    "      --clock NAME      tsc (default), monotonic, coarse: then also how old its times are\n"
    "      --handler NAME    null: format nothing (default); or a path for a text file\n"
    "      --json FILE       write a report\n"
    "      --svg FILE        write a plot\n"
    "      --histograms      draw histograms also when stdout is no terminal\n"
    "  -q, --quiet           no progress on stderr\n";

enum {
    OPTION_SLEEP = 256,
    OPTION_REALTIME,
    OPTION_CORE,
    OPTION_WRITER_CORE,
    OPTION_RING,
    OPTION_FLUSH,
    OPTION_CLOCK,
    OPTION_HANDLER,
    OPTION_JSON,
    OPTION_SVG,
    OPTION_HISTOGRAMS,
    OPTION_HELP
};

static const struct option long_options[] = {
    {"bursts", required_argument, NULL, 'b'},
    {"singles", required_argument, NULL, 's'},
    {"message", required_argument, NULL, 'm'},
    {"pause-us", required_argument, NULL, 'p'},
    {"sleep", no_argument, NULL, OPTION_SLEEP},
    {"realtime", no_argument, NULL, OPTION_REALTIME},
    {"core", required_argument, NULL, OPTION_CORE},
    {"writer-core", required_argument, NULL, OPTION_WRITER_CORE},
    {"ring-bytes", required_argument, NULL, OPTION_RING},
    {"flush-us", required_argument, NULL, OPTION_FLUSH},
    {"clock", required_argument, NULL, OPTION_CLOCK},
    {"handler", required_argument, NULL, OPTION_HANDLER},
    {"json", required_argument, NULL, OPTION_JSON},
    {"svg", required_argument, NULL, OPTION_SVG},
    {"histograms", no_argument, NULL, OPTION_HISTOGRAMS},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static long number(const char *text, long least)
{
    char *end;
    errno = 0;
    const long value = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0' || end == text || value < least) {
        fprintf(stderr, "latency: %s: not a number from %ld up\n", text, least);
        exit(2);
    }
    return value;
}

static const char *known_message(const char *name)
{
    for (size_t i = 0; i < subject_count; i++)
        if (subjects[i].kind == KIND_RINGLOG && strcmp(subjects[i].message, name) == 0)
            return name;
    fprintf(stderr, "latency: %s: no such message\n", name);
    exit(2);
}

static enum ringlog_clock known_clock(const char *name)
{
    for (int clock = RINGLOG_CLOCK_TSC; clock <= RINGLOG_CLOCK_COARSE; clock++)
        if (strcmp(clock_name((enum ringlog_clock)clock), name) == 0)
            return (enum ringlog_clock)clock;
    fprintf(stderr, "latency: %s: no such clock\n", name);
    exit(2);
}

static struct options parse(int argc, char **argv)
{
    struct options options = {
        .plan = {.bursts = 50000, .pause_us = 1000},
        .setting = {.handler = "null", .producer_core = place_last_core(), .writer_core = -2},
        .histograms = isatty(STDOUT_FILENO),
    };
    bool singles_given = false;
    for (int option; (option = getopt_long(argc, argv, "b:s:m:p:q", long_options, NULL)) != -1;) {
        switch (option) {
        case 'b':
            options.plan.bursts = (unsigned)number(optarg, 1);
            break;
        case 's':
            options.plan.singles = (unsigned)number(optarg, 1);
            singles_given = true;
            break;
        case 'p':
            options.plan.pause_us = (unsigned)number(optarg, 0);
            break;
        case 'm':
            options.plan.message = known_message(optarg);
            break;
        case 'q':
            options.plan.quiet = true;
            break;
        case OPTION_SLEEP:
            options.plan.sleep = true;
            break;
        case OPTION_REALTIME:
            options.setting.realtime = true;
            break;
        case OPTION_CORE:
            options.setting.producer_core = (int)number(optarg, 0);
            break;
        case OPTION_WRITER_CORE:
            options.setting.writer_core = (int)number(optarg, -1);
            break;
        case OPTION_RING:
            options.setting.ring_bytes = (size_t)number(optarg, 0);
            break;
        case OPTION_FLUSH:
            options.setting.flush_interval_us = (unsigned)number(optarg, 0);
            break;
        case OPTION_CLOCK:
            options.setting.clock = known_clock(optarg);
            break;
        case OPTION_HANDLER:
            options.setting.handler = optarg;
            break;
        case OPTION_JSON:
            options.json_path = optarg;
            break;
        case OPTION_SVG:
            options.svg_path = optarg;
            break;
        case OPTION_HISTOGRAMS:
            options.histograms = true;
            break;
        case OPTION_HELP:
            fputs(usage, stdout);
            exit(0);
        default:
            fputs(usage, stderr);
            exit(2);
        }
    }
    if (!singles_given)
        options.plan.singles = (options.plan.bursts + 9) / 10;
    if (options.plan.singles > options.plan.bursts)
        options.plan.singles = options.plan.bursts;
    if (options.setting.writer_core == -2)
        options.setting.writer_core = place_other_core(options.setting.producer_core);
    return options;
}

static void become_realtime(struct setting *setting)
{
    if (setting->realtime &&
        sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1}) != 0) {
        fprintf(stderr, "latency: SCHED_FIFO: %s; goes on without\n", strerror(errno));
        setting->realtime = false;
    }
}

/* ---- the library ---- */

static ringlog_handler *new_handler(const char *name)
{
    ringlog_handler *handler;
    const int result = strcmp(name, "null") == 0 ? ringlog_null_handler_new(&handler)
                                                 : ringlog_file_handler_new(&handler, name, NULL);
    return result < 0 ? NULL : handler;
}

static int start_ringlog(const struct setting *setting)
{
    ringlog_handler *handler = new_handler(setting->handler);
    if (handler == NULL)
        return -1;
    ringlog_logger *enabled = ringlog_get_logger("bench.enabled");
    ringlog_logger *disabled = ringlog_get_logger("bench.disabled");
    ringlog_logger_set_level(enabled, RINGLOG_INFO);
    ringlog_logger_set_level(disabled, RINGLOG_WARNING);
    ringlog_logger_add_handler(ringlog_root(), handler);
    ringlog_handler_unref(handler);
    subjects_use(enabled, disabled);
    return ringlog_init(&(struct ringlog_options){.ring_bytes = setting->ring_bytes,
                                                  .flush_interval_us = setting->flush_interval_us,
                                                  .clock = setting->clock});
}

static void tell_losses(void)
{
    struct ringlog_counts counts;
    ringlog_stats(&counts);
    if (counts.lost_full + counts.blocked_calls != 0)
        fprintf(stderr, "latency: %llu calls waited for room, %llu records were lost\n",
                (unsigned long long)counts.blocked_calls, (unsigned long long)counts.lost_full);
}

/* ---- reports ---- */

static FILE *create(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        fprintf(stderr, "latency: %s: %s\n", path, strerror(errno));
    return file;
}

static int finish(FILE *file, const char *path)
{
    const int failed = ferror(file);
    if (fclose(file) == 0 && !failed)
        return 0;
    fprintf(stderr, "latency: %s: could not be written\n", path);
    return -1;
}

static int write_reports(const struct options *options, const struct measurement *measurement)
{
    int result = 0;
    if (options->json_path != NULL) {
        FILE *file = create(options->json_path);
        if (file == NULL)
            return -1;
        report_json(file, measurement, &options->plan, &options->setting);
        result |= finish(file, options->json_path);
    }
    if (options->svg_path != NULL) {
        FILE *file = create(options->svg_path);
        if (file == NULL)
            return -1;
        report_svg(file, measurement);
        result |= finish(file, options->svg_path);
    }
    return result;
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    place_self(options.setting.writer_core); /* which the library's threads inherit */
    if (start_ringlog(&options.setting) < 0) {
        fprintf(stderr, "latency: %s\n", ringlog_last_error());
        return 1;
    }
    place_self(options.setting.producer_core);
    become_realtime(&options.setting);
    ringlog_thread_init();

    struct measurement measurement = {0};
    if (measure(&measurement, &options.plan) < 0) {
        fprintf(stderr, "latency: out of memory\n");
        return 1;
    }
    tell_losses();
    struct coarse coarse;
    if (options.setting.clock == RINGLOG_CLOCK_COARSE &&
        coarse_measure(&coarse, measurement.ns_per_tick) == 0)
        options.setting.coarse = &coarse;
    report_table(stdout, &measurement);
    report_coarse(stdout, &options.setting);
    if (options.histograms)
        report_histograms(stdout, &measurement);
    const int result = write_reports(&options, &measurement);
    measurement_free(&measurement);
    ringlog_shutdown(-1);
    return result < 0 ? 1 : 0;
}
