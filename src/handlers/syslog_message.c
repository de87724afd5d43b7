#include "handlers/syslog_message.h"

#include "base/utf8.h"
#include "format/escape.h"
#include "format/value.h"
#include "handlers/syslog_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define CUT_MARK        "\xe2\x80\xa6" /* an ellipsis */
#define UTF8_3          3              /* bytes of each */

/* ---- headers ---- */

static void append_priority(const struct rl_syslog_form *syslog, const struct rl_line *line,
                            const char *version, struct rl_buffer *out)
{
    char text[32];
    const int priority = syslog->facility | rl_syslog_severity((int)line->level);
    const int length = snprintf(text, sizeof text, "<%d>%s", priority, version);
    rl_buffer_append(out, text, (size_t)length);
}

/* "<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID " */
static void append_header(struct rl_syslog_form *syslog, const struct rl_line *line,
                          struct rl_buffer *out)
{
    char text[RL_SYSLOG_MIN_BYTES], msgid[RL_SYSLOG_MSGID_MAX + 1];
    append_priority(syslog, line, "1 ", out);
    rl_syslog_append_time(out, &syslog->time_text, line->wall_ns, 6);
    rl_syslog_copy_name(msgid, sizeof msgid, line->logger_name.bytes, line->logger_name.length);
    const int length = snprintf(text, sizeof text, " %s %s %" PRId64 " %s ", syslog->hostname,
                                syslog->app_name, line->process_id, msgid);
    rl_buffer_append(out, text, (size_t)length);
}

/* "<PRI>Mmm dd hh:mm:ss [HOSTNAME ]APP-NAME[PROCID]:" */
static void append_old_header(struct rl_syslog_form *syslog, const struct rl_line *line,
                              struct rl_buffer *out)
{
    char text[RL_SYSLOG_MIN_BYTES];
    append_priority(syslog, line, "", out);
    rl_syslog_append_old_time(out, &syslog->time_text, line->wall_ns);
    const int length =
        snprintf(text, sizeof text, " %s%s%s[%" PRId64 "]:", syslog->local ? "" : syslog->hostname,
                 syslog->local ? "" : " ", syslog->app_name, line->process_id);
    rl_buffer_append(out, text, (size_t)length);
}

/* ---- structured data ---- */

/* In a value, quote, backslash and bracket have a backslash in front (RFC 5424, 6.3.3). Control
 * characters and what is no UTF-8 are escaped first, as everywhere. */
static void append_value(struct rl_syslog_form *syslog, struct rl_span value, struct rl_buffer *out)
{
    struct rl_buffer *escaped = &syslog->text;
    escaped->length = 0;
    rl_escape_append(escaped, value.bytes, value.length);
    for (size_t i = 0; i < escaped->length; i++) {
        const char byte = escaped->data[i];
        if (byte == '"' || byte == '\\' || byte == ']')
            rl_buffer_append_char(out, '\\');
        rl_buffer_append_char(out, byte);
    }
}

static void append_text(struct rl_syslog_form *syslog, const char *name, struct rl_span value,
                        struct rl_buffer *out)
{
    if (value.length == 0)
        return;
    rl_buffer_append_char(out, ' ');
    rl_buffer_append(out, name, strlen(name));
    rl_buffer_append(out, "=\"", 2);
    append_value(syslog, value, out);
    rl_buffer_append_char(out, '"');
}

static void append_number(struct rl_syslog_form *syslog, const char *name, int64_t number,
                          struct rl_buffer *out)
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    append_text(syslog, name, (struct rl_span){digits, (size_t)length}, out);
}

/* A name of RFC 5424: 1 to 32 printable ASCII characters, but = blank ] and quote. */
static void append_name(const struct rl_extra *extra, struct rl_buffer *out)
{
    for (size_t i = 0; i < extra->key_length && i < 32; i++) {
        const char byte = extra->key[i];
        const bool is_good = byte > ' ' && byte < 127 && strchr("=]\"", byte) == NULL;
        rl_buffer_append_char(out, is_good ? byte : '_');
    }
}

