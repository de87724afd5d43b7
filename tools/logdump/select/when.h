/* Points in time and spans of it, as people type them. */
#ifndef LOGDUMP_SELECT_WHEN_H
#define LOGDUMP_SELECT_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* 2026-01-02T03:04:05.678 in local time, with Z or +hh:mm elsewhere; a date alone; HH:MM[:SS]
 * today;
 * @seconds since the epoch; "now"; relative to `now_ns`: -15min, +2h. False: none of these. */
bool when_parse(const char *text, int64_t now_ns, int64_t *time_ns);

/* Nanoseconds since the epoch. */
int64_t when_now_ns(void);

/* From here on times without a zone are UTC's, not local. */
void when_use_utc(void);

/* Whether it is relative to now. */
bool when_is_relative(const char *text);

/* 500ms, 30s, 15min, 2h, 1d, 1h30min. */
bool when_parse_span(const char *text, int64_t *span_ns);

#endif
