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
int rl_time_text_init(struct rl_time_text *time_text, const char *datefmt, bool utc);
void rl_time_text_destroy(struct rl_time_text *time_text);

/* For rl_time_text_at only: renders the second of `wall_ns`. */
void rl_time_text_fill(struct rl_time_text *time_text, int64_t wall_ns);

/* The text of `wall_ns`, in time_text->text until the next call. */
static inline const struct rl_buffer *rl_time_text_at(struct rl_time_text *time_text,
                                                      int64_t wall_ns)
{
    uint64_t within_ns = (uint64_t)wall_ns - (uint64_t)time_text->second_ns;
    if (__builtin_expect(!time_text->filled || within_ns >= 1000000000U, 0)) {
        rl_time_text_fill(time_text, wall_ns);
        within_ns = (uint64_t)wall_ns - (uint64_t)time_text->second_ns;
    }
    if (time_text->datefmt == NULL) {
        unsigned ms = (unsigned)within_ns / 1000000;
        char *digits = time_text->text.data + time_text->text.length - 3;
        digits[0] = (char)('0' + ms / 100);
        digits[1] = (char)('0' + ms / 10 % 10);
        digits[2] = (char)('0' + ms % 10);
    }
    return &time_text->text;
}

#endif
