/* When a file's interval ends and what the file is then called: calendar arithmetic, no I/O.
 *
 * A rollover comes from the calendar's own rules, not from adding seconds: a local midnight that
 * does not exist is the first instant after it, one that comes twice is the first of them, and the
 * name comes from the calendar day that was meant, also where that day was skipped. */
#ifndef RL_HANDLERS_SCHEDULE_H
#define RL_HANDLERS_SCHEDULE_H

#include "ringlog/files.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_SUFFIX_BYTES 32 /* "2024-05-08_10-20-30" and its NUL; years of more digits too */

struct rl_schedule {
    enum ringlog_when when;
    int interval; /* >= 1 */
    bool utc;
    int at_s; /* second of the day; < 0: its end */
};

/* One interval. */
struct rl_interval {
    int64_t end_s;                /* the first second, since the epoch, that is not in it */
    char suffix[RL_SUFFIX_BYTES]; /* names its start */
};

/* The interval in which `now_s` lies; it ends strictly after that. */
void rl_schedule_next(const struct rl_schedule *schedule, int64_t now_s,
                      struct rl_interval *interval);

/* Whether `text` begins with what a suffix of this kind looks like; its length, or 0. */
size_t rl_schedule_match(const struct rl_schedule *schedule, const char *text);

#endif
