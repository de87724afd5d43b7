#include "options.h"

#include "exit.h"
#include "output/csv.h"
#include "output/duration.h"
#include "output/out.h"
#include "select/operand.h"
#include "select/when.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_FORMAT                                                                             \
    "%(asctime)s %(levelname)-8s %(name)s [%(threadName)s] %(filename)s:%(lineno)d: %(message)s"
#define DEFAULT_TOP     10
#define DEFAULT_SPAN_NS INT64_C(5000000000) /* --around, to either side */

enum {
    OPTION_LOGGER = 256,
    OPTION_THREAD,
    OPTION_SITE,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_AROUND,
    OPTION_SPAN,
    OPTION_FROM_END,
    OPTION_TAIL,
    OPTION_FORMAT,
    OPTION_DATEFMT,
    OPTION_UTC,
    OPTION_RAW,
    OPTION_COLOUR,
    OPTION_JSON,
    OPTION_LOGFMT,
    OPTION_CSV,
    OPTION_COLUMNS,
    OPTION_CTF,
    OPTION_CHROME,
    OPTION_DURATION,
    OPTION_COUNT,
    OPTION_VERIFY,
    OPTION_STATS,
    OPTION_HISTOGRAM,
    OPTION_SUMMARY,
    OPTION_REPORT,
    OPTION_TOP,
    OPTION_ROTATED,
};

static const char short_options[] = "l:g:iw:n:A:B:C:fhV";

static const struct option known[] = {
    {"level", required_argument, NULL, 'l'},
    {"logger", required_argument, NULL, OPTION_LOGGER},
    {"grep", required_argument, NULL, 'g'},
    {"ignore-case", no_argument, NULL, 'i'},
    {"where", required_argument, NULL, 'w'},
    {"thread", required_argument, NULL, OPTION_THREAD},
    {"site", required_argument, NULL, OPTION_SITE},
    {"since", required_argument, NULL, OPTION_SINCE},
    {"until", required_argument, NULL, OPTION_UNTIL},
    {"around", required_argument, NULL, OPTION_AROUND},
    {"span", required_argument, NULL, OPTION_SPAN},
    {"from-end", no_argument, NULL, OPTION_FROM_END},
    {"head", required_argument, NULL, 'n'},
    {"tail", required_argument, NULL, OPTION_TAIL},
    {"after", required_argument, NULL, 'A'},
    {"before", required_argument, NULL, 'B'},
    {"context", required_argument, NULL, 'C'},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"datefmt", required_argument, NULL, OPTION_DATEFMT},
    {"utc", no_argument, NULL, OPTION_UTC},
    {"raw", no_argument, NULL, OPTION_RAW},
    {"color", optional_argument, NULL, OPTION_COLOUR},
    {"colour", optional_argument, NULL, OPTION_COLOUR},
    {"json", optional_argument, NULL, OPTION_JSON},
    {"logfmt", no_argument, NULL, OPTION_LOGFMT},
    {"csv", no_argument, NULL, OPTION_CSV},
    {"columns", required_argument, NULL, OPTION_COLUMNS},
    {"ctf", required_argument, NULL, OPTION_CTF},
    {"chrome", no_argument, NULL, OPTION_CHROME},
    {"duration", required_argument, NULL, OPTION_DURATION},
    {"count", no_argument, NULL, OPTION_COUNT},
    {"verify", no_argument, NULL, OPTION_VERIFY},
    {"stats", no_argument, NULL, OPTION_STATS},
    {"histogram", no_argument, NULL, OPTION_HISTOGRAM},
    {"summary", required_argument, NULL, OPTION_SUMMARY},
    {"report", required_argument, NULL, OPTION_REPORT},
    {"top", required_argument, NULL, OPTION_TOP},
    {"rotated", no_argument, NULL, OPTION_ROTATED},
    {"follow", no_argument, NULL, 'f'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

/* ---- arguments of options ---- */

static bool add_logger(struct options *options, const char *name)
{
    struct ringlog_reader_selection *selection = &options->setup.selection;
    const char **loggers = must_have(realloc((void *)(uintptr_t)selection->loggers,
                                             (selection->logger_count + 1) * sizeof *loggers));
    loggers[selection->logger_count++] = name;
    selection->loggers = loggers;
    return true;
}

static bool add_pattern(struct options *options, const char *pattern)
{
    struct patterns_given *patterns = &options->patterns;
    patterns->list = must_have(reallocarray((void *)(uintptr_t)patterns->list, patterns->count + 1,
                                            sizeof *patterns->list));
    patterns->list[patterns->count++] = pattern;
    return true;
}

static bool set_level(struct options *options, const char *text)
{
    if (ringlog_reader_parse_level(text, &options->setup.selection.level) == 0)
        return true;
    complain("--level: unknown level \"%s\": a number, or one of DEBUG, INFO, WARNING, ERROR, "
             "CRITICAL",
             text);
    return false;
}

static bool set_number(const char *option, const char *text, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0)
        return true;
    complain("--%s: \"%s\" is no number of records", option, text);
    return false;
}

