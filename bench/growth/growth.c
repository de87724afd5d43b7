/* growth: what a record costs, and what memory, for so many records, threads, call sites,
 * arguments, bytes, handlers. One measurement a process, which prints one line of JSON. */
#include "../text_handler.h"
#include "run.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <ringlog/ringlog.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_HANDLERS 64

static const char usage[] =
    "usage: growth [options]\n"
    "  --handler NAME   text (default), binary, null\n"
    "  --records N      of all threads together (default 1000000)\n"
    "  --warm N         before that, in each thread (default: 32768 in all, and at least 64)\n"
    "  --threads N      that log (default 1)\n"
    "  --sites N        call sites of two ints, used in turn: 1 (default) to 10000\n"
    "  --arguments N    instead: one call site of so many ints: 0 to 16\n"
    "  --length N       instead: one call site with a string of so many bytes\n"
    "  --handlers N     each with a file of its own (default 1)\n"
    "  --ring BYTES     of each thread (default: the library's)\n"
    "  --interval US    between the writer's looks (default: the library's)\n"
    "  --rate N         records a second, of all threads together, in bursts of 20; default: flat\n"
    "                   out\n"
    "  --out FILE       what is written, and by further handlers FILE.1 and so on (default\n"
    "                   /dev/null)\n";

enum {
    OPTION_HANDLER = 256,
    OPTION_RECORDS,
    OPTION_WARM,
    OPTION_THREADS,
    OPTION_SITES,
    OPTION_ARGUMENTS,
    OPTION_LENGTH,
    OPTION_HANDLERS,
    OPTION_RING,
    OPTION_INTERVAL,
    OPTION_RATE,
    OPTION_OUT,
    OPTION_HELP
};

static const struct option long_options[] = {
    {"handler", required_argument, NULL, OPTION_HANDLER},
    {"records", required_argument, NULL, OPTION_RECORDS},
    {"warm", required_argument, NULL, OPTION_WARM},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"sites", required_argument, NULL, OPTION_SITES},
    {"arguments", required_argument, NULL, OPTION_ARGUMENTS},
    {"length", required_argument, NULL, OPTION_LENGTH},
    {"handlers", required_argument, NULL, OPTION_HANDLERS},
    {"ring", required_argument, NULL, OPTION_RING},
    {"interval", required_argument, NULL, OPTION_INTERVAL},
    {"rate", required_argument, NULL, OPTION_RATE},
    {"out", required_argument, NULL, OPTION_OUT},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static struct {
    const char *handler, *out;
    struct run_plan plan;
    unsigned handlers, interval_us;
    size_t ring_bytes, length;
} options = {
    .handler = "text",
    .out = "/dev/null",
    .plan = {.calls = {.sites = 1, .arguments = -1}, .records = 1000000, .threads = 1},
    .handlers = 1,
    .ring_bytes = 256 << 10,
    .interval_us = 1000,
};

static ringlog_handler *handlers[MOST_HANDLERS];

/* ---- options ----------------------------------------------------------------------------------*/

static __attribute__((noreturn)) void refuse(const char *value)
{
    fprintf(stderr, "%s: what is this?\n%s", value, usage);
    exit(2);
}

static uint64_t number(uint64_t least, uint64_t most)
{
    char *end;
    errno = 0;
    const unsigned long long value = strtoull(optarg, &end, 10);
    if (errno != 0 || *end != '\0' || end == optarg || value < least || value > most)
        refuse(optarg);
    return value;
}

static const char *handler_name(void)
{
    if (strcmp(optarg, "text") != 0 && strcmp(optarg, "binary") != 0 && strcmp(optarg, "null") != 0)
        refuse(optarg);
    return optarg;
}

static const char *string_of(size_t length)
{
    char *string = malloc(length + 1);
    if (string == NULL)
        exit(1);
    for (size_t i = 0; i < length; i++)
        string[i] = (char)('a' + i % 26);
    string[length] = '\0';
    return string;
}

