#ifndef TESTS_LOGDUMP_GIVEN_LOG_H
#define TESTS_LOGDUMP_GIVEN_LOG_H

#include "log_builder.h"

/* Adds the records that standard input spells out. */
void given_log(struct builder *builder);

#endif
