/* The fields of the records of a group of call sites, column by column (logfile/columns.h says in which form). */
#ifndef RL_LOGFILE_FIELD_COLUMNS_H
#define RL_LOGFILE_FIELD_COLUMNS_H

#include "logfile/stage.h"
#include "logfile/texts.h"

/* What columns of fields are made with: room for as many of each as the group has records. */
struct rl_field_columns_scratch {
    uint64_t *numbers;
    const unsigned char **fields;
    struct rl_column_text *texts;
    struct rl_texts_scratch *table;
};

/* Appends the columns of the group's records (logfile/groups.h), which are `rows` of it and `bytes`,
 * and lie one behind the other from `records` on. */
void rl_field_columns_append(struct rl_buffer *out, const struct rl_staged_site *site,
                             const unsigned char *records,
                             const struct rl_field_columns_scratch *scratch);

#endif
