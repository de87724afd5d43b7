/* When a log file is put away and a new one begun. The decision is made where bytes are written,
 * from the marks of the records in them and from the file as it is; so a batch is cut at the record
 * that wants a new file, on whatever thread the handler writes. */
#ifndef RL_HANDLERS_ROTATION_H
#define RL_HANDLERS_ROTATION_H

#include "handlers/log_file.h"
#include "handlers/schedule.h"

struct rl_rotation_rules {
    bool timed; /* by schedule; else numbered */
    struct rl_schedule schedule;
    uint64_t max_bytes;
    unsigned backup_count;
    uint32_t max_age_s;
    uint64_t max_total_bytes;
    enum ringlog_compress compress;
    ringlog_namer namer;
    ringlog_rotator rotator;
    void *context;
};

struct rl_rotation {
    struct rl_rotation_rules rules;
    struct rl_interval interval; /* timed: the one that the file is of; whoever writes */
    int64_t rollover_at_s;       /* its end, for everybody; atomic, relaxed */
    int64_t retry_ns;            /* after a failure: when to try again, monotonic */
    int64_t owed_ns;             /* the same, for `append`; atomic, relaxed; 0: nothing failed */
    bool by_marks;               /* only where a mark asks for a new file */
};

/* NULL without memory. */
struct rl_rotation *rl_rotation_new(const struct rl_rotation_rules *rules);
void rl_rotation_free(struct rl_rotation *rotation);
bool rl_rotation_same_rules(const struct rl_rotation *a, const struct rl_rotation *b);

/* The file began then. */
void rl_rotation_begin(struct rl_rotation *rotation, int64_t began_s);

/* At the start: removes what is too old, compresses what was not. */
void rl_rotation_clean(const struct rl_log_file *file);

/* Of the `length` bytes that are to be written, whose marks are the handler's: rotates, if what is
 * in front wants a new file, and returns how many go to the file before the next one. */
size_t rl_rotation_advance(struct rl_log_file *file, size_t length);

/* Whether a record of this time, with which `pending` bytes are to follow the `size` that the file
 * has, wants a new file. */
bool rl_rotation_is_due(const struct rl_rotation_rules *rules, int64_t end_s, uint64_t size,
                        uint64_t pending, int64_t time_ns);

/* In whole seconds, downwards. */
static inline int64_t rl_rotation_second(int64_t time_ns)
{
    return time_ns / 1000000000 - (time_ns % 1000000000 < 0);
}

#endif
