/* Steps that log.
 *
 * What has arguments goes through the library's capture, as the log macros do; so does a message
 * without, whose text is the format's own. ringlog_log_ex() takes what has texts or fields
 * attached, and literal text: its message is text and not a format, so that arguments are rendered
 * here. Literal text and rendered arguments are data; a message without either is the program's
 * own. */
#include "capture.h"
#include "report.h"
#include "run.h"
#include "signatures.h"

#include <stdlib.h>
#include <string.h>

static struct ringlog_place place_of(const json_t *step)
{
    return (struct ringlog_place){
        .file = text_or(step, "file", "test.c"),
        .function = text_or(step, "func", "test"),
        .line = (unsigned)number_or(step, "line", 1),
        .format = text_of(step, "msg"),
    };
}

static void log_call(ringlog_logger *logger, const json_t *step)
{
    struct ringlog_argument arguments[RINGLOG_MAX_ARGUMENTS];
    const unsigned count = arguments_of(step, arguments);
    const struct ringlog_place place = place_of(step);
    capture_call(logger, level_of(step), &place, arguments, count);
}

static char *message_of(const json_t *step)
{
    struct ringlog_argument arguments[RINGLOG_MAX_ARGUMENTS];
    if (arguments_of(step, arguments) == 0)
        return strdup(text_of(step, "msg"));
    return render(text_of(step, "sig"), text_of(step, "msg"), arguments);
}

static int log_event(ringlog_logger *logger, const json_t *step)
{
    const struct ringlog_place place = place_of(step);
    char *message = message_of(step);
    size_t count;
    struct ringlog_extra *extra = extra_of(step, "extra_keys", "extra_vals", &count);
    const struct ringlog_event event = {
        .level = level_of(step),
        .text = message,
        .text_length = strlen(message),
        .file = place.file,
        .function = place.function,
        .line = place.line,
        .exception_text = text_or(step, "exc_text", NULL),
        .stack_text = text_or(step, "stack_text", NULL),
        .extra = extra,
        .extra_count = count,
        .raw = number_of(step, "literal") == 0 && !has_key(step, "sig"),
    };
    const int result = ringlog_log_ex(logger, &event);
    free(extra);
    free(message);
    return result;
}

static bool is_event(const json_t *step)
{
    return number_of(step, "literal") != 0 || has_key(step, "exc_text") ||
           has_key(step, "stack_text") || has_key(step, "extra_keys");
}

static int log_on(ringlog_logger *logger, const json_t *step)
{
    if (is_event(step))
        return log_event(logger, step);
    log_call(logger, step);
    return 0;
}

static int log_one(struct run *run, const json_t *step)
{
    if (has_key(step, "adapter"))
        return log_on(object_of(run, OBJECT_ADAPTER, text_of(step, "adapter")), step);
    return log_on(logger_of(step, "logger"), step);
}

static int log_default(struct run *run, const json_t *step)
{
    (void)run;
    return log_on(ringlog_root_configured_(), step);
}

static int log_sequence(struct run *run, const json_t *step)
{
    (void)run;
    ringlog_logger *logger = logger_of(step, "logger");
    const struct ringlog_place place = place_of(step);
    const int64_t from = number_of(step, "from"), to = number_of(step, "to");
    for (int64_t i = from; i <= to; i++) {
        if (i != from)
            clock_advance(number_of(step, "step_sec"));
        const struct ringlog_argument argument =
            ringlog_word_argument_(RINGLOG_FIELD_I32, (uint64_t)i);
        capture_call(logger, level_of(step), &place, &argument, 1);
    }
    return 0;
}

const struct step_kind record_steps[] = {
    {"log", log_one, true},
    {"log_default", log_default, true},
    {"log_seq", log_sequence, true},
    {0},
};
