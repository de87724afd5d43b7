/* peer_main: what every peer's program is linked with. Places threads, warms up, measures, and
 * prints one line of JSON. */
#include "../latency/measure.h"
#include "../latency/timer.h"
#include "../place.h"
#include "beside.h"
#include "flat.h"
#include "warm.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] =
    "usage: PEER [options]\n"
    "  --mode flat|latency   throughput (default), or latency\n"
    "  --message NAME        static, string, int (default), two_ints, double, complex, iid, siid\n"
    "  --varied              arguments from a table, instead of constants\n"
    "  --count N             flat: messages (default 1000000); latency: bursts of 20 calls (2000)\n"
    "  --singles N           latency: bursts of singly timed calls (default: a fifth of --count)\n"
    "  --warm N              messages before that (default: as many as the table has rows)\n"
    "  --threads N           that log (default 1); more than one run on any core. latency: the\n"
    "                        calls of one are timed\n"
    "  --path FILE           what is written (default /dev/null)\n"
    "  --variant NAME        what the peer can be told to be\n"
    "  --ring-bytes N        of the queue of each thread (default 1 MiB)\n"
    "  --core N              that logs (default: the last one)\n"
    "  --backend-core N      of all other threads (default: the last but one)\n"
    "  --variants            print the variants\n"
    "  --rows                print the message's text and its arguments\n";

enum {
    OPTION_MODE = 256,
    OPTION_MESSAGE,
    OPTION_VARIED,
    OPTION_COUNT,
    OPTION_SINGLES,
    OPTION_WARM,
    OPTION_THREADS,
    OPTION_PATH,
    OPTION_VARIANT,
    OPTION_RING_BYTES,
    OPTION_CORE,
    OPTION_BACKEND_CORE,
    OPTION_VARIANTS,
    OPTION_ROWS,
    OPTION_HELP
};

static const struct option long_options[] = {
    {"mode", required_argument, NULL, OPTION_MODE},
    {"message", required_argument, NULL, OPTION_MESSAGE},
    {"varied", no_argument, NULL, OPTION_VARIED},
    {"count", required_argument, NULL, OPTION_COUNT},
    {"singles", required_argument, NULL, OPTION_SINGLES},
    {"warm", required_argument, NULL, OPTION_WARM},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"path", required_argument, NULL, OPTION_PATH},
    {"variant", required_argument, NULL, OPTION_VARIANT},
    {"ring-bytes", required_argument, NULL, OPTION_RING_BYTES},
    {"core", required_argument, NULL, OPTION_CORE},
    {"backend-core", required_argument, NULL, OPTION_BACKEND_CORE},
    {"variants", no_argument, NULL, OPTION_VARIANTS},
    {"rows", no_argument, NULL, OPTION_ROWS},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static struct {
    bool latency, varied, rows;
    enum peer_message message;
    unsigned count, singles, warm;
    int core, backend_core;
    struct peer_options peer;
} options = {
    .message = PEER_INT,
    .singles = UINT32_MAX,
    .warm = 65536,
    .core = -1,
    .backend_core = -1,
    .peer = {.path = "/dev/null", .ring_bytes = 1 << 20, .threads = 1},
};

/* ---- options ----------------------------------------------------------------------------------*/

static __attribute__((noreturn)) void refuse(const char *value)
{
    fprintf(stderr, "%s: what is this?\n%s", value, usage);
    exit(2);
}

static unsigned number(const char *text, unsigned least)
{
    char *end;
    errno = 0;
    const unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || *end != '\0' || end == text || value < least || value > UINT32_MAX / 2)
        refuse(text);
    return (unsigned)value;
}

static bool mode_of(const char *name)
{
    const bool latency = strcmp(name, "latency") == 0;
    if (!latency && strcmp(name, "flat") != 0)
        refuse(name);
    return latency;
}

static const char *variant_of(const char *name)
{
    for (size_t i = 0; peer_variants[i] != NULL; i++)
        if (strcmp(peer_variants[i], name) == 0)
            return peer_variants[i];
    refuse(name);
}

static void print_variants(void)
{
    for (size_t i = 0; peer_variants[i] != NULL; i++)
        puts(peer_variants[i]);
}

static void parse_one(int option)
{
    switch (option) {
    case OPTION_MODE:
        options.latency = mode_of(optarg);
        break;
    case OPTION_MESSAGE:
        options.message = table_message_of(optarg);
        if (options.message == PEER_MESSAGES)
            refuse(optarg);
        break;
    case OPTION_VARIED:
        options.varied = true;
        break;
    case OPTION_COUNT:
        options.count = number(optarg, 1);
        break;
    case OPTION_SINGLES:
        options.singles = number(optarg, 0);
        break;
    case OPTION_WARM:
        options.warm = number(optarg, 1);
        break;
    case OPTION_THREADS:
        options.peer.threads = number(optarg, 1);
        break;
    case OPTION_PATH:
        options.peer.path = optarg;
        break;
    case OPTION_VARIANT:
        options.peer.variant = variant_of(optarg);
        break;
    case OPTION_RING_BYTES:
        options.peer.ring_bytes = number(optarg, 4096);
        break;
    case OPTION_CORE:
        options.core = (int)number(optarg, 0);
        break;
    case OPTION_BACKEND_CORE:
        options.backend_core = (int)number(optarg, 0);
        break;
    case OPTION_VARIANTS:
        print_variants();
        exit(0);
    case OPTION_ROWS:
        options.rows = true;
        break;
    case OPTION_HELP:
        fputs(usage, stdout);
        exit(0);
    default:
        fputs(usage, stderr);
        exit(2);
    }
}

