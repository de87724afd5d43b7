/* %(asctime)s: a record's time as text, rendered anew only when the second changes.
 *
 * Without a date format: "2005-03-19 15:10:26,618", local time or UTC, milliseconds cut off, as
 * CPython's logging.Formatter. With one: strftime's text of it in the locale of the process, and
 * no milliseconds.
 *
 * One struct belongs to one formatter and is used by one thread at a time. */
#ifndef RL_FORMAT_TIME_TEXT_H
#define RL_FORMAT_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/export.h"

/* A longer text (by a date format like %99999d) is shown as "?". */
#define RL_TIME_TEXT_MAX 65536

struct rl_time_text {
    char *datefmt; /* NULL: the default; else behind one guard byte, see the source */
    bool utc;
    bool filled;       /* `text` is that of the second at `second_ns` */
    int64_t second_ns; /* its first nanosecond, since the epoch */
    struct rl_buffer text;
};

/* NULL or "" as `datefmt`: the default. Copied. 0 or -ENOMEM. */
RL_SHARED int rl_time_text_init(struct rl_time_text *time_text, const char *datefmt, bool utc);
RL_SHARED void rl_time_text_destroy(struct rl_time_text *time_text);

/* For the inline functions only: renders the second of `wall_ns`. */
RL_SHARED void rl_time_text_fill(struct rl_time_text *time_text, int64_t wall_ns);

/* "2005-03-19 15:10:26,618": 64 bits of nanoseconds reach from 1677 to 2262. */
#define RL_TIME_TEXT_DEFAULT_BYTES 23

/* Makes `text` that of the second, and returns the milliseconds within it. */
static inline unsigned rl_time_text_seek(struct rl_time_text *time_text, int64_t wall_ns)
{
    uint64_t within_ns = (uint64_t)wall_ns - (uint64_t)time_text->second_ns;
    if (__builtin_expect(!time_text->filled || within_ns >= 1000000000U, 0)) {
        rl_time_text_fill(time_text, wall_ns);
        within_ns = (uint64_t)wall_ns - (uint64_t)time_text->second_ns;
    }
    return (unsigned)within_ns / 1000000;
}

static inline void rl_time_text_put_ms(char *to, unsigned ms)
{
    to[0] = (char)('0' + ms / 100);
    to[1] = (char)('0' + ms / 10 % 10);
    to[2] = (char)('0' + ms % 10);
}

/* The text of `wall_ns`, in time_text->text until the next call. */
static inline const struct rl_buffer *rl_time_text_at(struct rl_time_text *time_text,
                                                      int64_t wall_ns)
{
    unsigned ms = rl_time_text_seek(time_text, wall_ns);
    if (time_text->datefmt == NULL)
        rl_time_text_put_ms(time_text->text.data + RL_TIME_TEXT_DEFAULT_BYTES - 3, ms);
    return &time_text->text;
}

/* The same for the default text, straight to where it is wanted: RL_TIME_TEXT_DEFAULT_BYTES. The
 * milliseconds never go through memory that is about to be read in wider words, for which the
 * processor would have to wait. */
static inline char *rl_time_text_write_default(char *to, struct rl_time_text *time_text,
                                               int64_t wall_ns)
{
    unsigned ms = rl_time_text_seek(time_text, wall_ns);
    memcpy(to, time_text->text.data, 16);
    memcpy(to + 12, time_text->text.data + 12, 8);
    rl_time_text_put_ms(to + 20, ms);
    return to + RL_TIME_TEXT_DEFAULT_BYTES;
}

#endif
