#include "scenario.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

#define FORMAT "ringlog-conformance"

static json_t *refuse(const char *path, json_t *file, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    json_decref(file);
    return NULL;
}

json_t *load_scenarios(const char *path)
{
    json_error_t error;
    json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (file == NULL) {
        fprintf(stderr, "%s:%d:%d: %s\n", path, error.line, error.column, error.text);
        return NULL;
    }
    if (strcmp(text_of(file, "format"), FORMAT) != 0 || number_of(file, "version") != 1)
        return refuse(path, file, "not " FORMAT ", version 1");
    json_t *scenarios = json_object_get(file, "scenarios");
    if (!json_is_array(scenarios))
        return refuse(path, file, "no scenarios");
    json_incref(scenarios);
    json_decref(file);
    return scenarios;
}

json_t *expectation_of(const json_t *scenario)
{
    json_t *own = json_object_get(scenario, "expect_ringlog");
    return own != NULL ? own : json_object_get(scenario, "expect");
}

bool has_key(const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL;
}

const char *text_or(const json_t *object, const char *key, const char *otherwise)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL)
        return otherwise;
    if (!json_is_string(value))
        trouble("\"%s\" is not a text", key);
    return json_string_value(value);
}

const char *text_of(const json_t *object, const char *key)
{
    return text_or(object, key, "");
}

int64_t number_or(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL)
        return otherwise;
    if (!json_is_integer(value))
        trouble("\"%s\" is not an integer", key);
    return json_integer_value(value);
}

int64_t number_of(const json_t *object, const char *key)
{
    return number_or(object, key, 0);
}

int level_of(const json_t *object)
{
    return (int)number_of(object, "level");
}

size_t list_length(const json_t *object, const char *key)
{
    const json_t *list = json_object_get(object, key);
    if (list != NULL && !json_is_array(list))
        trouble("\"%s\" is not a list", key);
    return json_array_size(list);
}

const char *list_text(const json_t *object, const char *key, size_t index)
{
    const json_t *value = json_array_get(json_object_get(object, key), index);
    if (!json_is_string(value))
        trouble("\"%s\" has no text at %zu", key, index);
    return json_string_value(value);
}
