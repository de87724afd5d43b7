/* Where to begin to read, if only the last records are asked for. */
#ifndef LOGDUMP_INPUT_TAIL_H
#define LOGDUMP_INPUT_TAIL_H

#include "input/files.h"
#include "input/source.h"
#include "select/filter.h"

/* Narrows the selection to the ends of the files, from where on at least so many records of each
 * match, or all of it: so that the last of a large log do not cost the reading of all of it. */
void tail_narrow(const struct files *files, struct setup *setup, const struct filter *filter,
                 uint64_t records);

#endif
