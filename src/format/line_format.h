/* What a formatter's options come to: a pattern, or a style of lines made of members. Handlers of
 * the running program and readers of log files render their lines with it.
 *
 * One struct is used by one thread at a time. */
#ifndef RL_FORMAT_LINE_FORMAT_H
#define RL_FORMAT_LINE_FORMAT_H

#include "format/pattern.h"
#include "format/structured.h"
#include "format/template.h"
#include "ringlog/formatters.h"

struct rl_line_format {
    struct rl_pattern *pattern; /* NULL: lines are made of members */
    const struct rl_preset *preset;
    struct rl_time_text time_text;
    struct rl_buffer defaults; /* a packed list */
    struct rl_buffer scratch;
    struct rl_templates templates;
    bool raw;
};

/* `pattern` stands in for a format that the options do not give. 0, or -EINVAL or -ENOMEM with its
 * error told, in the name of `caller`; the struct then needs no destroying. */
int rl_line_format_init(struct rl_line_format *format,
                        const struct ringlog_formatter_options *options, const char *pattern,
                        const char *caller);

/* All zeros are all right. */
void rl_line_format_destroy(struct rl_line_format *format);

/* In a fork child: a rendering that the parent was in the middle of is forgotten. */
void rl_line_format_forked(struct rl_line_format *format);

/* What lasting lines were made of may be gone. */
static inline void rl_line_format_forget(struct rl_line_format *format)
{
    rl_templates_clear(&format->templates);
}

/* Exception and stack texts are members of the line, and not lines behind it. */
static inline bool rl_line_format_is_whole(const struct rl_line_format *format)
{
    return format->pattern == NULL;
}

/* Of lines made of members: what they are rendered with. */
static inline struct rl_structured rl_line_format_structured(struct rl_line_format *format)
{
    struct rl_structured structured;
    structured.preset = format->preset;
    structured.defaults = rl_extra_list(&format->defaults);
    structured.time_text = &format->time_text;
    structured.scratch = &format->scratch;
    return structured;
}

/* Appends the line, without a newline. false: as rl_pattern_render(). */
bool rl_line_format_render(struct rl_line_format *format, const struct rl_line *line,
                           struct rl_buffer *out, struct rl_span *field);

/* What is kept for lines of its call site, for rl_run_line(); NULL: nothing yet. */
const struct rl_program *rl_line_format_template(const struct rl_line_format *format,
                                                 const struct rl_line *line);

/* The same as rl_line_format_render(), and whatever the line, nothing is made or kept for the next
 * one. */
bool rl_line_format_render_once(struct rl_line_format *format, const struct rl_line *line,
                                struct rl_buffer *out, struct rl_span *field);

#endif
