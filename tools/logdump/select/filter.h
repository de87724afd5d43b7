/* Which records go on, beyond what the reader selects by itself. All conditions must hold. */
#ifndef LOGDUMP_SELECT_FILTER_H
#define LOGDUMP_SELECT_FILTER_H

#include "item.h"

#include <stdbool.h>

struct filter;

struct filter *filter_new(void);
void filter_free(struct filter *filter);

/* What the reader selects by itself, where it must not: records of lower levels, other loggers are
 * passed over (ringlog/reader.h has the rules). */
void filter_set_level(struct filter *filter, int level);
void filter_add_logger(struct filter *filter, const char *logger);

/* --thread: an id of the system, or a name with fnmatch(3)'s wildcards. Of several, one must do. */
void filter_add_thread(struct filter *filter, const char *thread);

/* --site: "server.c:42", "server.c"; of a path its last parts will do. Of several, one must do. */
bool filter_add_site(struct filter *filter, const char *site);

/* --grep: a regular expression that the message matches somewhere. False: it has said why not. */
bool filter_add_pattern(struct filter *filter, const char *pattern, bool ignore_case);

/* --where: an expression. False: it has said what is wrong with it, and where. */
bool filter_add_expression(struct filter *filter, const char *text);

/* Leaves to the reader what of the expressions it can select by itself; *logger, if it is NULL,
 * becomes one to select, and is the filter's. */
void filter_narrow(const struct filter *filter, struct ringlog_reader_selection *selection,
                   const char **logger);

/* Whether it takes everything. */
bool filter_is_empty(const struct filter *filter);

/* Of a RECORD or LOSS. */
bool filter_takes(const struct filter *filter, const struct item *item);

#endif
