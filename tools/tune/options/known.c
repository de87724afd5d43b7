#include "options/options.h"
#include "output/complain.h"
#include "output/quantity.h"
#include "record.h"
#include "shared/known_options.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* A number within limits, of some unit. */
struct limits {
    const char *option, *what;
    double least, most;
    bool binary, whole;
};

static bool take_number(const struct limits *limits, const char *text, double *value)
{
    double number;
    if (!quantity_parse(text, limits->binary, &number)) {
        complain("--%s: \"%s\" is not a number of %s", limits->option, text, limits->what);
        return false;
    }
    if (number < limits->least || number > limits->most ||
        (limits->whole && number != floor(number))) {
        complain("--%s: %s is out of range: %s%.15g to %.15g %s", limits->option, text,
                 limits->whole ? "whole numbers, " : "", limits->least, limits->most, limits->what);
        return false;
    }
    *value = number;
    return true;
}

static bool take_rate(struct options *options, const char *text)
{
    const struct limits limits = {"rate", "records a second", 0.001, 1e9, false, false};
    options->has_rate = true;
    return take_number(&limits, text, &options->load.rate);
}

static bool take_burst(struct options *options, const char *text)
{
    const struct limits limits = {"burst", "records", 0, 1e8, false, true};
    return take_number(&limits, text, &options->load.burst);
}

static bool take_burst_rate(struct options *options, const char *text)
{
    const struct limits limits = {"burst-rate", "records a second", 1, 1e9, false, false};
    return take_number(&limits, text, &options->load.burst_rate);
}

static bool take_bytes(struct options *options, const char *text)
{
    const struct limits limits = {"bytes", "bytes", 0, RECORD_MOST_ARGUMENT_BYTES, true, true};
    double bytes;
    if (!take_number(&limits, text, &bytes))
        return false;
    options->load.argument_bytes = (uint64_t)bytes;
    options->has_bytes = true;
    return true;
}

static bool take_format(struct options *options, const char *format)
{
    options->format = format;
    return true;
}

static bool take_threads(struct options *options, const char *text)
{
    const struct limits limits = {"threads", "threads", 1, 1024, false, true};
    double threads;
    if (!take_number(&limits, text, &threads))
        return false;
    options->load.threads = (unsigned)threads;
    return true;
}

static bool take_stall(struct options *options, const char *text)
{
    const struct limits limits = {"stall", "milliseconds", 0, 60000, false, false};
    return take_number(&limits, text, &options->load.stall_ms);
}

static bool take_delay(struct options *options, const char *text)
{
    const struct limits limits = {"delay", "milliseconds", 0.01, 60000, false, false};
    return take_number(&limits, text, &options->load.delay_ms);
}

static bool take_binary(struct options *options, const char *none)
{
    (void)none;
    return options->load.binary = true;
}

static bool take_reserve(struct options *options, const char *none)
{
    (void)none;
    return options->load.reserve = true;
}

static bool take_folder(struct options *options, const char *folder)
{
    options->folder = folder;
    return true;
}

static bool take_null(struct options *options, const char *none)
{
    (void)none;
    return options->null = true;
}

static bool take_time(struct options *options, const char *text)
{
    const struct limits limits = {"time", "seconds", 0.01, 600, false, false};
    return take_number(&limits, text, &options->seconds);
}

static bool take_check(struct options *options, const char *none)
{
    (void)none;
    return options->check = true;
}

static bool take_ring_bytes(struct options *options, const char *text)
{
    const struct limits limits = {"ring-bytes", "bytes", 4096, 1 << 30, true, true};
    double bytes;
    if (!take_number(&limits, text, &bytes))
        return false;
    options->ring_bytes = (uint64_t)bytes;
    return true;
}

static bool take_flush_interval(struct options *options, const char *text)
{
    const struct limits limits = {"flush-interval", "microseconds", 10, 1000000, false, true};
    double us;
    if (!take_number(&limits, text, &us))
        return false;
    options->flush_interval_us = (uint32_t)us;
    return true;
}

static bool take_json(struct options *options, const char *none)
{
    (void)none;
    return options->json = true;
}

const struct known_option known_options[] = {
    {.help = "What your program logs (k, M and G are understood: 20k):"},
    {"rate", 'r', "N", take_rate,
     "records a second of each thread, all the time; without it nothing is recommended, only "
     "measured"},
    {"threads", 't', "N", take_threads, "threads that log (1)"},
    {"burst", 'b', "N", take_burst, "records that each thread logs at once, on top of that (0)"},
    {"burst-rate", 0, "N", take_burst_rate,
     "records a second in a burst (back to back: as fast as calls go)"},
    {"bytes", 0, "N", take_bytes,
     "of a record's arguments (32): an int 4, a long, double or pointer 8, a string its length "
     "and 4"},
    {"format", 'f', "FORMAT", take_format,
     "or: the format of a call, whose arguments are then counted; what its %s show may be given "
     "as EXAMPLEs (16 bytes if not)"},
    {"binary", 0, NULL, take_binary, "into a binary log (not given: into a text file)"},
    {.help = "What it shall stand:"},
    {"stall", 0, "MS", take_stall,
     "a write(2) that hangs so long, without any call that waits (100)"},
    {"delay", 0, "MS", take_delay, "so long a line may take to be in the file (1)"},
    {"reserve", 0, NULL, take_reserve,
     "an eighth of each ring is kept for WARNING and above: reserve_for_warnings"},
    {.help = "Where to, for measuring:"},
    {"folder", 'd', "FOLDER", take_folder,
     "on the file system of this folder (the current one); nothing is left there"},
    {"null", 0, NULL, take_null, "into /dev/null instead: the writer alone, without a file system"},
    {"time", 0, "SECONDS", take_time, "of each measurement (1)"},
    {.help = "Whether it is right:"},
    {"check", 'c', NULL, take_check,
     "run that load, stalls and bursts at once, and see whether any call has to wait"},
    {"ring-bytes", 0, "N", take_ring_bytes, "check this size (not given: the recommended one)"},
    {"flush-interval", 0, "US", take_flush_interval, "and this interval"},
    {.help = "And:"},
    {"json", 0, NULL, take_json, "all of it as one JSON object"},
    {"help", 'h', NULL, NULL, "this"},
    {"version", 'V', NULL, NULL, "which one this is"},
    {.name = NULL},
};
