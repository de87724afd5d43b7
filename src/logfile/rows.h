/* The records of a RECORDS block, row by row, out of its columns (logfile/columns.h). The fields of
 * a group of sites are unpacked when the first of them is asked for.
 *
 * The bytes are not trusted. What they make a reader keep is bounded by the number of records, of
 * which a block has at most RL_BLOCK_RECORDS_MOST; what its fields unpack to, where a text may
 * stand in many records, by RL_BLOCK_MOST for all of a block. */
#ifndef RL_LOGFILE_ROWS_H
#define RL_LOGFILE_ROWS_H

#include "logfile/columns.h"
#include "logfile/pack.h"

/* What a row says beside its fields. What it does not say is the site's. */
struct rl_row {
    uint32_t site, thread; /* places in the block's tables */
    uint64_t thread_sequence;
    int64_t time_ns;
    bool has_logger, has_level;
    uint16_t logger;
    int32_t level;
    const char *exception_text; /* NULL: none */
    size_t exception_length;
    const char *stack_text;
    size_t stack_length;
    struct rl_bytes added, context;
};

/* All zeros: no block. */
struct rl_rows {
    uint32_t count, next; /* of rows */
    int64_t least_time_ns;
    uint64_t unpacked; /* bytes of the rows' fields so far */
    uint32_t place;    /* the last row's site, in `sites` */
    uint32_t group;    /* that site's group, in `groups` */
    uint32_t number;   /* and which of that group's rows it is */
    bool no_memory;
    bool any_sparse;
    struct rl_buffer numbers; /* uint64_t: what follows, by where it begins */
    size_t thread_ids, thread_firsts, thread_count, row_threads, row_sites, row_groups, row_times;
    struct rl_buffer sites;   /* struct site, see rows.c */
    struct rl_buffer groups;  /* struct group */
    struct rl_buffer columns; /* of groups that were unpacked: where each begins */
    struct rl_buffer texts;   /* struct rl_column_text */
    struct sparse_column {
        uint32_t count, next;
        size_t rows;   /* in numbers; SIZE_MAX: all of them */
        size_t values; /* in numbers, or in texts */
    } sparse[RL_SPARSE_COLUMNS];
    struct rl_texts_scratch scratch;
};

void rl_rows_free(struct rl_rows *rows);

/* Takes the body of a block, which stays where it is while rows of it are read. False: it is none,
 * or (no_memory) there is none. */
bool rl_rows_open(struct rl_rows *rows, struct rl_cursor body, uint32_t count,
                  int64_t least_time_ns);

size_t rl_rows_sites(const struct rl_rows *rows);
size_t rl_rows_threads(const struct rl_rows *rows);

/* What a place in the tables stands for: an id in the stream. */
uint32_t rl_rows_site_id(const struct rl_rows *rows, size_t place);
uint32_t rl_rows_thread_id(const struct rl_rows *rows, size_t place);

/* The next row; there must be one. */
void rl_rows_next(struct rl_rows *rows, struct rl_row *row);

/* Passes over rows until one of a site that is not marked in `refused` (by place), or until there
 * are no more; tells how many. None where rows say their own level or logger. Of a refused site no
 * row may be asked for after that. */
uint32_t rl_rows_skip(struct rl_rows *rows, const uint8_t *refused);

/* The fields of the row just read, as a record of this machine has them, into a buffer that is
 * emptied first. False: the bytes are no such fields, or no memory. */
bool rl_rows_fields(struct rl_rows *rows, struct rl_shape shape, enum rl_wide_form form,
                    struct rl_buffer *fields);

#endif