static void parse(int argc, char **argv)
{
    options.peer.variant = peer_variants[0];
    for (int option; (option = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        parse_one(option);
    if (optind != argc)
        refuse(argv[optind]);
    if (options.core < 0)
        options.core = place_last_core();
    if (options.backend_core < 0)
        options.backend_core = place_other_core(options.core);
    if (options.count == 0)
        options.count = options.latency ? 2000 : 1000000;
    if (options.singles > options.count)
        options.singles = (options.count + 4) / 5;
    if (options.count < options.peer.threads)
        options.count = options.peer.threads;
}

/* ---- latency: as bench/latency, of one call ---------------------------------------------------*/

static struct columns columns;
static size_t row;

static void log_burst(unsigned calls)
{
    peer_loops[options.message].log(&columns, row, calls);
    row += calls;
}

static void log_singles(unsigned calls, uint32_t *ticks)
{
    peer_loops[options.message].time(&columns, row, calls, ticks);
    row += calls;
}

static void empty_burst(unsigned calls)
{
    (void)calls;
}

static void empty_singles(unsigned calls, uint32_t *ticks)
{
    for (unsigned i = 0; i < calls; i++) {
        const uint64_t start = timer_start();
        ticks[i] = (uint32_t)(timer_stop() - start);
    }
}

const struct subject subjects[] = {
    {"", "", KIND_EMPTY, empty_burst, empty_singles},
    {"", "", KIND_RINGLOG, log_burst, log_singles},
};
const size_t subject_count = sizeof subjects / sizeof *subjects;

void subjects_heat(void)
{
}

static void print_summary(const char *name, const struct summary *ns)
{
    printf(
        ", \"%s\": {\"p50\": %.2f, \"p90\": %.2f, \"p99\": %.2f, \"p99.9\": %.2f, \"max\": %.2f}",
        name, ns->p50, ns->p90, ns->p99, ns->p999, ns->max);
}

static int run_latency(void)
{
    const unsigned beside_count = options.peer.threads - 1;
    const struct plan plan = {.bursts = options.count,
                              .singles = options.singles,
                              .pause_us = 1000,
                              .sleep = beside_count != 0, /* they need the core */
                              .quiet = true};
    struct measurement measurement = {0};
    struct beside *beside = NULL;
    peer_thread_start();
    warm_up(options.message, &columns, options.warm);
    if (beside_count != 0) {
        beside = beside_start(beside_count, options.message, &columns, options.warm, plan.pause_us);
        if (beside == NULL)
            return -1;
    }
    if (measure(&measurement, &plan) < 0) {
        fputs("no memory\n", stderr);
        return -1;
    }
    if (beside != NULL)
        beside_stop(beside);
    peer_thread_end();
    if (peer_finish() < 0)
        return -1;
    print_summary("burst_mean_ns", &measurement.results[1].burst_ns);
    print_summary("single_ns", &measurement.results[1].single_ns);
    printf(", \"timer_ns\": %.2f", measurement.timer_ticks * measurement.ns_per_tick);
    measurement_free(&measurement);
    return 0;
}

/* ---- flat -------------------------------------------------------------------------------------*/

static double bytes_found;

static int add_bytes(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)path, (void)place;
    if (kind == FTW_F && S_ISREG(status->st_mode))
        bytes_found += (double)status->st_size;
    return 0;
}

static int run_flat(void)
{
    const unsigned threads = options.peer.threads;
    const struct flat_plan plan = {options.message, columns, options.count / threads * threads,
                                   options.warm, threads};
    struct flat_result result;
    if (measure_flat(&plan, &result) < 0)
        return -1;
    nftw(options.peer.path, add_bytes, 16, FTW_PHYS);
    const double count = plan.count, messages = count + (double)plan.warm * threads;
    printf(", \"count\": %u, \"messages\": %.0f, \"seconds\": %.6f, \"call_seconds\": %.6f",
           plan.count, messages, result.seconds, result.call_seconds);
    printf(
        ", \"millions_per_s\": %.4f, \"call_ns\": %.2f, \"cpu_ns\": %.2f, \"caller_share\": %.3f",
        count / result.seconds / 1e6, result.call_seconds * 1e9 / count,
        result.cpu_seconds * 1e9 / count, result.caller_cpu_seconds / result.cpu_seconds);
    printf(", \"file_bytes\": %.2f", bytes_found / messages);
    return 0;
}

/* A peer that does not do it counts none. */
__attribute__((weak)) double peer_cpu_elsewhere(void)
{
    return 0;
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    columns = table_columns(options.message, options.varied);
    if (options.rows) {
        table_print(stdout, options.message, &columns);
        return 0;
    }
    place_self(options.backend_core);
    if (peer_start(&options.peer) < 0)
        return 1;
    place_others(options.backend_core);
    place_self(options.peer.threads == 1 ? options.core : -1);
    printf("{\"variant\": \"%s\", \"mode\": \"%s\", \"message\": \"%s\", \"varied\": %s, "
           "\"threads\": %u",
           options.peer.variant, options.latency ? "latency" : "flat",
           table_message_name(options.message), options.varied ? "true" : "false",
           options.peer.threads);
    if ((options.latency ? run_latency() : run_flat()) < 0)
        return 1;
    puts("}");
    return 0;
}
