#include "compare.h"
#include "report.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PID_MARK "{{PID}}"

/* ---- texts ---- */

/* The expected text, with this process's id where it is asked for; the caller's. */
static char *expand(const char *text)
{
    char *expanded;
    size_t length;
    FILE *to = open_memstream(&expanded, &length);
    if (to == NULL)
        trouble("no memory");
    for (const char *mark; (mark = strstr(text, PID_MARK)) != NULL; text = mark + strlen(PID_MARK))
        fprintf(to, "%.*s%d", (int)(mark - text), text, (int)getpid());
    fputs(text, to);
    fclose(to);
    return expanded;
}

static size_t line_length(const char *line)
{
    const char *end = strchr(line, '\n');
    return end == NULL ? strlen(line) : (size_t)(end - line) + 1;
}

/* Shows the first line that differs. */
static void report_texts(const char *what, const char *name, const char *expected,
                         const char *found)
{
    unsigned line = 1;
    size_t length;
    while ((length = line_length(expected)) == line_length(found) && length != 0 &&
           memcmp(expected, found, length) == 0) {
        expected += length;
        found += length;
        line++;
    }
    report_what("%s %s, line %u", what, name, line);
    report_side("expected", expected, line_length(expected));
    report_side("found", found, line_length(found));
}

static void compare_texts(const char *what, const char *name, const char *expected,
                          const char *found)
{
    char *expanded = expand(expected);
    if (strcmp(expanded, found) != 0)
        report_texts(what, name, expanded, found);
    free(expanded);
}

/* ---- lists of named texts: sinks, files ---- */

static const json_t *entry_of(const json_t *list, const char *key, const json_t *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        if (json_equal(json_object_get(entry, key), name))
            return entry;
    }
    return NULL;
}

/* One that is on one side only counts as empty. */
static void compare_sinks(const json_t *expected, const json_t *found)
{
    for (size_t i = 0; i < json_array_size(expected); i++) {
        const json_t *entry = json_array_get(expected, i);
        const json_t *other = entry_of(found, "name", json_object_get(entry, "name"));
        compare_texts("sink", text_of(entry, "name"), text_of(entry, "text"),
                      text_of(other, "text"));
    }
    for (size_t i = 0; i < json_array_size(found); i++) {
        const json_t *entry = json_array_get(found, i);
        if (entry_of(expected, "name", json_object_get(entry, "name")) == NULL)
            compare_texts("sink", text_of(entry, "name"), "", text_of(entry, "text"));
    }
}

static void compare_files(const json_t *expected, const json_t *found)
{
    for (size_t i = 0; i < json_array_size(expected); i++) {
        const json_t *entry = json_array_get(expected, i);
        const char *path = text_of(entry, "path");
        const json_t *other = entry_of(found, "path", json_object_get(entry, "path"));
        if (other != NULL) {
            compare_texts("file", path, text_of(entry, "text"), text_of(other, "text"));
            continue;
        }
        report_what("file %s", path);
        report_side("expected", text_of(entry, "text"), strlen(text_of(entry, "text")));
        report_words("found", "no such file");
    }
    for (size_t i = 0; i < json_array_size(found); i++) {
        const json_t *entry = json_array_get(found, i);
        if (entry_of(expected, "path", json_object_get(entry, "path")) != NULL)
            continue;
        report_what("file %s", text_of(entry, "path"));
        report_words("expected", "no such file");
        report_side("found", text_of(entry, "text"), strlen(text_of(entry, "text")));
    }
}

/* ---- results of steps ---- */

static void report_result(const char *side, const json_t *entry)
{
    if (entry == NULL) {
        report_words(side, "success");
        return;
    }
    report_side(side, text_of(entry, "value"), strlen(text_of(entry, "value")));
    if (*text_of(entry, "why") != '\0')
        report_words("", text_of(entry, "why"));
}

static void compare_results(const json_t *steps, const json_t *expected, const json_t *found)
{
    for (size_t i = 0; i < json_array_size(steps); i++) {
        json_t *number = json_integer((json_int_t)i);
        const json_t *one = entry_of(expected, "step", number);
        const json_t *other = entry_of(found, "step", number);
        json_decref(number);
        if (json_equal(json_object_get(one, "value"), json_object_get(other, "value")) ||
            (one == NULL && other == NULL))
            continue;
        report_what("step %zu, %s", i, text_of(json_array_get(steps, i), "op"));
        report_result("expected", one);
        report_result("found", other);
    }
}

/* ---- mails, in their order ---- */

static void compare_mail(size_t number, const json_t *expected, const json_t *found)
{
    static const char *const parts[] = {"mail_from", "rcpt_to", "h_from",    "h_to",
                                        "subject",   "body",    "auth_user", "auth_pass"};
    char name[32];
    snprintf(name, sizeof name, "mail %zu", number);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        compare_texts(name, parts[i], text_of(expected, parts[i]), text_of(found, parts[i]));
}

static void compare_mails(const json_t *expected, const json_t *found)
{
    const size_t most = json_array_size(expected), got = json_array_size(found);
    if (most != got) {
        char count[32];
        report_what("number of mails");
        snprintf(count, sizeof count, "%zu", most);
        report_words("expected", count);
        snprintf(count, sizeof count, "%zu", got);
        report_words("found", count);
    }
    for (size_t i = 0; i < most && i < got; i++)
        compare_mail(i, json_array_get(expected, i), json_array_get(found, i));
}

/* ---- counts ---- */

static void compare_counts(const char *key, const json_t *expected, const json_t *found)
{
    char count[32];
    if (number_of(expected, key) == number_of(found, key))
        return;
    report_what("%s", key);
    snprintf(count, sizeof count, "%lld", (long long)number_of(expected, key));
    report_words("expected", count);
    snprintf(count, sizeof count, "%lld", (long long)number_of(found, key));
    report_words("found", count);
}

void compare(const json_t *scenario, const json_t *expected, const json_t *found)
{
    compare_results(json_object_get(scenario, "steps"), json_object_get(expected, "results"),
                    json_object_get(found, "results"));
    compare_sinks(json_object_get(expected, "sinks"), json_object_get(found, "sinks"));
    compare_files(json_object_get(expected, "files"), json_object_get(found, "files"));
    compare_mails(json_object_get(expected, "mails"), json_object_get(found, "mails"));
    compare_counts("errors", expected, found);
    compare_counts("errors_reported", expected, found);
}
