#include "options/take.h"

#include "output/out.h"
#include "select/when.h"

#include <errno.h>
#include <stdlib.h>

bool take_number(const char *option, const char *what, const char *text, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0)
        return true;
    complain("--%s: \"%s\" is no number of %s", option, text, what);
    return false;
}

/* ---- by what they are ---- */

bool take_level(struct options *options, const char *name)
{
    if (ringlog_reader_parse_level(name, &options->setup.selection.level) == 0)
        return true;
    complain("--level: unknown level \"%s\": a number, or one of DEBUG, INFO, WARNING, ERROR, "
             "CRITICAL",
             name);
    return false;
}

bool take_logger(struct options *options, const char *name)
{
    struct ringlog_reader_selection *selection = &options->setup.selection;
    const char **loggers = must_have(realloc((void *)(uintptr_t)selection->loggers,
                                             (selection->logger_count + 1) * sizeof *loggers));
    loggers[selection->logger_count++] = name;
    selection->loggers = loggers;
    return true;
}

bool take_thread(struct options *options, const char *name)
{
    filter_add_thread(options->filter, name);
    return true;
}

bool take_site(struct options *options, const char *site)
{
    return filter_add_site(options->filter, site);
}

static bool add_text(struct texts_given *texts, const char *text)
{
    texts->list = must_have(
        reallocarray((void *)(uintptr_t)texts->list, texts->count + 1, sizeof *texts->list));
    texts->list[texts->count++] = text;
    return true;
}

/* --ignore-case may come behind it, */
bool take_grep(struct options *options, const char *pattern)
{
    return add_text(&options->patterns, pattern);
}

/* and --utc behind this. */
bool take_where(struct options *options, const char *expression)
{
    return add_text(&options->expressions, expression);
}

bool take_ignore_case(struct options *options, const char *none)
{
    (void)none;
    return options->ignore_case = true;
}

/* ---- by time: worked out when all options are known ---- */

bool take_since(struct options *options, const char *time)
{
    options->when.since = time;
    return true;
}

bool take_until(struct options *options, const char *time)
{
    options->when.until = time;
    return true;
}

bool take_around(struct options *options, const char *time)
{
    options->when.around = time;
    return true;
}

bool take_span(struct options *options, const char *span)
{
    if (when_parse_span(span, &options->when.span_ns))
        return true;
    complain("--span: \"%s\" is no span of time: give 500ms, 30s, 15min, 2h, 1d", span);
    return false;
}

bool take_from_end(struct options *options, const char *none)
{
    (void)none;
    return options->when.from_end = true;
}

/* ---- how many ---- */

bool take_head(struct options *options, const char *number)
{
    if (take_number("head", "records", number, &options->head) && options->head != 0)
        return true;
    complain("--head: 0 records are none");
    return false;
}

bool take_tail(struct options *options, const char *number)
{
    if (!take_number("tail", "records", number, &options->lines.tail))
        return false;
    /* With --follow: only what comes. */
    options->lines.none = options->lines.tail == 0;
    return true;
}

bool take_after(struct options *options, const char *number)
{
    return take_number("after", "records", number, &options->lines.after);
}

bool take_before(struct options *options, const char *number)
{
    return take_number("before", "records", number, &options->lines.before);
}

bool take_context(struct options *options, const char *number)
{
    if (!take_number("context", "records", number, &options->lines.before))
        return false;
    options->lines.after = options->lines.before;
    return true;
}

/* ---- of which files ---- */

bool take_rotated(struct options *options, const char *none)
{
    (void)none;
    return options->rotated = true;
}

bool take_follow(struct options *options, const char *none)
{
    (void)none;
    return options->setup.follow = true;
}
