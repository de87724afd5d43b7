/* Everything that a scenario left behind, in the form of an expectation. */
#ifndef TESTS_CONFORMANCE_COLLECT_H
#define TESTS_CONFORMANCE_COLLECT_H

#include "run.h"

json_t *collect(struct run *run);

#endif
