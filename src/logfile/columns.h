/* The body of a RECORDS block: the records column by column, so that each column is packed by what
 * its values have in common, and a reader unpacks only those it needs. All that is known about the
 * encoding of records is in this file and rows.h.
 *
 *     varint   threads | numbers: their ids | numbers: for each, how many records it had in the
 *              stream before this block
 *     varint   sites | numbers: their ids
 *     varint   groups of sites | unless as many as there are sites, and each is one by itself,
 *              numbers: for each site, in which of them it is
 *     numbers  for each record: which of the threads, from 0
 *     numbers  for each record: which of the sites, from 0
 *     numbers  for each record: its time less the block's least one
 *     byte     which of the six columns below there are, from bit 0 on
 *       logger     numbers: id, where it is not the one that the site's definition names
 *       level      numbers, where it is not the site's
 *       exception  texts
 *       stack      texts
 *       added      texts: packed lists of fields that filters added (record/extra.h)
 *       context    texts: packed lists of the fields of the thread's context
 *     of each of these: varint how many records have it | unless it is all of them, numbers: which
 *              records of the block, ascending from 0 | the values
 *     for each group: varint bytes | the fields of the records of its sites, which have the same
 * types, one column behind the other, as the codes of their definitions say: F64 reals
 * (logfile/reals.h); STRING and BYTES texts; F80 numbers: the lower eight of its 16 bytes, numbers:
 * the upper ones, in the form that the stream's header names; all others numbers, I32, I64 and
 * ERRNO signed
 *
 * See numbers.h and texts.h for these. Records stand in the order in which they were written, which
 * is that of each thread's calls; those of different threads may be out of the order of time. */
#ifndef RL_LOGFILE_COLUMNS_H
#define RL_LOGFILE_COLUMNS_H

#include "logfile/groups.h"
#include "logfile/stage.h"
#include "logfile/texts.h"

/* What columns are made with; kept from one block to the next. All zeros: an empty one. */
struct rl_columns_scratch {
    struct rl_groups groups;
    struct rl_buffer numbers, fields, texts, starts, sorted, group;
    struct rl_texts_scratch table;
};

void rl_columns_scratch_free(struct rl_columns_scratch *scratch);

/* Appends the body of a block of what is staged, which is not empty. Want of memory latches in
 * `out`. */
void rl_columns_append(struct rl_buffer *out, const struct rl_stage *stage,
                       struct rl_columns_scratch *scratch);

#endif
