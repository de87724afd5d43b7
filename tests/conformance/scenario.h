/* Scenario files, and what they say with defaults: a missing key is an empty text, 0 or an empty
 * list. */
#ifndef TESTS_CONFORMANCE_SCENARIO_H
#define TESTS_CONFORMANCE_SCENARIO_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* The file's scenarios, the caller's; NULL, and stderr says why, when it is no such file. */
json_t *load_scenarios(const char *path);

/* What ringlog shall do: where it departs from CPython on purpose, its own expectation. */
json_t *expectation_of(const json_t *scenario);

bool has_key(const json_t *object, const char *key);
const char *text_of(const json_t *object, const char *key);
const char *text_or(const json_t *object, const char *key, const char *otherwise);
int64_t number_of(const json_t *object, const char *key);
int64_t number_or(const json_t *object, const char *key, int64_t otherwise);
int level_of(const json_t *object);

size_t list_length(const json_t *object, const char *key);
const char *list_text(const json_t *object, const char *key, size_t index);

#endif