static void parse_one(int option)
{
    struct run_plan *plan = &options.plan;
    switch (option) {
    case OPTION_HANDLER:
        options.handler = handler_name();
        break;
    case OPTION_RECORDS:
        plan->records = number(1, UINT64_C(1) << 40);
        break;
    case OPTION_WARM:
        plan->warm = number(1, UINT64_C(1) << 40);
        break;
    case OPTION_THREADS:
        plan->threads = (unsigned)number(1, 100000);
        break;
    case OPTION_SITES:
        plan->calls.sites = (unsigned)number(1, MOST_SITES);
        break;
    case OPTION_ARGUMENTS:
        plan->calls.arguments = (int)number(0, MOST_ARGUMENTS);
        break;
    case OPTION_LENGTH:
        options.length = number(0, 256 << 10);
        plan->calls.string = string_of(options.length);
        break;
    case OPTION_HANDLERS:
        options.handlers = (unsigned)number(1, MOST_HANDLERS);
        break;
    case OPTION_RING:
        options.ring_bytes = number(4096, 1 << 30);
        break;
    case OPTION_INTERVAL:
        options.interval_us = (unsigned)number(10, 1000000);
        break;
    case OPTION_RATE:
        plan->rate = (double)number(1, 1000000000);
        break;
    case OPTION_OUT:
        options.out = optarg;
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
    for (int option; (option = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        parse_one(option);
    if (optind != argc)
        refuse(argv[optind]);
    struct run_plan *plan = &options.plan;
    if ((plan->calls.sites > 1) + (plan->calls.arguments >= 0) + (plan->calls.string != NULL) > 1)
        refuse("--sites, --arguments, --length");
    /* Each thread the same, and whole bursts. */
    const uint64_t share = plan->threads * (plan->rate > 0 ? (uint64_t)BURST_CALLS : 1);
    plan->records = (plan->records + share - 1) / share * share;
    if (plan->warm == 0)
        plan->warm = plan->threads < 512 ? 32768 / plan->threads : 64;
}

/* ---- the library ------------------------------------------------------------------------------*/

/* The first handler's file, or that of a further one. */
static char *path_of(unsigned index)
{
    char *path;
    const int length = index == 0 || strcmp(options.out, "/dev/null") == 0
                           ? asprintf(&path, "%s", options.out)
                           : asprintf(&path, "%s.%u", options.out, index);
    if (length < 0)
        exit(1);
    return path;
}

static int new_handler(unsigned index)
{
    if (strcmp(options.handler, "null") == 0)
        return ringlog_null_handler_new(&handlers[index]);
    char *path = path_of(index);
    const int result =
        strcmp(options.handler, "binary") == 0
            ? ringlog_binary_file_handler_new(&handlers[index], path, &bench_file_options)
            : bench_text_handler_new(&handlers[index], path);
    free(path);
    return result;
}

static int start(void)
{
    calls_start();
    int result = 0;
    for (unsigned i = 0; i < options.handlers && result == 0; i++) {
        result = new_handler(i);
        if (result == 0)
            result = ringlog_logger_add_handler(ringlog_root(), handlers[i]);
    }
    if (result == 0)
        result = ringlog_init(&(struct ringlog_options){.ring_bytes = options.ring_bytes,
                                                        .flush_interval_us = options.interval_us,
                                                        .full_policy = RINGLOG_FULL_BLOCK});
    if (result < 0)
        fprintf(stderr, "growth: %s\n", ringlog_last_error());
    return result;
}

/* ---- the line ---------------------------------------------------------------------------------*/

static uint64_t lost(const struct ringlog_counts *counts)
{
    return counts->lost_full + counts->lost_early + counts->lost_late + counts->lost_nested +
           counts->lost_library + counts->lost_memory + counts->handler_lost +
           counts->handler_errors;
}

static uint64_t bytes_written(void)
{
    uint64_t bytes = 0;
    for (unsigned i = 0; i < options.handlers; i++) {
        struct ringlog_handler_counts counts;
        ringlog_handler_stats(handlers[i], &counts);
        bytes += counts.bytes;
    }
    return bytes;
}

/* Every record, and each by every handler. */
static bool all_written(const struct run_plan *plan, const struct ringlog_counts *counts)
{
    const uint64_t logged = plan->records + plan->warm * plan->threads;
    bool all = counts->records_written == logged && lost(counts) == 0;
    for (unsigned i = 0; i < options.handlers; i++) {
        struct ringlog_handler_counts taken;
        ringlog_handler_stats(handlers[i], &taken);
        all = all && taken.records == logged;
    }
    return all;
}

static void print_setting(const struct run_plan *plan)
{
    printf("{\"handler\": \"%s\", \"records\": %" PRIu64 ", \"warm\": %" PRIu64
           ", \"threads\": %u, ",
           options.handler, plan->records, plan->warm * plan->threads, plan->threads);
    if (plan->calls.string != NULL)
        printf("\"length\": %zu, ", options.length);
    else if (plan->calls.arguments >= 0)
        printf("\"arguments\": %d, ", plan->calls.arguments);
    else
        printf("\"sites\": %u, ", plan->calls.sites);
    printf("\"handlers\": %u, \"ring_bytes\": %zu, \"interval_us\": %u, \"rate\": %.0f, ",
           options.handlers, options.ring_bytes, options.interval_us, plan->rate);
}

static void print_result(const struct run_plan *plan, const struct run_result *result,
                         const struct ringlog_counts *counts)
{
    const double ns = 1e9 / (double)plan->records;
    const uint64_t bytes = bytes_written();
    printf("\"wall_ns\": %.2f, \"cpu_ns\": %.2f, \"caller_ns\": %.2f, \"caller_cpu_ns\": %.2f, ",
           result->seconds * ns, result->cpu_seconds * ns, result->caller_seconds * ns,
           result->caller_cpu_seconds * ns);
    if (plan->rate > 0)
        printf("\"burst_p50_ns\": %.2f, \"burst_p99_ns\": %.2f, ", result->burst_p50_ns,
               result->burst_p99_ns);
    printf("\"resident_most_bytes\": %zu, \"resident_grown_bytes\": %zu, \"own_grown_bytes\": %zu, "
           "\"rings\": %" PRIu64 ", \"rings_bytes\": %" PRIu64 ", ",
           result->after.most_bytes, result->after.most_bytes - result->before.now_bytes,
           result->after.own_bytes - result->before.own_bytes, counts->rings,
           counts->rings * options.ring_bytes);
    printf("\"bytes_written\": %" PRIu64 ", \"record_bytes\": %.2f, ", bytes,
           (double)bytes / (double)(plan->records + plan->warm * plan->threads));
    printf("\"lost\": %" PRIu64 ", \"late\": %" PRIu64 ", \"blocked_calls\": %" PRIu64
           ", \"writer_looks\": %" PRIu64 ", \"dictionary_sites\": %" PRIu64 "}\n",
           lost(counts), counts->records_late, counts->blocked_calls, counts->writer_looks,
           counts->sites);
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    struct run_result result;
    if (run(&options.plan, start, &result) < 0)
        return 1;
    struct ringlog_counts counts;
    ringlog_stats(&counts);
    const bool whole = all_written(&options.plan, &counts);
    print_setting(&options.plan);
    print_result(&options.plan, &result, &counts);
    run_end();
    if (ringlog_shutdown(-1) < 0) {
        fprintf(stderr, "growth: %s\n", ringlog_last_error());
        return 1;
    }
    if (!whole) {
        fputs("growth: not every record was written\n", stderr);
        return 1;
    }
    return 0;
}