static bool set_span(struct options *options, const char *text)
{
    if (when_parse_span(text, &options->when.span_ns))
        return true;
    complain("--span: \"%s\" is no span of time: give 500ms, 30s, 15min, 2h, 1d", text);
    return false;
}

static bool set_colour(struct options *options, const char *when)
{
    if (when == NULL || strcmp(when, "always") == 0)
        options->colour = true;
    else if (strcmp(when, "never") == 0)
        options->colour = false;
    else if (strcmp(when, "auto") == 0)
        options->colour = out_is_coloured();
    else {
        complain("--color: \"%s\" is not one of auto, always, never", when);
        return false;
    }
    return true;
}

static bool set_style(struct options *options, enum ringlog_style style)
{
    options->output = OUTPUT_TEXT;
    options->setup.format.style = style;
    options->setup.format.format = options->setup.format.datefmt = NULL;
    options->setup.format.raw = false;
    options->colour = false;
    return true;
}

static bool set_json(struct options *options, const char *preset)
{
    if (preset == NULL)
        return set_style(options, RINGLOG_STYLE_JSON);
    if (strcmp(preset, "ecs") == 0)
        return set_style(options, RINGLOG_STYLE_JSON_ECS);
    if (strcmp(preset, "google") == 0)
        return set_style(options, RINGLOG_STYLE_JSON_GOOGLE);
    complain("--json: \"%s\" is not one of ecs, google", preset);
    return false;
}

static bool set_output(struct options *options, enum output output)
{
    options->output = output;
    return true;
}

/* --report --summary ms is a report that has it too. */
static bool add_argument(struct options *options, const char *name)
{
    struct operand operand;
    if (!operand_parse(&operand, name, strlen(name))) {
        complain(
            "--summary: \"%s\" names nothing: give $1 for the first argument of a call, or the "
            "key of a field",
            name);
        return false;
    }
    operand_free(&operand);
    options->arguments = must_have(
        reallocarray(options->arguments, options->argument_count + 1, sizeof *options->arguments));
    options->arguments[options->argument_count++] = name;
    return options->output == OUTPUT_REPORT || set_output(options, OUTPUT_SUMMARY);
}

static bool set_report(struct options *options, const char *path)
{
    options->target = path;
    return set_output(options, OUTPUT_REPORT);
}

static bool set_duration(struct options *options, const char *text)
{
    struct duration duration = {0};
    options->duration = text;
    const bool is_one = duration_parse(&duration, text);
    operand_free(&duration.operand);
    if (!is_one)
        complain("--duration: \"%s\" is no name with a unit: give took_ms, $2:us, elapsed:s", text);
    return is_one && set_output(options, OUTPUT_CHROME);
}

/* ---- options ---- */

static bool take_selection(struct options *options, int option, const char *argument)
{
    switch (option) {
    case 'l':
        return set_level(options, argument);
    case OPTION_LOGGER:
        return add_logger(options, argument);
    case 'g':
        return add_pattern(options, argument);
    case 'i':
        options->patterns.ignore_case = true;
        return true;
    case 'w':
        return filter_add_expression(options->filter, argument);
    case OPTION_THREAD:
        filter_add_thread(options->filter, argument);
        return true;
    case OPTION_SITE:
        return filter_add_site(options->filter, argument);
    case OPTION_SINCE:
        options->when.since = argument;
        return true;
    case OPTION_UNTIL:
        options->when.until = argument;
        return true;
    case OPTION_AROUND:
        options->when.around = argument;
        return true;
    case OPTION_SPAN:
        return set_span(options, argument);
    default:
        options->when.from_end = true;
        return true;
    }
}

