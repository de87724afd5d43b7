/* ringlog-tune: which ring_bytes and flush_interval_us a program should give to ringlog_init().
 *
 *     options/    what is asked for
 *     measure/    this machine, and a load on it
 *     advise.c    from both to settings
 *     output/     what was found */
#include "advise.h"
#include "exit.h"
#include "measure/apart.h"
#include "measure/check.h"
#include "measure/measure.h"
#include "options/options.h"
#include "output/complain.h"
#include "output/progress.h"
#include "output/report.h"

#include <stdio.h>

static bool measure(const char *what, apart_work work, const void *task, void *result, size_t bytes)
{
    char why[APART_WHY_BYTES];
    progress_step(what);
    if (apart_run(work, task, result, bytes, why))
        return true;
    complain("%s: %s", what, why);
    return false;
}

#define MEASURE(what, work, task, result) measure(what, work, task, result, sizeof *(result))

static bool measure_machine(const struct options *options, struct machine *machine)
{
    struct task task = {
        .seconds = options->seconds,
        .argument_bytes = options->load.argument_bytes,
        .target.folder = options->null ? NULL : options->folder,
        .sleep_us = advise_sleep_us(&options->load),
    };
    struct task binary = task;
    binary.target.binary = true;
    return MEASURE("log calls", measure_calls, &task, &machine->call_ns) &&
           MEASURE("the writer, to text", measure_drain, &task, &machine->text) &&
           MEASURE("the writer, to binary", measure_drain, &binary, &machine->binary) &&
           MEASURE("waking up", measure_wakes, &task, &machine->wakes) &&
           MEASURE("write(2)", measure_writes, &task, &machine->writes);
}

/* The settings that were recommended, or those that somebody has. */
static bool run_check(const struct options *options, struct findings *findings, struct check *check)
{
    const struct advice *advice = findings->advice;
    const bool own_ring = options->ring_bytes != 0, own_interval = options->flush_interval_us != 0;
    if (!own_ring && advice->ring_bytes == 0)
        return true; /* there is nothing to check */
    findings->checked_ring_bytes = own_ring ? options->ring_bytes : advice->ring_bytes;
    findings->checked_flush_interval_us =
        own_interval ? options->flush_interval_us : advice->flush_interval_us;
    const struct check_task task = {
        .load = options->load,
        .stall_ms = options->load.stall_ms,
        .seconds = options->seconds,
        .target = {.folder = options->null ? NULL : options->folder,
                   .binary = options->load.binary},
        .ring_bytes = findings->checked_ring_bytes,
        .flush_interval_us = findings->checked_flush_interval_us,
        .order_window_us = advice->order_window_us,
    };
    if (!MEASURE("the load, with these settings", check_run, &task, check))
        return false;
    findings->check = check;
    return true;
}

static int verdict(const struct findings *findings)
{
    if (findings->check != NULL)
        return findings->check->confirmed ? EXIT_GOOD : EXIT_NOT;
    if (findings->advice != NULL && findings->advice->ring_bytes == 0)
        return EXIT_NOT;
    return EXIT_GOOD;
}

static int tune(const struct options *options)
{
    struct machine machine;
    struct check check;
    struct findings findings = {.options = options, .machine = &machine};
    progress_begin(options->check ? 6 : 5);
    if (!measure_machine(options, &machine))
        return EXIT_FAILED;
    struct advice advice;
    if (options->has_rate) {
        advice = advise(&options->load, &machine);
        findings.advice = &advice;
    }
    if (options->check && !run_check(options, &findings, &check))
        return EXIT_FAILED;
    progress_hide();
    (options->json ? report_json : report_text)(&findings);
    if (fflush(stdout) != 0) {
        complain("standard output could not be written");
        return EXIT_FAILED;
    }
    return verdict(&findings);
}

int main(int argc, char **argv)
{
    struct options options;
    int code;
    return options_parse(&options, argc, argv, &code) ? tune(&options) : code;
}
