/* The records of a block that is still open, as they came: what columns are made of when the block
 * is closed (logfile/columns.h). Adding one is a copy of its bytes: the fields of all records lie
 * one behind the other, without padding. */
#ifndef RL_LOGFILE_STAGE_H
#define RL_LOGFILE_STAGE_H

#include "base/buffer.h"
#include "logfile/layout.h"
#include "record/batch.h"
#include "record/fields.h"

#include <stdbool.h>
#include <stdint.h>

/* The fields that a record of a site has in struct rl_record. */
struct rl_shape {
    const uint8_t *codes;
    unsigned count;
};

struct rl_shape rl_shape_of(const struct rl_site *site);

struct rl_staged_site {
    uint32_t id; /* in the stream */
    uint32_t rows;
    size_t bytes;         /* of the fields of all of them */
    uint16_t logger;      /* that its definition names */
    uint8_t count;        /* of fields */
    uint8_t text_count;   /* of texts among them; if none, `fixed_bytes` is what all fields take */
    uint32_t fixed_bytes; /* of the fields, without what texts have behind their length words */
    uint8_t codes[RINGLOG_MAX_FIELDS];
    uint16_t texts_at[RINGLOG_MAX_FIELDS]; /* of each text: fixed bytes before its length word */
};

struct rl_staged_thread {
    uint32_t id;
    uint64_t first; /* number of its first record of this block, among all of its in the stream */
};

/* The records from this row on are of that thread, up to where the next turn begins. */
struct rl_staged_turn {
    uint32_t row;
    uint32_t thread; /* place in the table of threads */
};

/* What only some records have (enum rl_sparse). */
struct rl_staged_sparse {
    uint32_t row;
    uint32_t length; /* of a text, in `texts` */
    int64_t value;   /* the number, or where the text is */
};

/* All zeros: an empty one. */
struct rl_stage {
    uint32_t count;
    uint32_t thread;                  /* of the last record */
    uint32_t level_mask, logger_mask; /* of what records may have, for the block's header */
    int64_t first_ns;                 /* the time of the first record, if there are any */
    int64_t least_ns, greatest_ns;    /* of all of them */
    /* One a record: uint64_t, its time less that of the first; uint32_t, place in the table of
     * sites. */
    struct rl_buffer times, places;
    struct rl_buffer bytes; /* fields */
    struct rl_buffer sites, threads, turns;
    struct rl_buffer sparse[RL_SPARSE_COLUMNS], texts;
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

/* Adds the first of these records that have nothing beside their fields, as long as they are of the
 * site, the logger and the thread of the first one, which is that of the record before, and not
 * beyond the one with which the stage may take `full_at` bytes. Returns how many. */
unsigned rl_stage_add_run(struct rl_stage *stage, uint32_t site, const struct rl_batch_row *rows,
                          unsigned count, size_t full_at);

/* Whose the records are that are added from now on. false: no memory. */
bool rl_stage_turn(struct rl_stage *stage, uint32_t thread);

/* What it holds, for the decision to close the block (RL_BLOCK_TARGET, RL_BLOCK_RECORDS_MOST). */
static inline size_t rl_stage_bytes(const struct rl_stage *stage)
{
    return stage->bytes.length + stage->texts.length + stage->times.length + stage->places.length;
}

static inline const uint64_t *rl_staged_times(const struct rl_stage *stage)
{
    return (const uint64_t *)(const void *)stage->times.data;
}

static inline const uint32_t *rl_staged_places(const struct rl_stage *stage)
{
    return (const uint32_t *)(const void *)stage->places.data;
}

static inline struct rl_staged_site *rl_staged_sites(const struct rl_stage *stage)
{
    return (struct rl_staged_site *)(void *)stage->sites.data;
}

static inline struct rl_staged_thread *rl_staged_threads(const struct rl_stage *stage)
{
    return (struct rl_staged_thread *)(void *)stage->threads.data;
}

static inline const struct rl_staged_turn *rl_staged_turns(const struct rl_stage *stage)
{
    return (const struct rl_staged_turn *)(const void *)stage->turns.data;
}

static inline size_t rl_staged_site_count(const struct rl_stage *stage)
{
    return stage->sites.length / sizeof(struct rl_staged_site);
}

static inline size_t rl_staged_thread_count(const struct rl_stage *stage)
{
    return stage->threads.length / sizeof(struct rl_staged_thread);
}

static inline size_t rl_staged_turn_count(const struct rl_stage *stage)
{
    return stage->turns.length / sizeof(struct rl_staged_turn);
}

/* Bytes of a record's fields, of which there are at most `available`; SIZE_MAX: they are not those
 * of the site. */
static inline size_t rl_staged_fields_bytes(const struct rl_staged_site *site,
                                            const unsigned char *fields, size_t available)
{
    size_t texts = 0;
    for (unsigned i = 0; i < site->text_count; i++) {
        const size_t at = site->texts_at[i] + texts;
        if (available < 4 || at > available - 4)
            return SIZE_MAX;
        const uint32_t word = rl_load_u32(fields + at);
        texts += rl_text_bytes(word);
    }
    return site->fixed_bytes + texts <= available ? site->fixed_bytes + texts : SIZE_MAX;
}

#endif