static bool take_amount(struct options *options, int option, const char *argument)
{
    switch (option) {
    case 'n':
        return set_number("head", argument, &options->head);
    case OPTION_TAIL:
        return set_number("tail", argument, &options->lines.tail);
    case 'A':
        return set_number("after", argument, &options->lines.after);
    case 'B':
        return set_number("before", argument, &options->lines.before);
    default:
        options->lines.after = 0;
        if (!set_number("context", argument, &options->lines.before))
            return false;
        options->lines.after = options->lines.before;
        return true;
    }
}

static bool take_insight(struct options *options, int option, const char *argument)
{
    switch (option) {
    case OPTION_STATS:
        return set_output(options, OUTPUT_STATS);
    case OPTION_HISTOGRAM:
        return set_output(options, OUTPUT_HISTOGRAM);
    case OPTION_SUMMARY:
        return add_argument(options, argument);
    case OPTION_REPORT:
        return set_report(options, argument);
    default:
        return set_number("top", argument, &options->top);
    }
}

static bool take_output(struct options *options, int option, const char *argument)
{
    switch (option) {
    case OPTION_FORMAT:
        options->setup.format.format = argument;
        return true;
    case OPTION_DATEFMT:
        options->setup.format.datefmt = argument;
        return true;
    case OPTION_UTC:
        options->setup.format.utc = true;
        return true;
    case OPTION_RAW:
        options->setup.format.raw = true;
        return true;
    case OPTION_COLOUR:
        return set_colour(options, argument);
    case OPTION_JSON:
        return set_json(options, argument);
    case OPTION_LOGFMT:
        return set_style(options, RINGLOG_STYLE_LOGFMT);
    case OPTION_CSV:
        return set_output(options, OUTPUT_CSV);
    case OPTION_COLUMNS:
        options->columns = argument;
        return set_output(options, OUTPUT_CSV);
    case OPTION_CTF:
        options->target = argument;
        return set_output(options, OUTPUT_CTF);
    case OPTION_CHROME:
        return set_output(options, OUTPUT_CHROME);
    case OPTION_DURATION:
        return set_duration(options, argument);
    case OPTION_COUNT:
        return set_output(options, OUTPUT_COUNT);
    case OPTION_VERIFY:
        return set_output(options, OUTPUT_VERIFY);
    case OPTION_ROTATED:
        options->rotated = true;
        return true;
    default:
        options->setup.follow = true;
        return true;
    }
}

static bool take_option(struct options *options, int option, const char *argument)
{
    if ((option < 256 && strchr("lgiw", option) != NULL) ||
        (option >= OPTION_LOGGER && option <= OPTION_FROM_END))
        return take_selection(options, option, argument);
    if (option == OPTION_TAIL || (option < 256 && strchr("nABC", option) != NULL))
        return take_amount(options, option, argument);
    if (option >= OPTION_STATS && option <= OPTION_TOP)
        return take_insight(options, option, argument);
    return take_output(options, option, argument);
}

/* ---- all of them together ---- */

static bool find_time(const char *option, const char *text, int64_t now_ns, int64_t *time_ns)
{
    if (text == NULL || when_parse(text, now_ns, time_ns))
        return true;
    complain("--%s: \"%s\" is no time: give 2026-01-02T03:04:05.678, with Z or +hh:mm for other "
             "zones than the local one, 2026-01-02, 03:04 (today), -15min, now or @1767323045.678",
             option, text);
    return false;
}

static int64_t wall_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool options_find_times(struct options *options, int64_t now_ns)
{
    struct ringlog_reader_selection *selection = &options->setup.selection;
    const struct times_given *given = &options->when;
    int64_t around_ns;
    if (!find_time("since", given->since, now_ns, &selection->since_ns) ||
        !find_time("until", given->until, now_ns, &selection->until_ns) ||
        !find_time("around", given->around, now_ns, &around_ns))
        return false;
    if (given->around != NULL) {
        selection->since_ns = around_ns - given->span_ns;
        selection->until_ns = around_ns + given->span_ns;
    }
    return true;
}

