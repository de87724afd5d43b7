/* Lines made of members: one JSON object a record, or logfmt pairs.
 *
 * Which members a line has, in which order and under which keys, is a preset's table (presets.c).
 * Among them come the record's extra fields. One whose key is, or would hide, a member's is told
 * apart: in JSON it goes into an object "fields", in logfmt its key gets "fields." in front. So no
 * key stands twice, whatever a program calls its fields. */
#ifndef RL_FORMAT_STRUCTURED_H
#define RL_FORMAT_STRUCTURED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "format/pattern.h"
#include "format/time_text.h"
#include "record/extra.h"
#include "ringlog/formatters.h"

enum rl_member_kind {
    RL_MEMBER_TIME,     /* RFC 3339 in UTC, with nanoseconds */
    RL_MEMBER_TEXT,     /* a struct rl_span of the line */
    RL_MEMBER_INTEGER,  /* an int64_t of the line */
    RL_MEMBER_NUMERAL,  /* the same as a string */
    RL_MEMBER_SEVERITY, /* the level in Google's words */
    RL_MEMBER_MESSAGE,
    RL_MEMBER_LITERAL, /* nothing but its lead */
    RL_MEMBER_PLACE, /* from here to PLACE_END: where the call is, left out when that is unknown */
    RL_MEMBER_PLACE_END,
    /* Left out where the record has none. */
    RL_MEMBER_ARGS,
    RL_MEMBER_FIELDS,
    RL_MEMBER_EXCEPTION,
    RL_MEMBER_STACK,
};

#define RL_MEMBER_LEAD 48

struct rl_member {
    uint8_t kind;
    uint8_t lead_length;
    uint8_t key_length;
    uint16_t at;               /* of TEXT, INTEGER, NUMERAL: where in struct rl_line */
    const char *key;           /* which no field may have; NULL: any may */
    char lead[RL_MEMBER_LEAD]; /* what stands in front of the value: comma, key, colon */
};

struct rl_preset {
    const struct rl_member *members;
    unsigned count;
    bool logfmt;
    bool dotted; /* "a.b" is b of a to whoever reads it */
};

/* The table of a style; NULL for RINGLOG_STYLE_PATTERN and for what is no style. */
const struct rl_preset *rl_preset_of(enum ringlog_style style);

/* What a line is rendered with, by one thread at a time. */
struct rl_structured {
    const struct rl_preset *preset;
    struct rl_bytes defaults; /* fields of records that lack them, each key once; somebody else's */
    struct rl_time_text *time_text; /* made with RL_STRUCTURED_DATEFMT, in UTC */
    struct rl_buffer *scratch;
};
#define RL_STRUCTURED_DATEFMT "%Y-%m-%dT%H:%M:%S"

/* The value of a member that every line has. */
void rl_structured_append_value(const struct rl_structured *structured,
                                const struct rl_member *member, const struct rl_line *line,
                                struct rl_buffer *out);

/* The same behind its lead. */
void rl_structured_append_member(const struct rl_structured *structured,
                                 const struct rl_member *member, const struct rl_line *line,
                                 struct rl_buffer *out);

/* A member that a record may lack, behind its lead; nothing if it does. */
void rl_structured_append_optional(const struct rl_structured *structured,
                                   const struct rl_member *member, const struct rl_record *record,
                                   struct rl_buffer *out);

/* The message as the inside of a JSON string. */
void rl_structured_append_message(const struct rl_structured *structured,
                                  const struct rl_line *line, struct rl_buffer *out);

/* A keyed call has values of keys, and an event or a text just its text. */
bool rl_structured_has_arguments(const struct rl_record *record);

/* Of a member of kind TEXT. */
static inline const struct rl_span *rl_member_text(const struct rl_member *member,
                                                   const struct rl_line *line)
{
    return (const struct rl_span *)(const void *)((const char *)line + member->at);
}

/* Appends the line, without a newline, in which no byte is one. */
void rl_structured_render(const struct rl_structured *structured, const struct rl_line *line,
                          struct rl_buffer *out);

#endif
