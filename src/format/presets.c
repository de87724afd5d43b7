/* The members of each style's lines, in their order. */
#include "format/structured.h"

#include <stddef.h>

/* The first member of an object has no comma. */
#define FIRST(key, kind, at)                                                                       \
    {                                                                                              \
        kind, sizeof("\"" key "\":") - 1, sizeof(key) - 1, at, key, "\"" key "\":"                 \
    }
#define MEMBER(key, kind, at)                                                                      \
    {                                                                                              \
        kind, sizeof(",\"" key "\":") - 1, sizeof(key) - 1, at, key, ",\"" key "\":"               \
    }
#define PAIR(key, kind, at)                                                                        \
    {                                                                                              \
        kind, sizeof(" " key "=") - 1, sizeof(key) - 1, at, key, " " key "="                       \
    }
/* No key: what is inside of an object that has one, or no member. */
#define INNER(lead, kind, at)                                                                      \
    {                                                                                              \
        kind, sizeof(lead) - 1, 0, at, NULL, lead                                                  \
    }

#define AT(member) offsetof(struct rl_line, member)

static const struct rl_member plain[] = {
    INNER("{", RL_MEMBER_LITERAL, 0),
    FIRST("time", RL_MEMBER_TIME, 0),
    MEMBER("level", RL_MEMBER_TEXT, AT(level_name)),
    MEMBER("logger", RL_MEMBER_TEXT, AT(logger_name)),
    MEMBER("message", RL_MEMBER_MESSAGE, 0),
    INNER("", RL_MEMBER_PLACE, 0),
    MEMBER("file", RL_MEMBER_TEXT, AT(pathname)),
    MEMBER("line", RL_MEMBER_INTEGER, AT(line_number)),
    MEMBER("function", RL_MEMBER_TEXT, AT(function)),
    INNER("", RL_MEMBER_PLACE_END, 0),
    MEMBER("thread", RL_MEMBER_TEXT, AT(thread_name)),
    MEMBER("tid", RL_MEMBER_INTEGER, AT(thread_id)),
    MEMBER("pid", RL_MEMBER_INTEGER, AT(process_id)),
    MEMBER("process", RL_MEMBER_TEXT, AT(process_name)),
    MEMBER("args", RL_MEMBER_ARGS, 0),
    MEMBER("fields", RL_MEMBER_FIELDS, 0),
    MEMBER("exception", RL_MEMBER_EXCEPTION, 0),
    MEMBER("stack", RL_MEMBER_STACK, 0),
    INNER("}", RL_MEMBER_LITERAL, 0),
};

/* Order, required members and "log.level" at the top: the specification of ECS logging, version 1
 * (github.com/elastic/ecs-logging, spec/spec.json), which asks for ECS 1.x. */
static const struct rl_member ecs[] = {
    INNER("{", RL_MEMBER_LITERAL, 0),
    FIRST("@timestamp", RL_MEMBER_TIME, 0),
    MEMBER("log.level", RL_MEMBER_TEXT, AT(level_name)),
    MEMBER("message", RL_MEMBER_MESSAGE, 0),
    MEMBER("ecs.version", RL_MEMBER_LITERAL, 0),
    INNER("\"1.6.0\"", RL_MEMBER_LITERAL, 0),
    MEMBER("log.logger", RL_MEMBER_TEXT, AT(logger_name)),
    MEMBER("log.origin", RL_MEMBER_PLACE, 0),
    INNER("{\"file.name\":", RL_MEMBER_TEXT, AT(filename)),
    INNER(",\"file.line\":", RL_MEMBER_INTEGER, AT(line_number)),
    INNER(",\"function\":", RL_MEMBER_TEXT, AT(function)),
    INNER("}", RL_MEMBER_PLACE_END, 0),
    MEMBER("process.pid", RL_MEMBER_INTEGER, AT(process_id)),
    MEMBER("process.name", RL_MEMBER_TEXT, AT(process_name)),
    MEMBER("process.thread.id", RL_MEMBER_INTEGER, AT(thread_id)),
    MEMBER("process.thread.name", RL_MEMBER_TEXT, AT(thread_name)),
    MEMBER("args", RL_MEMBER_ARGS, 0),
    MEMBER("fields", RL_MEMBER_FIELDS, 0),
    MEMBER("error.stack_trace", RL_MEMBER_EXCEPTION, 0),
    MEMBER("stack", RL_MEMBER_STACK, 0),
    INNER("}", RL_MEMBER_LITERAL, 0),
};