/* Extra fields: an element of their own, beside ours under the same number. */
static void append_extras(struct rl_syslog_form *syslog, const struct rl_record *record,
                          struct rl_buffer *out)
{
    struct rl_extras extras = rl_record_extras(record);
    struct rl_extra extra;
    bool any = false;
    while (rl_extras_next(&extras, &extra)) {
        const char *number = strchr(syslog->sd_id, '@');
        if (!any) {
            rl_buffer_append(out, "[fields", 7);
            rl_buffer_append(out, number, strlen(number));
        }
        any = true;
        rl_buffer_append_char(out, ' ');
        append_name(&extra, out);
        rl_buffer_append(out, "=\"", 2);
        syslog->value.length = 0;
        rl_value_append(&syslog->value, &extra.value, true);
        append_value(syslog, (struct rl_span){syslog->value.data, syslog->value.length}, out);
        rl_buffer_append_char(out, '"');
    }
    if (any)
        rl_buffer_append_char(out, ']');
}

/* Where a record came from, and its extra fields. */
static void append_structured_data(struct rl_syslog_form *syslog, const struct rl_line *line,
                                   struct rl_buffer *out)
{
    if (syslog->sd_id[0] == '\0') {
        rl_buffer_append_char(out, '-');
        return;
    }
    rl_buffer_append_char(out, '[');
    rl_buffer_append(out, syslog->sd_id, strlen(syslog->sd_id));
    append_text(syslog, "logger", line->logger_name, out);
    append_text(syslog, "file", line->pathname, out);
    if (line->pathname.length != 0)
        append_number(syslog, "line", line->line_number, out);
    append_text(syslog, "function", line->function, out);
    append_text(syslog, "thread", line->thread_name, out);
    append_number(syslog, "tid", line->thread_id, out);
    rl_buffer_append_char(out, ']');
    if (line->record != NULL)
        append_extras(syslog, line->record, out);
}

/* ---- message ---- */

static bool is_ascii(const struct rl_buffer *text)
{
    for (size_t i = 0; i < text->length; i++)
        if ((unsigned char)text->data[i] >= 0x80)
            return false;
    return true;
}

/* With a byte order mark in front of what is not ASCII, as only RFC 5424 knows it. */
static void append_text_of(const struct rl_syslog_form *syslog, size_t room, struct rl_buffer *out)
{
    const struct rl_buffer *text = &syslog->text;
    const bool is_cut = text->length > room - UTF8_3 && (text->length > room || !is_ascii(text));
    if (!syslog->rfc3164 && (is_cut || !is_ascii(text))) {
        room -= UTF8_3;
        rl_buffer_append(out, BYTE_ORDER_MARK, UTF8_3);
    }
    if (text->length <= room) {
        rl_buffer_append(out, text->data, text->length);
        return;
    }
    rl_buffer_append(out, text->data, rl_utf8_floor(text->data, text->length, room - UTF8_3));
    rl_buffer_append(out, CUT_MARK, UTF8_3);
}

/* Where the text would have to be cut, structured data that takes half of the room goes first. */
static void append_data_or_none(struct rl_syslog_form *syslog, const struct rl_line *line,
                                size_t text_bytes, size_t start, struct rl_buffer *out)
{
    const size_t data_at = out->length;
    append_structured_data(syslog, line, out);
    const size_t bytes = out->length - start + 1 + UTF8_3 + text_bytes;
    if (out->length - data_at <= syslog->message_bytes / 2 || bytes <= syslog->message_bytes)
        return;
    out->length = data_at;
    rl_buffer_append_char(out, '-');
}

void rl_syslog_message_append(struct rl_syslog_form *syslog, const struct rl_line *line,
                              struct rl_span text, struct rl_buffer *out)
{
    const size_t start = out->length;
    if (syslog->rfc3164) {
        append_old_header(syslog, line, out);
    } else {
        append_header(syslog, line, out);
        append_data_or_none(syslog, line, text.length, start, out);
    }
    rl_buffer_append_char(out, ' ');
    syslog->text.length = 0;
    rl_escape_append(&syslog->text, text.bytes, text.length);
    append_text_of(syslog, syslog->message_bytes - (out->length - start), out);
}
