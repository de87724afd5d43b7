#include "format/time_text.h"

#include "base/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "format/integer.h"

#define SECOND_NS      INT64_C(1000000000)
#define MILLISECOND_NS 1000000
#define MICROSECOND_NS 1000

/* strftime returns 0 both when the text is empty and when it does not fit. A guard byte in front
 * of each part of the format, which comes out in front of its text, tells the two apart. */
#define GUARD       '!'
#define GUARD_BYTES 1

/* Room for the default text from the start, so that no allocation can fail later. */
#define DEFAULT_TEXT_MAX 64
#define DEFAULT_PLACE    20 /* of the milliseconds */

/* ---- the date format: parts between two %f, each behind a guard byte and with a NUL ---- */

/* Behind the directive at `at`, which is not %f: flags, width, a modifier, the conversion. */
static const char *skip_directive(const char *at)
{
    at++;
    at += strspn(at, "_-0^#+");
    at += strspn(at, "0123456789");
    at += strspn(at, "EO");
    return *at == '\0' ? at : at + 1;
}

/* The next %f at or behind `at`; NULL: none. */
static const char *find_micros(const char *at)
{
    while ((at = strchr(at, '%')) != NULL && at[1] != 'f')
        at = skip_directive(at);
    return at;
}

static unsigned count_parts(const char *datefmt)
{
    unsigned parts = 1;
    while ((datefmt = find_micros(datefmt)) != NULL) {
        datefmt += 2;
        parts++;
    }
    return parts;
}

static void copy_parts(char *to, const char *datefmt)
{
    for (;;) {
        const char *micros = find_micros(datefmt);
        const size_t length = micros == NULL ? strlen(datefmt) : (size_t)(micros - datefmt);
        *to++ = GUARD;
        memcpy(to, datefmt, length);
        to += length;
        *to++ = '\0';
        if (micros == NULL)
            return;
        datefmt = micros + 2;
    }
}

/* 0 or -ENOMEM. */
static int take_datefmt(struct rl_time_text *time_text, const char *datefmt)
{
    time_text->parts = count_parts(datefmt);
    time_text->unit_ns = time_text->parts > 1 ? MICROSECOND_NS : (uint32_t)SECOND_NS;
    time_text->datefmt = malloc(strlen(datefmt) + time_text->parts * (GUARD_BYTES + 1));
    time_text->places = calloc(time_text->parts, sizeof *time_text->places);
    if (time_text->datefmt == NULL || time_text->places == NULL)
        return -ENOMEM;
    copy_parts(time_text->datefmt, datefmt);
    return 0;
}

/* 0 or -ENOMEM. */
static int take_default(struct rl_time_text *time_text)
{
    time_text->unit_ns = MILLISECOND_NS;
    time_text->places = malloc(sizeof *time_text->places);
    if (time_text->places == NULL)
        return -ENOMEM;
    time_text->places[0] = DEFAULT_PLACE;
    return 0;
}

int rl_time_text_init(struct rl_time_text *time_text, const char *datefmt, bool utc)
{
    *time_text = (struct rl_time_text){.utc = utc};
    int error = rl_buffer_reserve(&time_text->text, DEFAULT_TEXT_MAX) == NULL ? -ENOMEM : 0;
    if (error == 0)
        error = datefmt == NULL || datefmt[0] == '\0' ? take_default(time_text)
                                                      : take_datefmt(time_text, datefmt);
    if (error < 0)
        rl_time_text_destroy(time_text);
    return error;
}

void rl_time_text_destroy(struct rl_time_text *time_text)
{
    free(time_text->datefmt);
    free(time_text->places);
    rl_buffer_free(&time_text->text);
    *time_text = (struct rl_time_text){0};
}

/* ---- a second ---- */

/* "2005-03-19 15:10:26,000" */
static void fill_default(struct rl_time_text *time_text, const struct tm *tm)
{
    struct rl_buffer *text = &time_text->text;
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
    time_text->place_count = 1;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static size_t print(char *to, size_t room, const char *datefmt, const struct tm *tm)
{
    return strftime(to, room, datefmt, tm);
}
#pragma GCC diagnostic pop

/* Appends the text of one part. false: it is too long, or there is no memory for it. */
static bool append_part(struct rl_buffer *text, const char *part, const struct tm *tm)
{
    size_t room = text->capacity - text->length, length = 0;
    if (room < DEFAULT_TEXT_MAX)
        room = DEFAULT_TEXT_MAX;
    while (length == 0 && room <= RL_TIME_TEXT_MAX) {
        char *to = rl_buffer_reserve(text, room);
        if (to == NULL)
            return false;
        length = print(to, room, part, tm);
        room *= 2;
    }
    if (length == 0)
        return false;
    char *to = text->data + text->length;
    memmove(to, to + GUARD_BYTES, length - GUARD_BYTES);
    text->length += length - GUARD_BYTES;
    return true;
}

/* All parts, with zeros for the microseconds between two. false: as append_part(). */
static bool fill_parts(struct rl_time_text *time_text, const struct tm *tm)
{
    struct rl_buffer *text = &time_text->text;
    const char *part = time_text->datefmt;
    for (unsigned i = 0; i < time_text->parts; i++, part += strlen(part) + 1) {
        if (i > 0) {
            time_text->places[time_text->place_count++] = text->length;
            rl_buffer_append(text, "000000", 6);
        }
        if (!append_part(text, part, tm))
            return false;
    }
    return text->length <= RL_TIME_TEXT_MAX && rl_buffer_reserve(text, RL_TIME_TEXT_SLACK) != NULL;
}

static void fill_by_datefmt(struct rl_time_text *time_text, const struct tm *tm)
{
    struct rl_buffer *text = &time_text->text;
    if (!fill_parts(time_text, tm) || text->failed) {
        memcpy(text->data, "?", 1);
        text->length = 1;
        time_text->place_count = 0;
    }
    text->failed = false; /* handled here, by the question mark */
}

static void fill(struct rl_time_text *time_text, int64_t wall_ns)
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
    time_text->place_count = 0;
    if (time_text->datefmt == NULL)
        fill_default(time_text, &tm);
    else
        fill_by_datefmt(time_text, &tm);
    rl_libc_unlock();
    /* Unsigned: the first second that 64 bits can say starts before what they can say. */
    time_text->second_ns = (int64_t)((uint64_t)second * (uint64_t)SECOND_NS);
}

/* ---- within a second ---- */

void rl_time_text_renew(struct rl_time_text *time_text, int64_t wall_ns)
{
    uint64_t within_ns = (uint64_t)wall_ns - (uint64_t)time_text->second_ns;
    if (time_text->valid_ns == 0 || within_ns >= (uint64_t)SECOND_NS) {
        fill(time_text, wall_ns);
        within_ns = (uint64_t)wall_ns - (uint64_t)time_text->second_ns;
    }
    const uint32_t unit_ns = time_text->unit_ns, units = (uint32_t)within_ns / unit_ns;
    const unsigned digits = unit_ns == MILLISECOND_NS ? 3 : 6;
    for (unsigned i = 0; i < time_text->place_count; i++)
        rl_write_padded(time_text->text.data + time_text->places[i], units, digits);
    time_text->from_ns = (int64_t)((uint64_t)time_text->second_ns + (uint64_t)units * unit_ns);
    time_text->valid_ns = unit_ns;
}
