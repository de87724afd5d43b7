#include "select/filter.h"

#include "output/out.h"
#include "select/caret.h"
#include "select/expression.h"
#include "select/regex.h"
#include "select/when.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

struct names {
    char **list;
    size_t count;
};

struct filter {
    int level; /* the least; 0: all */
    struct names loggers, threads, sites;
    struct regex **patterns;
    size_t pattern_count;
    struct expression **expressions;
    size_t expression_count;
};

struct filter *filter_new(void)
{
    return must_have(calloc(1, sizeof(struct filter)));
}

bool filter_is_empty(const struct filter *filter)
{
    return filter->level == 0 && filter->loggers.count == 0 && filter->threads.count == 0 &&
           filter->sites.count == 0 && filter->pattern_count == 0 && filter->expression_count == 0;
}

static void add_name(struct names *names, const char *name)
{
    names->list = must_have(reallocarray(names->list, names->count + 1, sizeof *names->list));
    names->list[names->count++] = must_have(strdup(name));
}

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
}

void filter_free(struct filter *filter)
{
    free_names(&filter->loggers);
    free_names(&filter->threads);
    free_names(&filter->sites);
    for (size_t i = 0; i < filter->pattern_count; i++)
        regex_free(filter->patterns[i]);
    free(filter->patterns);
    for (size_t i = 0; i < filter->expression_count; i++)
        expression_free(filter->expressions[i]);
    free(filter->expressions);
    free(filter);
}

/* ---- levels and loggers ---- */

void filter_set_level(struct filter *filter, int level)
{
    filter->level = level;
}

void filter_add_logger(struct filter *filter, const char *logger)
{
    add_name(&filter->loggers, logger);
}

static bool is_logger(const char *wanted, const struct ringlog_reader_record *record)
{
    const size_t length = strlen(wanted);
    if (strpbrk(wanted, "*?[") != NULL)
        return fnmatch(wanted, record->logger, 0) == 0;
    return strncmp(wanted, record->logger, length) == 0 &&
           (length == 0 || record->logger[length] == '\0' || record->logger[length] == '.');
}

/* ---- threads ---- */

void filter_add_thread(struct filter *filter, const char *thread)
{
    add_name(&filter->threads, thread);
}

static bool is_thread(const char *wanted, const struct ringlog_reader_record *record)
{
    char *end;
    const long id = strtol(wanted, &end, 10);
    return (end != wanted && *end == '\0' && id == record->thread) ||
           fnmatch(wanted, record->thread_name, 0) == 0;
}

/* ---- call sites ---- */

bool filter_add_site(struct filter *filter, const char *site)
{
    const char *colon = strrchr(site, ':');
    if (*site == '\0' || colon == site ||
        (colon != NULL &&
         (colon[1] == '\0' || colon[1 + strspn(colon + 1, "0123456789")] != '\0'))) {
        complain("--site: \"%s\" is not FILE or FILE:LINE", site);
        return false;
    }
    add_name(&filter->sites, site);
    return true;
}

/* Whether the path ends in these parts. */
static bool ends_in(const char *path, const char *parts, size_t length)
{
    const size_t whole = strlen(path);
    return whole >= length && memcmp(path + whole - length, parts, length) == 0 &&
           (whole == length || *parts == '/' || path[whole - length - 1] == '/');
}

static bool is_site(const char *wanted, const struct ringlog_reader_record *record)
{
    const char *colon = strrchr(wanted, ':');
    const size_t length = colon == NULL ? strlen(wanted) : (size_t)(colon - wanted);
    return (colon == NULL || strtoul(colon + 1, NULL, 10) == record->line) &&
           ends_in(record->file, wanted, length);
}

/* ---- messages ---- */

bool filter_add_pattern(struct filter *filter, const char *pattern, bool ignore_case)
{
    struct regex_error error;
    struct regex *regex = regex_new("--grep", pattern, strlen(pattern), ignore_case, &error);
    if (regex == NULL) {
        complain_at("--grep", pattern, error.at, error.text);
        return false;
    }
    filter->patterns = must_have(
        reallocarray(filter->patterns, filter->pattern_count + 1, sizeof *filter->patterns));
    filter->patterns[filter->pattern_count++] = regex;
    return true;
}

static bool takes_message(const struct filter *filter, const struct item *item)
{
    const char *text;
    size_t length;
    if (filter->pattern_count == 0)
        return true;
    if (ringlog_reader_message(item->reader, &text, &length) < 0)
        return false;
    for (size_t i = 0; i < filter->pattern_count; i++)
        if (!regex_matches(filter->patterns[i], text, length))
            return false;
    return true;
}

/* ---- expressions ---- */

bool filter_add_expression(struct filter *filter, const char *text)
{
    struct expression_error error;
    struct expression *expression = expression_parse("--where", text, when_now_ns(), &error);
    if (expression == NULL) {
        complain_at("--where", text, error.at, error.text);
        return false;
    }
    filter->expressions = must_have(reallocarray(filter->expressions, filter->expression_count + 1,
                                                 sizeof *filter->expressions));
    filter->expressions[filter->expression_count++] = expression;
    return true;
}

void filter_narrow(const struct filter *filter, struct ringlog_reader_selection *selection,
                   const char **logger)
{
    for (size_t i = 0; i < filter->expression_count; i++)
        expression_narrow(filter->expressions[i], selection, logger);
}

static bool holds_all(const struct filter *filter, const struct item *item)
{
    for (size_t i = 0; i < filter->expression_count; i++)
        if (!expression_holds(filter->expressions[i], item))
            return false;
    return true;
}

/* ---- all of it ---- */

static bool takes_one(const struct names *names, const struct ringlog_reader_record *record,
                      bool (*is)(const char *wanted, const struct ringlog_reader_record *record))
{
    for (size_t i = 0; i < names->count; i++)
        if (is(names->list[i], record))
            return true;
    return names->count == 0;
}

bool filter_takes(const struct filter *filter, const struct item *item)
{
    return (filter->level == 0 || item->record->level >= filter->level) &&
           takes_one(&filter->loggers, item->record, is_logger) &&
           takes_one(&filter->threads, item->record, is_thread) &&
           takes_one(&filter->sites, item->record, is_site) && holds_all(filter, item) &&
           takes_message(filter, item);
}
