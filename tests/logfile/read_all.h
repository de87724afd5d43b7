/* Reads a log to its end and keeps what matters for comparing. */
#ifndef TESTS_LOGFILE_READ_ALL_H
#define TESTS_LOGFILE_READ_ALL_H

#include "logfile/read.h"

#include <stddef.h>
#include <stdint.h>

#define MOST_RECORDS 20000
#define MOST_GAPS    64

/* One record as text: two that differ anywhere differ here. */
struct seen {
    uint32_t stream;
    uint64_t sequence;
    uint32_t hash;
};

struct result {
    struct seen records[MOST_RECORDS];
    size_t record_count;
    struct rl_gap gaps[MOST_GAPS];
    size_t gap_count; /* may exceed MOST_GAPS */
    uint64_t missing;
    unsigned losses;
    int end; /* RL_ITEM_END or -errno */
};

/* A file in memory, to be read from its beginning. */
int memory_file(const char *bytes, size_t length);

void read_fd(int fd, struct result *result);
void read_bytes(const void *bytes, size_t length, struct result *result);

/* Every record that was read is the one of its number, and none comes twice. */
void expect_only_originals(const struct result *whole, const struct result *result);

#endif
