#include "options/take.h"

#include "output/duration.h"
#include "output/out.h"
#include "select/operand.h"
#include "shared/colour.h"

#include <stdlib.h>
#include <string.h>

static bool set_output(struct options *options, enum output output)
{
    options->output = output;
    return true;
}

/* ---- lines ---- */

bool take_format(struct options *options, const char *format)
{
    options->setup.format.format = format;
    return true;
}

bool take_datefmt(struct options *options, const char *format)
{
    options->setup.format.datefmt = format;
    return true;
}

bool take_utc(struct options *options, const char *none)
{
    (void)none;
    return options->setup.format.utc = true;
}

bool take_raw(struct options *options, const char *none)
{
    (void)none;
    return options->setup.format.raw = true;
}

bool take_colour(struct options *options, const char *when)
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
    struct ringlog_formatter_options *format = &options->setup.format;
    format->style = style;
    format->format = format->datefmt = NULL;
    format->raw = false;
    options->colour = false;
    return set_output(options, OUTPUT_TEXT);
}

bool take_json(struct options *options, const char *preset)
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

bool take_logfmt(struct options *options, const char *none)
{
    (void)none;
    return set_style(options, RINGLOG_STYLE_LOGFMT);
}

bool take_csv(struct options *options, const char *none)
{
    (void)none;
    return set_output(options, OUTPUT_CSV);
}

bool take_columns(struct options *options, const char *list)
{
    options->columns = list;
    return set_output(options, OUTPUT_CSV);
}

/* ---- traces ---- */

bool take_ctf(struct options *options, const char *directory)
{
    options->target = directory;
    return set_output(options, OUTPUT_CTF);
}

bool take_chrome(struct options *options, const char *none)
{
    (void)none;
    return set_output(options, OUTPUT_CHROME);
}

bool take_duration(struct options *options, const char *name)
{
    struct duration duration = {0};
    options->duration = name;
    const bool is_one = duration_parse(&duration, name);
    operand_free(&duration.operand);
    if (!is_one)
        complain("--duration: \"%s\" is no name with a unit: give took_ms, $2:us, elapsed:s", name);
    return is_one && set_output(options, OUTPUT_CHROME);
}

/* ---- figures ---- */

bool take_count(struct options *options, const char *none)
{
    (void)none;
    return set_output(options, OUTPUT_COUNT);
}

bool take_verify(struct options *options, const char *none)
{
    (void)none;
    return set_output(options, OUTPUT_VERIFY);
}

bool take_stats(struct options *options, const char *none)
{
    (void)none;
    return set_output(options, OUTPUT_STATS);
}

bool take_histogram(struct options *options, const char *none)
{
    (void)none;
    return set_output(options, OUTPUT_HISTOGRAM);
}

/* --report --summary ms is a report that has it too. */
bool take_summary(struct options *options, const char *name)
{
    struct operand operand;
    if (!operand_parse(&operand, name, strlen(name))) {
        complain("--summary: \"%s\" names nothing: give $1 for the first argument of a call, or "
                 "the key of a field",
                 name);
        return false;
    }
    operand_free(&operand);
    options->arguments = must_have(
        reallocarray(options->arguments, options->argument_count + 1, sizeof *options->arguments));
    options->arguments[options->argument_count++] = name;
    return options->output == OUTPUT_REPORT || set_output(options, OUTPUT_SUMMARY);
}

bool take_report(struct options *options, const char *path)
{
    options->target = path;
    return set_output(options, OUTPUT_REPORT);
}

bool take_top(struct options *options, const char *number)
{
    return take_number("top", "rows", number, &options->top);
}
