/* When intervals end, against a search minute by minute, in zones whose clocks change in every way.
 * Links the objects. */
#include "cmocka_first.h"

#include "handlers/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DAY_S 86400

static int64_t shown(int64_t second)
{
    const time_t time = (time_t)second;
    struct tm tm;
    localtime_r(&time, &tm);
    return timegm(&tm);
}

/* The calendar time that is meant: the next one of that time of day. */
static int64_t meant(const struct rl_schedule *schedule, int64_t now_s)
{
    const int64_t now = shown(now_s), day = now - now % DAY_S;
    if (schedule->at_s < 0)
        return day + DAY_S;
    return day + schedule->at_s > now ? day + schedule->at_s : day + schedule->at_s + DAY_S;
}

/* What is meant, and all changes, fall on whole minutes. */
static int64_t searched(const struct rl_schedule *schedule, int64_t now_s)
{
    const int64_t wanted = meant(schedule, now_s);
    int64_t second = now_s - now_s % 60 + 60;
    while (shown(second) < wanted)
        second += 60;
    return second;
}

static void compare(const char *zone, int64_t from_s, int at_s)
{
    const struct rl_schedule schedule = {
        .when = RINGLOG_WHEN_MIDNIGHT, .interval = 1, .at_s = at_s};
    setenv("TZ", zone, 1);
    tzset();
    for (int64_t now_s = from_s; now_s < from_s + 2 * DAY_S; now_s += 2411) {
        struct rl_interval interval;
        rl_schedule_next(&schedule, now_s, &interval);
        const int64_t expected = searched(&schedule, now_s);
        if (interval.end_s != expected)
            fail_msg("%s, at %d, after %lld: %lld, not %lld", zone, at_s, (long long)now_s,
                     (long long)interval.end_s, (long long)expected);
    }
}

/* A day before the clocks change. */
static const struct {
    const char *zone;
    int64_t from_s;
} changes[] = {
    {"CET-1CEST,M3.5.0,M10.5.0/3", 1711756800},           /* Berlin, forward */
    {"CET-1CEST,M3.5.0,M10.5.0/3", 1729900800},           /* back */
    {"CST5CDT,M3.2.0/0,M11.1.0/1", 1710028800},           /* Havana, at midnight, forward */
    {"CST5CDT,M3.2.0/0,M11.1.0/1", 1730520000},           /* from one to midnight, back */
    {"<-03>3<-02>,M11.1.0/0,M2.3.0/0", 1730548800},       /* Sao Paulo, at midnight, forward */
    {"<-03>3<-02>,M11.1.0/0,M2.3.0/0", 1708142400},       /* back */
    {"NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01", 1730548800},  /* St. John's of old, 00:01 to 23:01 */
    {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 1712390400}, /* Lord Howe, half an hour, back */
    {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 1728115200}, /* forward */
    {"<+00>0<+02>-2,M3.5.0/1,M10.5.0/3", 1711756800},     /* Troll, two hours, forward */
    {"<+00>0<+02>-2,M3.5.0/1,M10.5.0/3", 1729900800},     /* back */
    {"<+0545>-5:45", 1711756800},                         /* Kathmandu, never */
};

static void ends_are_the_first_second_that_shows_the_time(void **state)
{
    (void)state;
    const int times[] = {-1, 0, 1800, 3600, 5400, 7200, 9000, 84600};
    for (unsigned i = 0; i < sizeof changes / sizeof *changes; i++)
        for (unsigned k = 0; k < sizeof times / sizeof *times; k++)
            compare(changes[i].zone, changes[i].from_s, times[k]);
}

static void a_day_that_does_not_exist_is_no_interval(void **state)
{
    (void)state;
    const struct rl_schedule schedule = {.when = RINGLOG_WHEN_MIDNIGHT, .interval = 1, .at_s = -1};
    struct rl_interval interval;
    setenv("TZ", "Pacific/Apia", 1);
    tzset();
    rl_schedule_next(&schedule, INT64_C(1325200000), &interval); /* 2011-12-29 13:06 */
    assert_int_equal(interval.end_s, 1325239200);
    assert_string_equal(interval.suffix, "2011-12-29");
    rl_schedule_next(&schedule, interval.end_s, &interval);
    assert_string_equal(interval.suffix, "2011-12-31");
}

static void suffixes_are_told_from_what_looks_like_them(void **state)
{
    (void)state;
    const struct rl_schedule days = {.when = RINGLOG_WHEN_D}, hours = {.when = RINGLOG_WHEN_H};
    assert_int_equal(rl_schedule_match(&days, "2024-05-08"), 10);
    assert_int_equal(rl_schedule_match(&days, "2024-05-08.gz"), 10);
    assert_int_equal(rl_schedule_match(&days, "2024-05-080"), 0);
    assert_int_equal(rl_schedule_match(&days, "2024-05-8"), 0);
    assert_int_equal(rl_schedule_match(&days, ""), 0);
    assert_int_equal(rl_schedule_match(&hours, "2024-05-08"), 0);
    assert_int_equal(rl_schedule_match(&hours, "2024-05-08_10"), 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_the_first_second_that_shows_the_time),
        cmocka_unit_test(a_day_that_does_not_exist_is_no_interval),
        cmocka_unit_test(suffixes_are_told_from_what_looks_like_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