/* The special members of structured logging (cloud.google.com/logging/docs/structured-logging).
 * int64 is a string in Google's JSON, and labels are strings. Error Reporting looks for traces in
 * "stack_trace". */
static const struct rl_member google[] = {
    INNER("{", RL_MEMBER_LITERAL, 0),
    FIRST("severity", RL_MEMBER_SEVERITY, 0),
    MEMBER("time", RL_MEMBER_TIME, 0),
    MEMBER("message", RL_MEMBER_MESSAGE, 0),
    MEMBER("logging.googleapis.com/sourceLocation", RL_MEMBER_PLACE, 0),
    INNER("{\"file\":", RL_MEMBER_TEXT, AT(pathname)),
    INNER(",\"line\":", RL_MEMBER_NUMERAL, AT(line_number)),
    INNER(",\"function\":", RL_MEMBER_TEXT, AT(function)),
    INNER("}", RL_MEMBER_PLACE_END, 0),
    MEMBER("logging.googleapis.com/labels", RL_MEMBER_LITERAL, 0),
    INNER("{\"level\":", RL_MEMBER_TEXT, AT(level_name)),
    INNER(",\"logger\":", RL_MEMBER_TEXT, AT(logger_name)),
    INNER(",\"thread\":", RL_MEMBER_TEXT, AT(thread_name)),
    INNER(",\"tid\":", RL_MEMBER_NUMERAL, AT(thread_id)),
    INNER(",\"pid\":", RL_MEMBER_NUMERAL, AT(process_id)),
    INNER(",\"process\":", RL_MEMBER_TEXT, AT(process_name)),
    INNER("}", RL_MEMBER_LITERAL, 0),
    MEMBER("args", RL_MEMBER_ARGS, 0),
    MEMBER("fields", RL_MEMBER_FIELDS, 0),
    MEMBER("stack_trace", RL_MEMBER_EXCEPTION, 0),
    MEMBER("stack", RL_MEMBER_STACK, 0),
    INNER("}", RL_MEMBER_LITERAL, 0),
};

static const struct rl_member logfmt[] = {
    {RL_MEMBER_TIME, sizeof("time=") - 1, sizeof("time") - 1, 0, "time", "time="},
    PAIR("level", RL_MEMBER_TEXT, AT(level_name)),
    PAIR("logger", RL_MEMBER_TEXT, AT(logger_name)),
    PAIR("message", RL_MEMBER_MESSAGE, 0),
    INNER("", RL_MEMBER_PLACE, 0),
    PAIR("file", RL_MEMBER_TEXT, AT(pathname)),
    PAIR("line", RL_MEMBER_INTEGER, AT(line_number)),
    PAIR("function", RL_MEMBER_TEXT, AT(function)),
    INNER("", RL_MEMBER_PLACE_END, 0),
    PAIR("thread", RL_MEMBER_TEXT, AT(thread_name)),
    PAIR("tid", RL_MEMBER_INTEGER, AT(thread_id)),
    PAIR("pid", RL_MEMBER_INTEGER, AT(process_id)),
    PAIR("process", RL_MEMBER_TEXT, AT(process_name)),
    PAIR("fields", RL_MEMBER_FIELDS, 0),
    PAIR("exception", RL_MEMBER_EXCEPTION, 0),
    PAIR("stack", RL_MEMBER_STACK, 0),
};

#define MEMBERS(table) .members = (table), .count = sizeof(table) / sizeof *(table)

const struct rl_preset *rl_preset_of(enum ringlog_style style)
{
    static const struct rl_preset presets[] = {
        [RINGLOG_STYLE_JSON] = {MEMBERS(plain)},
        [RINGLOG_STYLE_JSON_ECS] = {MEMBERS(ecs), .dotted = true},
        [RINGLOG_STYLE_JSON_GOOGLE] = {MEMBERS(google)},
        [RINGLOG_STYLE_LOGFMT] = {MEMBERS(logfmt), .logfmt = true},
    };
    const unsigned index = (unsigned)style;
    if (index >= sizeof presets / sizeof *presets || presets[index].members == NULL)
        return NULL;
    return &presets[index];
}
