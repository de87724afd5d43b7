/* Expectation against what came out. */
#ifndef TESTS_CONFORMANCE_COMPARE_H
#define TESTS_CONFORMANCE_COMPARE_H

#include <jansson.h>

/* Reports each difference. */
void compare(const json_t *scenario, const json_t *expected, const json_t *found);

#endif
