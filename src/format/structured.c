#include "format/structured.h"

#include <string.h>

#include "format/copy.h"
#include "format/integer.h"
#include "format/json.h"
#include "format/logfmt.h"
#include "record/decode.h"
#include "record/record.h"
#include "ringlog/ringlog.h"

#define NUMBER_ROOM (RL_DECIMAL_MAX + 3) /* sign and quotes */

/* ---- single values ---- */

static void append_lead(struct rl_buffer *out, const struct rl_member *member)
{
    char *to = rl_buffer_reserve(out, RL_MEMBER_LEAD);
    if (to == NULL)
        return;
    memcpy(to, member->lead, RL_MEMBER_LEAD);
    out->length += member->lead_length;
}

static void append_text(const struct rl_structured *structured, struct rl_buffer *out,
                        const char *text, size_t length)
{
    if (structured->preset->logfmt)
        rl_logfmt_append_text(out, text, length);
    else
        rl_json_append_string(out, text, length);
}

static void append_integer(struct rl_buffer *out, int64_t value, bool quoted)
{
    char *const start = rl_buffer_reserve(out, NUMBER_ROOM);
    if (start == NULL)
        return;
    char *to = start;
    if (quoted)
        *to++ = '"';
    to = rl_write_signed(to, value);
    if (quoted)
        *to++ = '"';
    out->length += (size_t)(to - start);
}

/* "2005-03-19T15:10:26.618999999Z" */
static void append_time(const struct rl_structured *structured, struct rl_buffer *out,
                        int64_t wall_ns)
{
    const struct rl_buffer *second = rl_time_text_at(structured->time_text, wall_ns);
    const uint64_t within_ns = (uint64_t)wall_ns - (uint64_t)structured->time_text->second_ns;
    char *const start = rl_buffer_reserve(out, second->length + sizeof "\".123456789Z\"");
    if (start == NULL)
        return;
    char *to = start;
    const bool quoted = !structured->preset->logfmt;
    if (quoted)
        *to++ = '"';
    to = (char *)memcpy(to, second->data, second->length) + second->length;
    *to++ = '.';
    to = rl_write_padded(to, within_ns, 9);
    *to++ = 'Z';
    if (quoted)
        *to++ = '"';
    out->length += (size_t)(to - start);
}

static void append_severity(struct rl_buffer *out, int64_t level)
{
    static const struct {
        int level;
        const char *name;
    } severities[] = {{RINGLOG_CRITICAL, "CRITICAL"},
                      {RINGLOG_ERROR, "ERROR"},
                      {RINGLOG_WARNING, "WARNING"},
                      {RINGLOG_INFO, "INFO"},
                      {RINGLOG_NOTSET + 1, "DEBUG"}};
    for (unsigned i = 0; i < sizeof severities / sizeof *severities; i++)
        if (level >= severities[i].level) {
            rl_json_append_string(out, severities[i].name, strlen(severities[i].name));
            return;
        }
    rl_json_append_string(out, "DEFAULT", sizeof "DEFAULT" - 1);
}

/* Rendered in place, and then made a string: most messages need no escape. */
void rl_structured_append_message(const struct rl_structured *structured,
                                  const struct rl_line *line, struct rl_buffer *out)
{
    const size_t start = out->length;
    rl_line_append_raw_message(line, out);
    rl_json_escape_tail(out, start, structured->scratch);
}

/* ---- arguments ---- */

bool rl_structured_has_arguments(const struct rl_record *record)
{
    const struct rl_site *site = record->site;
    if ((site->flags & (RINGLOG_SITE_KEYS_ | RL_SITE_EVENT)) != 0)
        return false;
    return site->file_length != 0 || strcmp(rl_site_format(site), "%s") != 0;
}

static void append_args(struct rl_buffer *out, const struct rl_member *member,
                        const struct rl_record *record)
{
    if (record == NULL || !rl_structured_has_arguments(record))
        return;
    unsigned count;
    const uint8_t *codes = rl_site_codes(record->site, &count);
    struct rl_fields fields = rl_fields_of((struct rl_bytes){record->fields, record->fields_bytes});
    struct rl_value value;
    const size_t start = out->length;
    append_lead(out, member);
    for (unsigned i = 0; i < count && rl_fields_next(&fields, codes[i], &value); i++) {
        rl_buffer_append_char(out, i == 0 ? '[' : ',');
        rl_json_append_value(out, &value);
    }
    if (out->length > start + member->lead_length)
        rl_buffer_append_char(out, ']');
    else
        out->length = start;
}

/* ---- fields ---- */

/* A walk over the fields of a record, and the defaults of those that it lacks. */
struct walk {
    const struct rl_record *record;
    struct rl_extras extras;
    struct rl_fields defaults;
};

static struct walk start_walk(const struct rl_structured *structured,
                              const struct rl_record *record)
{
    struct walk walk = {.record = record, .defaults = rl_fields_of(structured->defaults)};
    if (record != NULL)
        walk.extras = rl_record_extras(record);
    return walk;
}

static bool next_field(struct walk *walk, struct rl_extra *extra)
{
    struct rl_value value;
    if (walk->record != NULL && rl_extras_next(&walk->extras, extra))
        return true;
    while (rl_extra_next(&walk->defaults, extra))
        if (walk->record == NULL ||
            !rl_record_extra(walk->record, extra->key, extra->key_length, &value))
            return true;
    return false;
}

/* Whether the first is the second, or all of it up to a dot. */
static bool is_or_holds(const char *whole, size_t whole_length, const char *part, size_t length)
{
    return whole_length <= length && memcmp(whole, part, whole_length) == 0 &&
           (whole_length == length || part[whole_length] == '.');
}