/* Formats of their own have no use for what lines look like. */
static void settle_format(struct options *options)
{
    struct ringlog_formatter_options *format = &options->setup.format;
    if (options->output == OUTPUT_CHROME)
        *format = (struct ringlog_formatter_options){.style = RINGLOG_STYLE_JSON};
    if (options->output != OUTPUT_CSV && options->output != OUTPUT_CTF)
        return;
    options->raw = format->raw;
    *format = (struct ringlog_formatter_options){
        .datefmt = "%Y-%m-%dT%H:%M:%S", /* what is said of losses has times */
        .utc = true,
        .raw = true, /* they escape in their own way */
    };
}

/* A format is checked once, not with every file. */
static bool check_format(const struct options *options)
{
    ringlog_formatter *formatter;
    if (ringlog_formatter_new(&formatter, &options->setup.format) < 0) {
        complain("--%s", ringlog_last_error());
        return false;
    }
    ringlog_formatter_unref(formatter);
    return true;
}

static bool check_together(const struct options *options)
{
    const struct lines_options *lines = &options->lines;
    if (options->when.around != NULL &&
        (options->when.since != NULL || options->when.until != NULL)) {
        complain("--around stands for --since and --until: give one or the others");
        return false;
    }
    if (lines->tail != 0 && (lines->before != 0 || lines->after != 0)) {
        complain("--tail does not go with --context");
        return false;
    }
    if ((options->output == OUTPUT_CHROME || options->output == OUTPUT_CTF) &&
        (lines->tail != 0 || lines->before != 0 || lines->after != 0)) {
        complain("--tail and --context are for lines, and go neither with --chrome nor with --ctf");
        return false;
    }
    return true;
}

/* Those of all options: --ignore-case may come behind --grep. */
static bool add_patterns(struct options *options)
{
    const struct patterns_given *patterns = &options->patterns;
    for (size_t i = 0; i < patterns->count; i++)
        if (!filter_add_pattern(options->filter, patterns->list[i], patterns->ignore_case))
            return false;
    return true;
}

static bool take_files(struct options *options, int argc, char **argv)
{
    static char standard_input[] = "-";
    static char *piped[] = {standard_input, NULL};
    options->names = argv + optind;
    if (optind < argc)
        return true;
    if (isatty(STDIN_FILENO)) {
        complain("no file is given, and standard input is a terminal; see logdump --help");
        return false;
    }
    options->names = piped;
    return true;
}

/* Around what matches comes what does not, so it is not for the reader to leave that out. */
static void select_by_filter(struct options *options)
{
    struct ringlog_reader_selection *selection = &options->setup.selection;
    filter_set_level(options->filter, selection->level);
    for (size_t i = 0; i < selection->logger_count; i++)
        filter_add_logger(options->filter, selection->loggers[i]);
    selection->level = 0;
    selection->logger_count = 0;
}

/* What --where asks of each record, where the reader may select. */
static void select_by_reader(struct options *options)
{
    struct ringlog_reader_selection *selection = &options->setup.selection;
    const char *logger = NULL;
    filter_narrow(options->filter, selection, &logger);
    /* Of several loggers one would do. */
    if (logger != NULL && selection->logger_count == 0)
        add_logger(options, logger);
}

bool options_parse(struct options *options, int argc, char **argv, int *code)
{
    *options = (struct options){.setup.format.format = DEFAULT_FORMAT,
                                .when.span_ns = DEFAULT_SPAN_NS,
                                .filter = filter_new(),
                                .colour = out_is_coloured(),
                                .top = DEFAULT_TOP};
    *code = EXIT_USAGE;
    int option;
    while ((option = getopt_long(argc, argv, short_options, known, NULL)) != -1) {
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
    settle_format(options);
    if (!check_together(options) || !csv_check_columns(options->columns) ||
        !options_find_times(options, wall_ns()) || !add_patterns(options) ||
        !check_format(options) || !take_files(options, argc, argv))
        return false;
    if (options->lines.before != 0 || options->lines.after != 0)
        select_by_filter(options);
    else
        select_by_reader(options);
    return true;
}

void options_free(struct options *options)
{
    filter_free(options->filter);
    free((void *)(uintptr_t)options->setup.selection.loggers);
    free((void *)(uintptr_t)options->patterns.list);
    free(options->arguments);
}
