/* --duration: which argument says how long something took that a record tells the end of. */
#ifndef LOGDUMP_OUTPUT_DURATION_H
#define LOGDUMP_OUTPUT_DURATION_H

#include "select/operand.h"

#include <stdbool.h>

struct duration {
    struct operand operand;
    double unit_ns;
};

/* "took_ms", "$3:us", "elapsed:s": the unit is ns, us, ms or s. False: it is none, which nobody has
 * said. operand_free() when done. */
bool duration_parse(struct duration *duration, const char *text);

/* False: the record has none, or one that is no duration. */
bool duration_of(const struct duration *duration, const struct item *item, int64_t *nanoseconds);

#endif
