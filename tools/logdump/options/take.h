/* What options do: each sets something, or says what is wrong with its argument. */
#ifndef LOGDUMP_OPTIONS_TAKE_H
#define LOGDUMP_OPTIONS_TAKE_H

#include "options/options.h"

/* ---- which records ---- */

bool take_level(struct options *options, const char *name);
bool take_logger(struct options *options, const char *name);
bool take_thread(struct options *options, const char *name);
bool take_site(struct options *options, const char *site);
bool take_grep(struct options *options, const char *pattern);
bool take_ignore_case(struct options *options, const char *none);
bool take_where(struct options *options, const char *expression);
bool take_since(struct options *options, const char *time);
bool take_until(struct options *options, const char *time);
bool take_around(struct options *options, const char *time);
bool take_span(struct options *options, const char *span);
bool take_from_end(struct options *options, const char *none);
bool take_head(struct options *options, const char *number);
bool take_tail(struct options *options, const char *number);
bool take_after(struct options *options, const char *number);
bool take_before(struct options *options, const char *number);
bool take_context(struct options *options, const char *number);
bool take_rotated(struct options *options, const char *none);
bool take_follow(struct options *options, const char *none);

/* ---- how they look, or what of them ---- */

bool take_format(struct options *options, const char *format);
bool take_datefmt(struct options *options, const char *format);
bool take_utc(struct options *options, const char *none);
bool take_raw(struct options *options, const char *none);
bool take_colour(struct options *options, const char *when);
bool take_json(struct options *options, const char *preset);
bool take_logfmt(struct options *options, const char *none);
bool take_csv(struct options *options, const char *none);
bool take_columns(struct options *options, const char *list);
bool take_ctf(struct options *options, const char *directory);
bool take_chrome(struct options *options, const char *none);
bool take_duration(struct options *options, const char *name);
bool take_count(struct options *options, const char *none);
bool take_verify(struct options *options, const char *none);
bool take_stats(struct options *options, const char *none);
bool take_histogram(struct options *options, const char *none);
bool take_summary(struct options *options, const char *name);
bool take_report(struct options *options, const char *path);
bool take_top(struct options *options, const char *number);

/* A number of `what` ("records", "rows"); for the two above. */
bool take_number(const char *option, const char *what, const char *text, uint64_t *number);

#endif
