/* How far back one has to begin to read. */
#ifndef LOGDUMP_INPUT_TIMES_H
#define LOGDUMP_INPUT_TIMES_H

#include "input/files.h"
#include "input/source.h"
#include "select/filter.h"

/* From when to when the files reach. False: one of them is none that can be looked at twice, or
 * there is no record in any; *why is valid until the next call into ringlog. */
bool times_of(const struct files *files, int64_t *first_ns, int64_t *last_ns, const char **why);

#endif
