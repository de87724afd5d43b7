#include "handlers/schedule.h"

#include "base/error.h"
#include "base/thread.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DAY_S 86400
/* No local time is further from UTC than this, and no change of the clocks larger. */
#define FARTHEST_S (26 * 3600)

/* Python's names, in the order of the enum. */
static const struct {
    const char *name;
    int unit_s;          /* 0: by the calendar */
    const char *pattern; /* of the suffix, d for a digit */
} kinds[] = {
    [RINGLOG_WHEN_H] = {"h", 3600, "dddd-dd-dd_dd"},
    [RINGLOG_WHEN_S] = {"s", 1, "dddd-dd-dd_dd-dd-dd"},
    [RINGLOG_WHEN_M] = {"m", 60, "dddd-dd-dd_dd-dd"},
    [RINGLOG_WHEN_D] = {"d", DAY_S, "dddd-dd-dd"},
    [RINGLOG_WHEN_MIDNIGHT] = {"midnight", 0, "dddd-dd-dd"},
    [RINGLOG_WHEN_W0] = {"w0", 0, "dddd-dd-dd"},
    [RINGLOG_WHEN_W1] = {"w1", 0, "dddd-dd-dd"},
    [RINGLOG_WHEN_W2] = {"w2", 0, "dddd-dd-dd"},
    [RINGLOG_WHEN_W3] = {"w3", 0, "dddd-dd-dd"},
    [RINGLOG_WHEN_W4] = {"w4", 0, "dddd-dd-dd"},
    [RINGLOG_WHEN_W5] = {"w5", 0, "dddd-dd-dd"},
    [RINGLOG_WHEN_W6] = {"w6", 0, "dddd-dd-dd"},
};

int ringlog_when_parse(const char *text, enum ringlog_when *when)
{
    for (unsigned i = 0; text != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcasecmp(text, kinds[i].name) == 0) {
            *when = (enum ringlog_when)i;
            return 0;
        }
    }
    return rl_error(-EINVAL, "when \"%s\": none of s, m, h, d, midnight, w0 to w6",
                    text == NULL ? "(null)" : text);
}

/* ---- the calendar ---- */

static struct tm calendar_of(const struct rl_schedule *schedule, int64_t second)
{
    const time_t time = (time_t)second;
    struct tm tm;
    rl_libc_lock();
    struct tm *known = schedule->utc ? gmtime_r(&time, &tm) : localtime_r(&time, &tm);
    rl_libc_unlock();
    if (known == NULL)
        tm = (struct tm){.tm_year = 70, .tm_mday = 1};
    return tm;
}

/* The same calendar time were it UTC: a number that grows with the calendar. */
static int64_t count_of(struct tm tm)
{
    rl_libc_lock();
    const time_t count = timegm(&tm);
    rl_libc_unlock();
    return count;
}

static int64_t count_at(const struct rl_schedule *schedule, int64_t second)
{
    return count_of(calendar_of(schedule, second));
}

/* The first second after `now_s` at which the calendar shows `count`, or, where it skips that,
 * shows more. */
static int64_t first_second(const struct rl_schedule *schedule, int64_t count, int64_t now_s)
{
    int64_t before = count - FARTHEST_S, at = count + FARTHEST_S;
    before = before < now_s ? now_s : before;
    while (at - before > 1) {
        const int64_t middle = before + (at - before) / 2;
        if (count_at(schedule, middle) >= count)
            at = middle;
        else
            before = middle;
    }
    /* Clocks put back make it come twice: the search may have found either. */
    const int64_t offset = count_at(schedule, at - DAY_S / 2) - (at - DAY_S / 2);
    const int64_t earlier = count - offset;
    return earlier < at && earlier > now_s && count_at(schedule, earlier) == count ? earlier : at;
}

/* ---- intervals ---- */

static void write_suffix(const struct rl_schedule *schedule, const struct tm *tm,
                         char suffix[RL_SUFFIX_BYTES])
{
    const struct {
        char before;
        int number;
    } parts[] = {{'-', tm->tm_mon + 1},
                 {'-', tm->tm_mday},
                 {'_', tm->tm_hour},
                 {'-', tm->tm_min},
                 {'-', tm->tm_sec}};
    const size_t whole = strlen(kinds[schedule->when].pattern);
    size_t length = (size_t)snprintf(suffix, RL_SUFFIX_BYTES, "%04d", tm->tm_year + 1900);
    for (size_t i = 0; 4 + i * 3 < whole; i++)
        length += (size_t)snprintf(suffix + length, RL_SUFFIX_BYTES - length, "%c%02d",
                                   parts[i].before, parts[i].number);
}

/* Days from the day of `now` to the one at whose `at_s` (or end) the interval ends. */
static int days_ahead(const struct rl_schedule *schedule, const struct tm *now)
{
    const int second = now->tm_hour * 3600 + now->tm_min * 60 + now->tm_sec;
    const bool is_over = schedule->at_s >= 0 && second >= schedule->at_s;
    if (schedule->when == RINGLOG_WHEN_MIDNIGHT)
        return is_over ? 1 : 0;
    const int wanted = (int)(schedule->when - RINGLOG_WHEN_W0); /* 0 is Monday */
    const int days = (wanted - (now->tm_wday + 6) + 14) % 7;
    return days == 0 && is_over ? 7 : days;
}

static void next_by_calendar(const struct rl_schedule *schedule, int64_t now_s,
                             struct rl_interval *interval)
{
    const int unit_days = schedule->when == RINGLOG_WHEN_MIDNIGHT ? 1 : 7;
    struct tm tm = calendar_of(schedule, now_s);
    int64_t day = (int64_t)days_ahead(schedule, &tm) + (schedule->at_s < 0);
    day += (int64_t)(schedule->interval - 1) * unit_days;
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    const int64_t end_day = count_of(tm) + day * DAY_S;
    const int64_t end = end_day + (schedule->at_s < 0 ? 0 : schedule->at_s);
    interval->end_s = schedule->utc ? end : first_second(schedule, end, now_s);
    const struct rl_schedule counted = {.when = schedule->when, .utc = true};
    const struct tm start =
        calendar_of(&counted, end_day - (int64_t)schedule->interval * unit_days * DAY_S);
    write_suffix(schedule, &start, interval->suffix);
}

void rl_schedule_next(const struct rl_schedule *schedule, int64_t now_s,
                      struct rl_interval *interval)
{
    const int unit_s = kinds[schedule->when].unit_s;
    if (unit_s == 0) {
        next_by_calendar(schedule, now_s, interval);
        return;
    }
    interval->end_s = now_s + (int64_t)schedule->interval * unit_s;
    const struct tm start = calendar_of(schedule, now_s);
    write_suffix(schedule, &start, interval->suffix);
}

size_t rl_schedule_match(const struct rl_schedule *schedule, const char *text)
{
    const char *pattern = kinds[schedule->when].pattern;
    size_t i = 0;
    for (; pattern[i] != '\0'; i++) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (pattern[i] == 'd' ? !digit : text[i] != pattern[i])
            return 0;
    }
    return text[i] >= '0' && text[i] <= '9' ? 0 : i;
}
