#include "format/time_text.h"

#include "base/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "format/integer.h"

#define SECOND_NS INT64_C(1000000000)

/* strftime returns 0 both when the text is empty and when it does not fit. A guard byte in front
 * of the format, which comes out in front of the text, tells the two apart. */
#define GUARD       '!'
#define GUARD_BYTES 1

/* Room for the default text from the start, so that no allocation can fail later. */
#define DEFAULT_TEXT_MAX 64

int rl_time_text_init(struct rl_time_text *time_text, const char *datefmt, bool utc)
{
    *time_text = (struct rl_time_text){.utc = utc};
    if (rl_buffer_reserve(&time_text->text, DEFAULT_TEXT_MAX) == NULL)
        return -ENOMEM;
    if (datefmt == NULL || datefmt[0] == '\0')
        return 0;
    size_t bytes = strlen(datefmt) + 1;
    time_text->datefmt = malloc(GUARD_BYTES + bytes);
    if (time_text->datefmt == NULL) {
        rl_time_text_destroy(time_text);
        return -ENOMEM;
    }
    time_text->datefmt[0] = GUARD;
    memcpy(time_text->datefmt + GUARD_BYTES, datefmt, bytes);
    return 0;
}

void rl_time_text_destroy(struct rl_time_text *time_text)
{
    free(time_text->datefmt);
    rl_buffer_free(&time_text->text);
    *time_text = (struct rl_time_text){0};
}

/* "2005-03-19 15:10:26,000"; who asks fills in the milliseconds. */
static void fill_default(struct rl_buffer *text, const struct tm *tm)
{
    char *to = rl_write_padded(text->data, (uint64_t)tm->tm_year + 1900, 4);
    const struct {
        char before;
        int number;
    } parts[] = {{'-', tm->tm_mon + 1},
                 {'-', tm->tm_mday},
                 {' ', tm->tm_hour},
                 {':', tm->tm_min},
                 {':', tm->tm_sec}};
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        *to++ = parts[i].before;
        to = rl_write_padded(to, (uint64_t)parts[i].number, 2);
    }
    memcpy(to, ",000", 4);
    text->length = (size_t)(to + 4 - text->data);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static size_t print(char *to, size_t room, const char *datefmt, const struct tm *tm)
{
    return strftime(to, room, datefmt, tm);
}
#pragma GCC diagnostic pop

static void fill_by_datefmt(struct rl_time_text *time_text, const struct tm *tm)
{
    struct rl_buffer *text = &time_text->text;
    size_t room = text->capacity, length = 0;
    while (length == 0 && room <= RL_TIME_TEXT_MAX) {
        char *to = rl_buffer_reserve(text, room);
        if (to == NULL)
            break;
        length = print(to, room, time_text->datefmt, tm);
        room *= 2;
    }
    text->failed = false; /* handled here, by the question mark */
    if (length == 0) {
        memcpy(text->data, "?", 1);
        text->length = 1;
        return;
    }
    text->length = length - GUARD_BYTES;
    memmove(text->data, text->data + GUARD_BYTES, text->length);
}

void rl_time_text_fill(struct rl_time_text *time_text, int64_t wall_ns)
{
    int64_t second = wall_ns / SECOND_NS - (wall_ns % SECOND_NS < 0);
    time_t seconds = (time_t)second;
    struct tm tm;
    /* 64-bit nanoseconds reach from 1677 to 2262, and struct tm much further; should a time
     * nevertheless be refused, the epoch stands in for it. */
    rl_libc_lock(); /* both below take the time zone's lock, which a fork must not find taken */
    struct tm *known = time_text->utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm);
    if (known == NULL)
        tm = (struct tm){.tm_year = 70, .tm_mday = 1};
    time_text->text.length = 0;
    if (time_text->datefmt == NULL)
        fill_default(&time_text->text, &tm);
    else
        fill_by_datefmt(time_text, &tm);
    rl_libc_unlock();
    /* Unsigned: the first second that 64 bits can say starts before what they can say. */
    time_text->second_ns = (int64_t)((uint64_t)second * (uint64_t)SECOND_NS);
    time_text->filled = true;
}
