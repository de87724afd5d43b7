#include "handlers/lines.h"

#include <errno.h>
#include <stdio.h>

/* The writer's alone: of handlers without a formatter, in this process. */
static struct ringlog_formatter *default_formatter(pid_t process)
{
    static struct ringlog_formatter *formatter;
    static pid_t owner;
    if (formatter == NULL)
        ringlog_formatter_new(&formatter, NULL);
    else if (owner != process)
        rl_line_format_forked(&formatter->format);
    owner = process;
    return formatter;
}

/* On a line of its own behind what the record has written since `start`, as CPython's
 * Formatter.format() does. */
static void append_block(struct rl_buffer *out, size_t start, const char *text, size_t length)
{
    if (text == NULL || length == 0)
        return;
    if (out->length == start || out->data[out->length - 1] != '\n')
        rl_buffer_append_char(out, '\n');
    rl_buffer_append(out, text, length);
}

static void tell_missing(struct ringlog_handler *handler, const struct rl_span *field)
{
    char what[320];
    snprintf(what, sizeof what, "format: \"%.*s\" is no tag, and no field of this record",
             (int)field->length, field->bytes);
    rl_handler_count_lost(handler, 1);
    rl_handler_error(handler, ENODATA, what);
}

bool rl_handler_append_line(struct ringlog_handler *handler, const struct rl_event *event,
                            struct rl_buffer *out)
{
    struct ringlog_formatter *formatter = rl_rcu_dereference(handler->formatter);
    if (formatter == NULL)
        formatter = default_formatter(handler->process);
    if (formatter == NULL)
        return false; /* no memory for the simplest line: the next one may do better */
    const size_t start = out->length;
    struct rl_span field;
    if (!rl_line_format_render(&formatter->format, &event->line, out, &field)) {
        out->length = start;
        tell_missing(handler, &field);
        return false;
    }
    const struct rl_record *record = event->record;
    if ((record->exception_text != NULL || record->stack_text != NULL) &&
        !rl_line_format_is_whole(&formatter->format)) {
        append_block(out, start, record->exception_text, record->exception_length);
        append_block(out, start, record->stack_text, record->stack_length);
    }
    rl_buffer_append_char(out, '\n');
    return true;
}
