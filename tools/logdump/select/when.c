#include "select/when.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND_NS INT64_C(1000000000)

static bool in_utc;

/* Reads exactly `digits` digits. */
static bool take_number(const char **at, int digits, int *number)
{
    *number = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (!isdigit((unsigned char)**at))
            return false;
        *number = *number * 10 + (**at - '0');
    }
    return true;
}

static bool take_char(const char **at, char wanted)
{
    if (**at != wanted)
        return false;
    (*at)++;
    return true;
}

/* ".678" or ",678", if there; up to nanoseconds, further digits are dropped. */
static bool take_fraction(const char **at, int64_t *nanoseconds)
{
    *nanoseconds = 0;
    if (**at != '.' && **at != ',')
        return true;
    (*at)++;
    if (!isdigit((unsigned char)**at))
        return false;
    for (int64_t unit = SECOND_NS / 10; isdigit((unsigned char)**at); (*at)++, unit /= 10)
        *nanoseconds += (**at - '0') * unit;
    return true;
}

static bool take_date(const char **at, struct tm *tm)
{
    int year, month, day;
    if (!take_number(at, 4, &year) || !take_char(at, '-') || !take_number(at, 2, &month) ||
        !take_char(at, '-') || !take_number(at, 2, &day))
        return false;
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    tm->tm_mday = day;
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* HH:MM[:SS[.fraction]] */
static bool take_clock(const char **at, struct tm *tm, int64_t *nanoseconds)
{
    if (!take_number(at, 2, &tm->tm_hour) || !take_char(at, ':') ||
        !take_number(at, 2, &tm->tm_min))
        return false;
    tm->tm_sec = 0;
    *nanoseconds = 0;
    if (take_char(at, ':') && (!take_number(at, 2, &tm->tm_sec) || !take_fraction(at, nanoseconds)))
        return false;
    return tm->tm_hour <= 24 && tm->tm_min <= 59 && tm->tm_sec <= 60;
}

/* Z, +hh:mm, +hhmm or +hh; `given` tells whether there was one. */
static bool take_zone(const char **at, bool *given, int64_t *east_seconds)
{
    *given = true;
    *east_seconds = 0;
    if (take_char(at, 'Z') || take_char(at, 'z'))
        return true;
    const bool west = **at == '-';
    *given = take_char(at, '+') || take_char(at, '-');
    if (!*given)
        return true;
    int hours, minutes = 0;
    if (!take_number(at, 2, &hours))
        return false;
    const bool colon = take_char(at, ':');
    if ((colon || **at != '\0') && !take_number(at, 2, &minutes))
        return false;
    *east_seconds = (west ? -1 : 1) * ((int64_t)hours * 3600 + minutes * 60);
    return hours <= 26 && minutes <= 59;
}

static bool from_seconds(int64_t seconds, int64_t nanoseconds, int64_t *time_ns)
{
    return !__builtin_mul_overflow(seconds, SECOND_NS, time_ns) &&
           !__builtin_add_overflow(*time_ns, nanoseconds, time_ns);
}

/* The 31st of a short month would be taken for the next one's first days. */
static bool day_exists(struct tm tm)
{
    const int day = tm.tm_mday, month = tm.tm_mon;
    tm.tm_hour = 12;
    timegm(&tm);
    return tm.tm_mday == day && tm.tm_mon == month;
}

static bool parse_epoch(const char *at, int64_t *time_ns)
{
    int64_t seconds = 0, nanoseconds;
    if (!isdigit((unsigned char)*at))
        return false;
    for (; isdigit((unsigned char)*at); at++)
        if (__builtin_mul_overflow(seconds, 10, &seconds) ||
            __builtin_add_overflow(seconds, *at - '0', &seconds))
            return false;
    return take_fraction(&at, &nanoseconds) && *at == '\0' &&
           from_seconds(seconds, nanoseconds, time_ns);
}

static bool today(struct tm *tm)
{
    const time_t now = time(NULL);
    if ((in_utc ? gmtime_r(&now, tm) : localtime_r(&now, tm)) == NULL)
        return false;
    tm->tm_hour = tm->tm_min = tm->tm_sec = 0;
    return true;
}

bool when_parse_span(const char *text, int64_t *span_ns)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1},
                 {"us", 1000},
                 {"ms", 1000000},
                 {"min", 60 * SECOND_NS},
                 {"m", 60 * SECOND_NS},
                 {"s", SECOND_NS},
                 {"h", 3600 * SECOND_NS},
                 {"d", 86400 * SECOND_NS},
                 {"w", 7 * 86400 * SECOND_NS}};
    *span_ns = 0;
    do {
        char *end;
        size_t i = 0;
        const double count = strtod(text, &end);
        if (end == text || !isdigit((unsigned char)*text))
            return false;
        while (i < sizeof units / sizeof *units &&
               strncmp(end, units[i].name, strlen(units[i].name)) != 0)
            i++;
        if (i == sizeof units / sizeof *units || count * (double)units[i].ns > 9e18)
            return false;
        if (__builtin_add_overflow(*span_ns, (int64_t)(count * (double)units[i].ns), span_ns))
            return false;
        text = end + strlen(units[i].name);
    } while (*text != '\0');
    return true;
}

int64_t when_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

void when_use_utc(void)
{
    in_utc = true;
}

bool when_is_relative(const char *text)
{
    return *text == '-' || *text == '+' || strcmp(text, "now") == 0;
}

static bool parse_relative(const char *text, int64_t now_ns, int64_t *time_ns)
{
    int64_t span_ns = 0;
    if (strcmp(text, "now") != 0 && !when_parse_span(text + 1, &span_ns))
        return false;
    return *text == '-' ? !__builtin_sub_overflow(now_ns, span_ns, time_ns)
                        : !__builtin_add_overflow(now_ns, span_ns, time_ns);
}

bool when_parse(const char *text, int64_t now_ns, int64_t *time_ns)
{
    if (when_is_relative(text))
        return parse_relative(text, now_ns, time_ns);
    if (*text == '@')
        return parse_epoch(text + 1, time_ns);
    const char *at = text;
    struct tm tm = {0};
    int64_t nanoseconds = 0, east_seconds = 0;
    bool zoned = false;
    if (strchr(text, '-') == NULL || strchr(text, '-') - text != 4) {
        if (!today(&tm) || !take_clock(&at, &tm, &nanoseconds))
            return false;
    } else {
        if (!take_date(&at, &tm))
            return false;
        if ((take_char(&at, 'T') || take_char(&at, ' ')) && !take_clock(&at, &tm, &nanoseconds))
            return false;
    }
    if (!take_zone(&at, &zoned, &east_seconds) || *at != '\0' || !day_exists(tm))
        return false;
    /* Whether summer time is in force then is for the zone to say. */
    tm.tm_isdst = -1;
    const time_t seconds = zoned || in_utc ? timegm(&tm) : mktime(&tm);
    return from_seconds((int64_t)seconds - east_seconds, nanoseconds, time_ns);
}
