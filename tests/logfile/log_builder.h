/* Builds records as capture would, and log files out of them, for tests. */
#ifndef TESTS_LOGFILE_LOG_BUILDER_H
#define TESTS_LOGFILE_LOG_BUILDER_H

#include "base/buffer.h"
#include "logfile/write.h"
#include "record/dictionary.h"
#include "record/record.h"

#include <stdint.h>

/* A record's fields in the making. */
struct fields {
    unsigned char bytes[600 * 1024];
    size_t length;
};

void put_i32(struct fields *fields, int32_t value);
void put_i64(struct fields *fields, int64_t value);
void put_u64(struct fields *fields, uint64_t value);
void put_f64(struct fields *fields, double value);
void put_f80(struct fields *fields, long double value);
/* NULL is the null pointer. */
void put_text(struct fields *fields, const char *text, size_t length, bool cut);

/* Numbers that no column can make short. */
int32_t scrambled(int i);

struct builder {
    struct rl_logfile_writer writer;
    struct rl_zstd_writer *zstd;
    struct rl_buffer out;
    struct rl_dictionary *dictionary;
    struct fields fields; /* of the next record; emptied by builder_add() */
    int64_t time_ns;      /* of the next record; builder_add() lets some time pass */
    const char *logger;
    uint16_t logger_id;
    struct rl_thread thread;
};

/* Of the logs that are made from here on; 0, as it is at first: not compressed. */
extern int builder_zstd_level;

/* A log with its header in `out`, logger "net.http", thread "main". `seed` tells streams apart. */
struct builder *builder_new(int64_t seed);
void builder_free(struct builder *builder);

/* A call site of the builder's dictionary; `codes` are RINGLOG_FIELD_... characters. */
uint32_t builder_site(struct builder *builder, int level, uint16_t flags, const char *format,
                      const char *codes);

/* Adds a record of the site with `fields`, and `level` if it is not the site's. */
int builder_add(struct builder *builder, uint32_t site, int level);

/* The record that builder_add() adds. */
struct rl_record builder_record(const struct builder *builder, uint32_t site, int level);

void builder_flush(struct builder *builder);

#endif
