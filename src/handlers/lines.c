#include "handlers/lines.h"

#include "format/run.h"

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

/* NULL: no memory for the simplest line; the next one may do better. */
static struct ringlog_formatter *formatter_of(const struct ringlog_handler *handler)
{
    struct ringlog_formatter *formatter = rl_rcu_dereference(handler->formatter);
    return formatter != NULL ? formatter : default_formatter(handler->process);
}

bool rl_handler_append_line(struct ringlog_handler *handler, const struct rl_event *event,
                            struct rl_buffer *out)
{
    struct ringlog_formatter *formatter = formatter_of(handler);
    if (formatter == NULL)
        return false;
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

unsigned rl_handler_append_lines(struct ringlog_handler *handler, struct rl_event *event,
                                 const struct rl_batch_row *rows, unsigned count,
                                 struct rl_buffer *out, struct rl_marks *marks)
{
    struct ringlog_formatter *formatter = formatter_of(handler);
    const struct rl_program *program =
        formatter == NULL ? NULL : rl_line_format_template(&formatter->format, &event->line);
    if (program == NULL)
        return 0; /* rendering one by itself makes it */
    for (unsigned i = 0; i < count; i++) {
        const size_t start = out->length;
        struct rl_span field;
        rl_event_go_to(event, &rows[i]);
        if (rl_run_line(program, &event->line, &formatter->format, out, &field)) {
            rl_buffer_append_char(out, '\n');
        } else {
            out->length = start;
            tell_missing(handler, &field);
        }
        if (marks != NULL)
            rl_marks_add(marks, (struct rl_mark){.time_ns = rows[i].time_ns,
                                                 .bytes = (uint32_t)(out->length - start)});
    }
    return count;
}
