/* The records of a block that is still open, as they came: what columns are made of when the block
 * is closed (logfile/columns.h). Adding one is a copy of its bytes. */
#ifndef RL_LOGFILE_STAGE_H
#define RL_LOGFILE_STAGE_H

#include "base/buffer.h"
#include "logfile/layout.h"
#include "record/record.h"

#include <stdbool.h>
#include <stdint.h>

/* The fields that a record of a site has in struct rl_record. */
struct rl_shape {
    const uint8_t *codes;
    unsigned count;
};

struct rl_shape rl_shape_of(const struct rl_site *site);

struct rl_staged_row {
    int64_t time_ns;
    uint32_t site, thread; /* places in the tables below */
    uint32_t fields_at;    /* in `bytes` */
};

struct rl_staged_site {
    uint32_t id; /* in the stream */
    uint32_t rows;
    uint16_t logger;      /* that its definition names */
    uint8_t count;        /* of fields */
    bool has_texts;       /* if not, `fixed_bytes` is what all fields take */
    uint32_t fixed_bytes; /* of the fields, without what texts have behind their length words */
    uint8_t codes[RINGLOG_MAX_FIELDS];
};

struct rl_staged_thread {
    uint32_t id;
    uint64_t first; /* number of its first record of this block, among all of its in the stream */
};

/* What only some records have (enum rl_sparse). */
struct rl_staged_sparse {
    uint32_t row;
    uint32_t length; /* of a text, in `bytes` */
    int64_t value;   /* the number, or where the text is */
};

/* All zeros: an empty one. */
struct rl_stage {
    uint32_t count;
    uint32_t level_mask, logger_mask; /* of what records may have, for the block's header */
    struct rl_buffer rows, bytes, sites, threads;
    struct rl_buffer sparse[RL_SPARSE_COLUMNS];
};

void rl_stage_free(struct rl_stage *stage);
void rl_stage_clear(struct rl_stage *stage);

/* A site or thread that a record will name: its place, or UINT32_MAX without memory. */
uint32_t rl_stage_site(struct rl_stage *stage, uint32_t id, uint16_t logger,
                       const struct rl_site *site);
uint32_t rl_stage_thread(struct rl_stage *stage, uint32_t id, uint64_t first);

/* 0; -EINVAL: the record's fields are not those of the site; -ENOMEM. A record that is refused has
 * changed nothing. */
int rl_stage_add(struct rl_stage *stage, uint32_t site, uint32_t thread,
                 const struct rl_record *record);

/* The least and the greatest time of its records, of which there are some. */
void rl_stage_times(const struct rl_stage *stage, int64_t *least_ns, int64_t *greatest_ns);

/* What it holds, for the decision to close the block. */
static inline size_t rl_stage_bytes(const struct rl_stage *stage)
{
    return stage->bytes.length + stage->rows.length;
}

static inline struct rl_staged_row *rl_staged_rows(const struct rl_stage *stage)
{
    return (struct rl_staged_row *)(void *)stage->rows.data;
}

static inline struct rl_staged_site *rl_staged_sites(const struct rl_stage *stage)
{
    return (struct rl_staged_site *)(void *)stage->sites.data;
}

static inline struct rl_staged_thread *rl_staged_threads(const struct rl_stage *stage)
{
    return (struct rl_staged_thread *)(void *)stage->threads.data;
}

static inline size_t rl_staged_site_count(const struct rl_stage *stage)
{
    return stage->sites.length / sizeof(struct rl_staged_site);
}

static inline size_t rl_staged_thread_count(const struct rl_stage *stage)
{
    return stage->threads.length / sizeof(struct rl_staged_thread);
}

#endif
