/* What syslog and journal have in common: severity, time, names. */
#ifndef RL_HANDLERS_SYSLOG_FIELDS_H
#define RL_HANDLERS_SYSLOG_FIELDS_H

#include "base/buffer.h"
#include "format/time_text.h"

#include <stddef.h>
#include <stdint.h>

/* RFC 5424's number, which is <syslog.h>'s LOG_CRIT and so on. */
int rl_syslog_severity(int level);

/* A time of RFC 3339, with 6 or 9 digits of the second, in local time with its offset. The struct
 * is made by rl_syslog_time_init() and belongs to the handler. */
int rl_syslog_time_init(struct rl_time_text *time_text);
void rl_syslog_append_time(struct rl_buffer *out, struct rl_time_text *time_text, int64_t wall_ns,
                           int digits);

/* RFC 3164's "Nov  4 05:14:15", in English whatever the locale. */
void rl_syslog_append_old_time(struct rl_buffer *out, struct rl_time_text *time_text,
                               int64_t wall_ns);

/* Copies at most size - 1 bytes, with "?" for what is not printable ASCII or a blank, and a NUL;
 * "-" if there are none. */
void rl_syslog_copy_name(char *to, size_t size, const char *text, size_t length);

/* Whether a name from the options needs no such mending: 0, or -EINVAL with its error told. */
int rl_syslog_check_name(const char *option, const char *name, size_t most);

#endif
