/* %(asctime)s: a record's time as text, of which no more is rendered anew than changes.
 *
 * Without a date format: "2005-03-19 15:10:26,618", local time or UTC, milliseconds cut off, as
 * CPython's logging.Formatter. With one: strftime's text of it in the locale of the process, where
 * %f is the microsecond in six digits, as Python's datetime.strftime has it.
 *
 * One struct belongs to one formatter and is used by one thread at a time. */
#ifndef RL_FORMAT_TIME_TEXT_H
#define RL_FORMAT_TIME_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/export.h"

/* A longer text (by a date format like %99999d) is shown as "?". */
#define RL_TIME_TEXT_MAX 65536

/* Behind the text there is this much more that may be read. */
#define RL_TIME_TEXT_SLACK 32

struct rl_time_text {
    char *datefmt; /* NULL: the default; else its parts between two %f, see the source */
    bool utc;
    unsigned parts;    /* of the date format */
    uint32_t unit_ns;  /* for so long a text stays the same */
    uint32_t valid_ns; /* the unit, or 0: nothing is rendered */
    int64_t from_ns;   /* where the unit of `text` begins, since the epoch */
    int64_t second_ns; /* where its second begins */
    struct rl_buffer text;
    size_t *places;       /* of the digits within the second, in the text */
    unsigned place_count; /* 0 where the second's text is a question mark */
};

/* NULL or "" as `datefmt`: the default. Copied. 0 or -ENOMEM. */
RL_SHARED int rl_time_text_init(struct rl_time_text *time_text, const char *datefmt, bool utc);
RL_SHARED void rl_time_text_destroy(struct rl_time_text *time_text);

/* The text may be torn: it is not believed. */
static inline void rl_time_text_forget(struct rl_time_text *time_text)
{
    time_text->valid_ns = 0;
}

/* For the inline function only: makes the text that of `wall_ns`. */
RL_SHARED void rl_time_text_renew(struct rl_time_text *time_text, int64_t wall_ns);

/* The text of `wall_ns`, in time_text->text until the next call. */
static inline const struct rl_buffer *rl_time_text_at(struct rl_time_text *time_text,
                                                      int64_t wall_ns)
{
    if (__builtin_expect((uint64_t)wall_ns - (uint64_t)time_text->from_ns >= time_text->valid_ns,
                         0))
        rl_time_text_renew(time_text, wall_ns);
    return &time_text->text;
}

#endif