static bool clashes(const struct rl_preset *preset, const struct rl_extra *extra)
{
    for (unsigned i = 0; i < preset->count; i++) {
        const struct rl_member *member = &preset->members[i];
        if (member->key == NULL || (!preset->dotted && member->key_length != extra->key_length))
            continue;
        if (is_or_holds(member->key, member->key_length, extra->key, extra->key_length) ||
            is_or_holds(extra->key, extra->key_length, member->key, member->key_length))
            return true;
    }
    return false;
}

/* ,"key":value of the fields that clash, or of those that do not. Returns whether there were any of
 * the others. */
static bool append_json_fields(const struct rl_structured *structured, struct rl_buffer *out,
                               const struct rl_record *record, bool clashing)
{
    struct walk walk = start_walk(structured, record);
    struct rl_extra extra;
    bool others = false;
    while (next_field(&walk, &extra)) {
        if (clashes(structured->preset, &extra) != clashing) {
            others = true;
            continue;
        }
        rl_buffer_append_char(out, ',');
        rl_json_append_key(out, extra.key, extra.key_length);
        rl_buffer_append_char(out, ':');
        rl_json_append_value(out, &extra.value);
    }
    return others;
}

static void append_json(const struct rl_structured *structured, struct rl_buffer *out,
                        const struct rl_member *member, const struct rl_record *record)
{
    if (!append_json_fields(structured, out, record, false))
        return;
    append_lead(out, member);
    const size_t brace = out->length;
    append_json_fields(structured, out, record, true);
    if (out->length > brace)
        out->data[brace] = '{'; /* instead of the first comma */
    rl_buffer_append_char(out, '}');
}

/* " key=value" */
static void append_logfmt(const struct rl_structured *structured, struct rl_buffer *out,
                          const struct rl_record *record)
{
    static const char apart[] = "fields.";
    const size_t length = sizeof apart - 1;
    struct walk walk = start_walk(structured, record);
    struct rl_extra extra;
    while (next_field(&walk, &extra)) {
        rl_buffer_append_char(out, ' ');
        if (clashes(structured->preset, &extra) ||
            (extra.key_length >= length && memcmp(extra.key, apart, length) == 0))
            rl_buffer_append(out, apart, length);
        rl_logfmt_append_key(out, extra.key, extra.key_length);
        rl_buffer_append_char(out, '=');
        rl_logfmt_append_value(out, &extra.value);
    }
}

/* ---- lines ---- */

static int64_t integer_of(const struct rl_member *member, const struct rl_line *line)
{
    int64_t value;
    memcpy(&value, (const char *)line + member->at, sizeof value);
    return value;
}

void rl_structured_append_value(const struct rl_structured *structured,
                                const struct rl_member *member, const struct rl_line *line,
                                struct rl_buffer *out)
{
    switch (member->kind) {
    case RL_MEMBER_TIME:
        append_time(structured, out, line->wall_ns);
        return;
    case RL_MEMBER_TEXT:
        append_text(structured, out, rl_member_text(member, line)->bytes,
                    rl_member_text(member, line)->length);
        return;
    case RL_MEMBER_INTEGER:
    case RL_MEMBER_NUMERAL:
        append_integer(out, integer_of(member, line), member->kind == RL_MEMBER_NUMERAL);
        return;
    case RL_MEMBER_SEVERITY:
        append_severity(out, line->level);
        return;
    case RL_MEMBER_MESSAGE:
        rl_buffer_append_char(out, '"');
        rl_structured_append_message(structured, line, out);
        rl_buffer_append_char(out, '"');
        return;
    default:
        return;
    }
}

void rl_structured_append_member(const struct rl_structured *structured,
                                 const struct rl_member *member, const struct rl_line *line,
                                 struct rl_buffer *out)
{
    append_lead(out, member);
    rl_structured_append_value(structured, member, line, out);
}

static void append_block(const struct rl_structured *structured, struct rl_buffer *out,
                         const struct rl_member *member, const char *text, size_t length)
{
    if (text == NULL || length == 0)
        return;
    append_lead(out, member);
    append_text(structured, out, text, length);
}

void rl_structured_append_optional(const struct rl_structured *structured,
                                   const struct rl_member *member, const struct rl_record *record,
                                   struct rl_buffer *out)
{
    if (member->kind == RL_MEMBER_ARGS)
        append_args(out, member, record);
    else if (member->kind == RL_MEMBER_FIELDS && structured->preset->logfmt)
        append_logfmt(structured, out, record);
    else if (member->kind == RL_MEMBER_FIELDS)
        append_json(structured, out, member, record);
    else if (record != NULL && member->kind == RL_MEMBER_EXCEPTION)
        append_block(structured, out, member, record->exception_text, record->exception_length);
    else if (record != NULL)
        append_block(structured, out, member, record->stack_text, record->stack_length);
}

void rl_structured_render(const struct rl_structured *structured, const struct rl_line *line,
                          struct rl_buffer *out)
{
    const struct rl_member *member = structured->preset->members;
    const struct rl_member *end = member + structured->preset->count;
    for (; member < end; member++) {
        if (member->kind == RL_MEMBER_PLACE && line->pathname.length == 0)
            while (member->kind != RL_MEMBER_PLACE_END)
                member++;
        else if (member->kind >= RL_MEMBER_ARGS)
            rl_structured_append_optional(structured, member, line->record, out);
        else
            rl_structured_append_member(structured, member, line, out);
    }
}
