#include "exit.h"
#include "options/take.h"
#include "output/csv.h"
#include "output/out.h"
#include "select/when.h"
#include "shared/colour.h"
#include "shared/known_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEFAULT_FORMAT                                                                             \
    "%(asctime)s %(levelname)-8s %(name)s [%(threadName)s] %(filename)s:%(lineno)d: %(message)s"
#define DEFAULT_SPAN_NS INT64_C(5000000000) /* --around, to either side */
#define DEFAULT_TOP     10

/* ---- all of them together ---- */

static bool find_time(const char *option, const char *text, int64_t now_ns, int64_t *time_ns)
{
    if (text == NULL)
        return true;
    if (when_parse(text, now_ns, time_ns)) {
        *time_ns += *time_ns == 0; /* to readers no limit: the next nanosecond */
        return true;
    }
    complain("--%s: \"%s\" is no time: give 2026-01-02T03:04:05.678, with Z or +hh:mm for other "
             "zones than the local one, 2026-01-02, 03:04 (today), -15min, now or @1767323045.678",
             option, text);
    return false;
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
        if (__builtin_sub_overflow(around_ns, given->span_ns, &selection->since_ns))
            selection->since_ns = INT64_MIN;
        if (__builtin_add_overflow(around_ns, given->span_ns, &selection->until_ns))
            selection->until_ns = INT64_MAX;
    }
    if (given->since != NULL && given->until != NULL && selection->since_ns > selection->until_ns) {
        complain("--since %s is later than --until %s", given->since, given->until);
        return false;
    }
    return true;
}

/* Formats of their own have no use for what lines look like. */
static void settle_format(struct options *options)
{
    struct ringlog_formatter_options *format = &options->setup.format;
    if (options->output == OUTPUT_TEXT && format->style != RINGLOG_STYLE_PATTERN)
        options->colour = false;
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
    const struct ringlog_formatter_options *format = &options->setup.format;
    ringlog_formatter *formatter;
    if (format->style != RINGLOG_STYLE_PATTERN &&
        (format->format != NULL || format->datefmt != NULL || format->raw)) {
        complain("--format, --datefmt and --raw are for lines of text, and go neither with --json "
                 "nor with --logfmt");
        return false;
    }
    if (ringlog_formatter_new(&formatter, format) < 0) {
        complain("--%s", ringlog_last_error());
        return false;
    }
    ringlog_formatter_unref(formatter);
    return true;
}

static bool selects(const struct options *options)
{
    const struct ringlog_reader_selection *selection = &options->setup.selection;
    const struct times_given *when = &options->when;
    return selection->level != 0 || selection->logger_count != 0 || when->since != NULL ||
           when->until != NULL || when->around != NULL || options->patterns.count != 0 ||
           options->expressions.count != 0 || options->head != 0 || options->lines.tail != 0 ||
           !filter_is_empty(options->filter);
}

static bool check_together(const struct options *options)
{
    const struct lines_options *lines = &options->lines;
    if (options->when.around != NULL &&
        (options->when.since != NULL || options->when.until != NULL)) {
        complain("--around stands for --since and --until: give one or the others");
        return false;
    }
    if (options->ignore_case && options->patterns.count == 0) {
        complain("--ignore-case is for --grep");
        return false;
    }
    if (options->when.span_ns != DEFAULT_SPAN_NS && options->when.around == NULL) {
        complain("--span is for --around");
        return false;
    }
    if (lines->tail != 0 && (lines->before != 0 || lines->after != 0)) {
        complain("--tail does not go with --context");
        return false;
    }
    if (options->output == OUTPUT_VERIFY && selects(options)) {
        complain(
            "--verify is about all records: it goes with none of the options that select some");
        return false;
    }
    if (options->output != OUTPUT_TEXT && options->output != OUTPUT_CSV &&
        (lines->tail != 0 || lines->before != 0 || lines->after != 0)) {
        complain("--tail and --context are for lines, and go neither with --chrome, --ctf nor "
                 "with figures");
        return false;
    }
    return true;
}

/* Those of all options: --ignore-case may come behind --grep. */
static bool add_patterns(struct options *options)
{
    const struct texts_given *patterns = &options->patterns, *expressions = &options->expressions;
    for (size_t i = 0; i < patterns->count; i++)
        if (!filter_add_pattern(options->filter, patterns->list[i], options->ignore_case))
            return false;
    for (size_t i = 0; i < expressions->count; i++)
        if (!filter_add_expression(options->filter, expressions->list[i]))
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
        take_logger(options, logger);
}

bool options_parse(struct options *options, int argc, char **argv, int *code)
{
    *options = (struct options){.setup.format.format = DEFAULT_FORMAT,
                                .when.span_ns = DEFAULT_SPAN_NS,
                                .filter = filter_new(),
                                .colour = out_is_coloured(),
                                .top = DEFAULT_TOP};
    *code = EXIT_USAGE;
    bool answered;
    const bool taken = known_options_take(options, argc, argv, &answered);
    if (answered)
        *code = fflush(stdout) == 0 ? EXIT_FOUND : EXIT_UNREADABLE;
    if (!taken)
        return false;
    if (options->setup.format.utc)
        when_use_utc();
    settle_format(options);
    if (!check_together(options) || !csv_check_columns(options->columns) ||
        !options_find_times(options, when_now_ns()) || !add_patterns(options) ||
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
    free((void *)(uintptr_t)options->expressions.list);
    free(options->arguments);
}
