#include "format/line_format.h"

#include "base/error.h"
#include "format/run.h"
#include "format/template.h"

#include <errno.h>

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static int no_memory(const char *caller)
{
    return rl_error(-ENOMEM, "%s: out of memory", caller);
}

static int check_style(const struct ringlog_formatter_options *options, const char *caller)
{
    if (options->style == RINGLOG_STYLE_PATTERN)
        return 0;
    if (rl_preset_of(options->style) == NULL)
        return rl_error(-EINVAL, "%s: style %d: no such style", caller, (int)options->style);
    if (is_given(options->format) || is_given(options->datefmt))
        return rl_error(-EINVAL, "%s: %s \"%s\": only for RINGLOG_STYLE_PATTERN", caller,
                        is_given(options->format) ? "format" : "datefmt",
                        is_given(options->format) ? options->format : options->datefmt);
    if (options->raw)
        return rl_error(-EINVAL, "%s: raw: only for RINGLOG_STYLE_PATTERN", caller);
    return 0;
}

static int set_pattern(struct rl_line_format *format,
                       const struct ringlog_formatter_options *options, const char *pattern,
                       const char *caller)
{
    const char *text = is_given(options->format) ? options->format : pattern;
    struct rl_pattern_error error;
    const int result = rl_pattern_new(&format->pattern, text, &error);
    if (result == -EINVAL)
        return rl_error(result, "format \"%s\": byte %zu: %s", text, error.offset, error.message);
    return result < 0 ? no_memory(caller) : 0;
}

/* Of equal keys the first, as where one is looked for. */
static int set_defaults(struct rl_line_format *format,
                        const struct ringlog_formatter_options *options, const char *caller)
{
    const int result = rl_extra_check(options->defaults, options->default_count, caller);
    if (result < 0)
        return result;
    struct rl_buffer *list = &format->defaults;
    struct rl_value value;
    for (size_t i = 0; i < options->default_count; i++) {
        const char *key = options->defaults[i].key;
        if (!rl_extra_find(rl_extra_list(list), key, strlen(key), &value))
            rl_extra_append_given(list, &options->defaults[i]);
    }
    if (list->failed || (format->pattern != NULL &&
                         rl_pattern_set_defaults(format->pattern, rl_extra_list(list)) < 0))
        return no_memory(caller);
    return 0;
}

static int fill(struct rl_line_format *format, const struct ringlog_formatter_options *options,
                const char *pattern, const char *caller)
{
    int result = check_style(options, caller);
    if (result < 0)
        return result;
    format->raw = options->raw;
    format->preset = rl_preset_of(options->style);
    if (format->preset == NULL)
        result = set_pattern(format, options, pattern, caller);
    if (result < 0)
        return result;
    result = format->preset == NULL
                 ? rl_time_text_init(&format->time_text, options->datefmt, options->utc)
                 : rl_time_text_init(&format->time_text, RL_STRUCTURED_DATEFMT, true);
    return result < 0 ? no_memory(caller) : set_defaults(format, options, caller);
}

int rl_line_format_init(struct rl_line_format *format,
                        const struct ringlog_formatter_options *options, const char *pattern,
                        const char *caller)
{
    *format = (struct rl_line_format){0};
    const int result = fill(format, options, pattern, caller);
    if (result < 0)
        rl_line_format_destroy(format);
    return result;
}

void rl_line_format_destroy(struct rl_line_format *format)
{
    rl_pattern_free(format->pattern);
    rl_time_text_destroy(&format->time_text);
    rl_buffer_free(&format->defaults);
    rl_buffer_free(&format->scratch);
    rl_templates_free(&format->templates);
    format->pattern = NULL;
}

void rl_line_format_forked(struct rl_line_format *format)
{
    rl_time_text_forget(&format->time_text);
    format->scratch = (struct rl_buffer){0}; /* it may be torn: it is left behind */
    rl_templates_forked(&format->templates);
}

bool rl_line_format_render_once(struct rl_line_format *format, const struct rl_line *line,
                                struct rl_buffer *out, struct rl_span *field)
{
    if (format->pattern == NULL) {
        const struct rl_structured structured = rl_line_format_structured(format);
        rl_structured_render(&structured, line, out);
        return true;
    }
    if (!format->raw || line->raw)
        return rl_pattern_render(format->pattern, &format->time_text, line, out, field);
    struct rl_line raw = *line;
    raw.raw = true;
    return rl_pattern_render(format->pattern, &format->time_text, &raw, out, field);
}

__attribute__((noinline)) static bool render_first(struct rl_line_format *format,
                                                   const struct rl_line *line,
                                                   struct rl_buffer *out, struct rl_span *field)
{
    const struct rl_program *program =
        line->lasting && line->program != NULL ? rl_template_make(format, line) : NULL;
    return program != NULL ? rl_run_line(program, line, format, out, field)
                           : rl_line_format_render_once(format, line, out, field);
}

const struct rl_program *rl_line_format_template(const struct rl_line_format *format,
                                                 const struct rl_line *line)
{
    return __builtin_expect(line->lasting, 1) ? rl_templates_find(&format->templates, line) : NULL;
}

bool rl_line_format_render(struct rl_line_format *format, const struct rl_line *line,
                           struct rl_buffer *out, struct rl_span *field)
{
    const struct rl_program *program = rl_line_format_template(format, line);
    /* Calls in the last place, so that nothing has to be kept meanwhile. */
    if (__builtin_expect(program != NULL, 1))
        return rl_run_line(program, line, format, out, field);
    return render_first(format, line, out, field);
}
