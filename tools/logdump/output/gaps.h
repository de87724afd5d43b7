/* What files lack, on standard error, in the order of the text. */
#ifndef LOGDUMP_OUTPUT_GAPS_H
#define LOGDUMP_OUTPUT_GAPS_H

#include "item.h"

/* Of a GAP or MISSING. Files that are damaged all over are summed up. */
void gaps_tell(const struct item *item);
void gaps_sum_up(void);

#endif
