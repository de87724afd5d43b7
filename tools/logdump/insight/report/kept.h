/* Records that a report shows: the first, the last and the worst ones, so many of each. */
#ifndef LOGDUMP_INSIGHT_REPORT_KEPT_H
#define LOGDUMP_INSIGHT_REPORT_KEPT_H

#include "insight/shown.h"
#include "item.h"

#define KEPT_MOST  2000 /* of the first, and of the last */
#define KEPT_WORST 5000

struct kept_record {
    uint64_t order; /* among all */
    int level;
    char *json;
    size_t length;
};

struct kept {
    uint64_t seen;
    struct kept_record first[KEPT_MOST];
    struct kept_record last[KEPT_MOST];   /* a ring */
    struct kept_record worst[KEPT_WORST]; /* a heap: the least bad, of those the latest, on top */
    size_t first_count, worst_count;
    struct buffer row;
};

void kept_take(struct kept *kept, const struct item *item);

/* "most": so many of the first and the last, "worst": of those, "rows": [order, in which of them
 * (1, 2, 4), time in ms, class of level, level, logger, thread, place, message, more]. */
void kept_add_json(struct kept *kept, struct buffer *json);

void kept_free(struct kept *kept);

#endif
