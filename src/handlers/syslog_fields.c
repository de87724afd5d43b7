#include "handlers/syslog_fields.h"

#include "base/error.h"
#include "ringlog/ringlog.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <syslog.h>

#define NOTICE       25 /* where those who have such a level put it */
#define SECOND_NS    INT64_C(1000000000)
#define SECOND_BYTES 19 /* "2003-08-24T05:14:15" */
#define WHOLE_BYTES  24 /* the same with "-0700" */

int rl_syslog_severity(int level)
{
    static const struct {
        int level, severity;
    } steps[] = {{RINGLOG_CRITICAL, LOG_CRIT},
                 {RINGLOG_ERROR, LOG_ERR},
                 {RINGLOG_WARNING, LOG_WARNING},
                 {NOTICE, LOG_NOTICE},
                 {RINGLOG_INFO, LOG_INFO}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (level >= steps[i].level)
            return steps[i].severity;
    return LOG_DEBUG;
}

int rl_syslog_time_init(struct rl_time_text *time_text)
{
    return rl_time_text_init(time_text, "%Y-%m-%dT%H:%M:%S%z", false);
}

void rl_syslog_append_time(struct rl_buffer *out, struct rl_time_text *time_text, int64_t wall_ns,
                           int digits)
{
    const struct rl_buffer *text = rl_time_text_at(time_text, wall_ns);
    if (text->length != WHOLE_BYTES) { /* no memory for it */
        rl_buffer_append_char(out, '-');
        return;
    }
    char fraction[16];
    const unsigned ns = (unsigned)((uint64_t)wall_ns - (uint64_t)time_text->second_ns);
    snprintf(fraction, sizeof fraction, ".%09u", ns % (unsigned)SECOND_NS);
    const char *offset = text->data + SECOND_BYTES;
    rl_buffer_append(out, text->data, SECOND_BYTES);
    rl_buffer_append(out, fraction, (size_t)digits + 1);
    rl_buffer_append(out, offset, 3);
    rl_buffer_append_char(out, ':');
    rl_buffer_append(out, offset + 3, 2);
}

void rl_syslog_append_old_time(struct rl_buffer *out, struct rl_time_text *time_text,
                               int64_t wall_ns)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const struct rl_buffer *text = rl_time_text_at(time_text, wall_ns);
    if (text->length != WHOLE_BYTES) /* no memory for it */
        return;
    const char *date = text->data; /* "2003-08-24T..." */
    const int month = (date[5] - '0') * 10 + date[6] - '0';
    rl_buffer_append(out, months + (ptrdiff_t)(month - 1) * 3, 3);
    rl_buffer_append_char(out, ' ');
    rl_buffer_append_char(out, date[8] == '0' ? ' ' : date[8]);
    rl_buffer_append_char(out, date[9]);
    rl_buffer_append_char(out, ' ');
    rl_buffer_append(out, date + 11, 8);
}

static bool is_printable(char byte)
{
    return byte > ' ' && byte <= '~';
}

void rl_syslog_copy_name(char *to, size_t size, const char *text, size_t length)
{
    size_t at = 0;
    for (; at < length && at < size - 1; at++)
        to[at] = is_printable(text[at]) ? text[at] : '?';
    if (at == 0)
        to[at++] = '-';
    to[at] = '\0';
}

int rl_syslog_check_name(const char *option, const char *name, size_t most)
{
    const size_t length = strlen(name);
    if (length == 0 || length > most)
        return rl_error(-EINVAL, "%s \"%.100s\": not 1 to %zu bytes", option, name, most);
    for (size_t i = 0; i < length; i++)
        if (!is_printable(name[i]))
            return rl_error(-EINVAL, "%s: byte %zu is not printable ASCII", option, i);
    return 0;
}
