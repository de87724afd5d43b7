#include "logdump.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_FORMAT                                                                             \
    "%(asctime)s %(levelname)-8s %(name)s [%(threadName)s] %(filename)s:%(lineno)d: %(message)s"

enum {
    OPTION_LOGGER = 256,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_FORMAT,
    OPTION_DATEFMT,
    OPTION_UTC,
    OPTION_RAW,
    OPTION_COLOUR,
};

static const struct option known[] = {
    {"level", required_argument, NULL, 'l'},
    {"logger", required_argument, NULL, OPTION_LOGGER},
    {"since", required_argument, NULL, OPTION_SINCE},
    {"until", required_argument, NULL, OPTION_UNTIL},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"datefmt", required_argument, NULL, OPTION_DATEFMT},
    {"utc", no_argument, NULL, OPTION_UTC},
    {"raw", no_argument, NULL, OPTION_RAW},
    {"color", optional_argument, NULL, OPTION_COLOUR},
    {"colour", optional_argument, NULL, OPTION_COLOUR},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static bool add_logger(struct options *options, const char *name)
{
    static const char **loggers;
    const size_t count = options->selection.logger_count;
    const char **more = realloc(loggers, (count + 1) * sizeof *loggers);
    if (more == NULL) {
        complain("out of memory");
        return false;
    }
    loggers = more;
    loggers[count] = name;
    options->selection.loggers = loggers;
    options->selection.logger_count = count + 1;
    return true;
}

static bool set_level(struct options *options, const char *text)
{
    if (ringlog_reader_parse_level(text, &options->selection.level) == 0)
        return true;
    complain("--level: unknown level \"%s\": a number, or one of DEBUG, INFO, WARNING, ERROR, "
             "CRITICAL",
             text);
    return false;
}

static bool set_time(const char *option, const char *text, int64_t *time_ns)
{
    if (when_parse(text, time_ns))
        return true;
    complain("%s: \"%s\" is no time: give 2026-01-02T03:04:05.678, with Z or +hh:mm for other "
             "zones than the local one, 2026-01-02, 03:04 (today) or @1767323045.678",
             option, text);
    return false;
}

/* A terminal that shows colours, and nobody who minds (no-color.org). */
static bool wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

static bool set_colour(struct options *options, const char *when)
{
    if (when == NULL || strcmp(when, "always") == 0)
        options->colour = true;
    else if (strcmp(when, "never") == 0)
        options->colour = false;
    else if (strcmp(when, "auto") == 0)
        options->colour = wants_colour();
    else {
        complain("--color: \"%s\" is not one of auto, always, never", when);
        return false;
    }
    return true;
}

/* False: the option's argument makes no sense. */
static bool take_option(struct options *options, int option, const char *argument)
{
    switch (option) {
    case 'l':
        return set_level(options, argument);
    case OPTION_LOGGER:
        return add_logger(options, argument);
    case OPTION_SINCE:
        return set_time("--since", argument, &options->selection.since_ns);
    case OPTION_UNTIL:
        return set_time("--until", argument, &options->selection.until_ns);
    case OPTION_FORMAT:
        options->format.format = argument;
        return true;
    case OPTION_DATEFMT:
        options->format.datefmt = argument;
        return true;
    case OPTION_UTC:
        options->format.utc = true;
        return true;
    case OPTION_RAW:
        options->format.raw = true;
        return true;
    case OPTION_COLOUR:
        return set_colour(options, argument);
    default:
        return false;
    }
}

/* A format is checked once, not with every file. */
static bool check_format(const struct options *options)
{
    ringlog_formatter *formatter;
    if (ringlog_formatter_new(&formatter, &options->format) < 0) {
        complain("--%s", ringlog_last_error());
        return false;
    }
    ringlog_formatter_unref(formatter);
    return true;
}

static bool take_files(struct options *options, int argc, char **argv)
{
    static char standard_input[] = "-";
    static char *piped[] = {standard_input, NULL};
    options->files = argv + optind;
    if (optind < argc)
        return true;
    if (isatty(STDIN_FILENO)) {
        complain("no file is given, and standard input is a terminal; see logdump --help");
        return false;
    }
    options->files = piped;
    return true;
}

bool options_parse(struct options *options, int argc, char **argv, int *code)
{
    *options = (struct options){.format.format = DEFAULT_FORMAT, .colour = wants_colour()};
    *code = EXIT_USAGE;
    int option;
    while ((option = getopt_long(argc, argv, "l:hV", known, NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            *code = EXIT_FOUND;
            if (option == 'h')
                help_print();
            else
                puts("logdump (ringlog) " LOGDUMP_VERSION);
            return false;
        }
        if (option == '?') {
            fputs("Try logdump --help.\n", stderr);
            return false;
        }
        if (!take_option(options, option, optarg))
            return false;
    }
    return check_format(options) && take_files(options, argc, argv);
}
