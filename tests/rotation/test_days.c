/* Ten years of simulated days: each local calendar day has one file, with just that day's records.
 * In zones whose clocks change by an hour, by half an hour, at midnight, by two hours, twice around
 * one month; in one that skipped a day; in one 45 minutes off. */
#include "rotation/rotating.h"

#include <time.h>

#define FIRST  INT64_C(1262304000) /* 2010-01-01 UTC */
#define STEP_S 900                 /* every zone's days begin at a quarter of an hour UTC */
#define YEARS  10
#define LINES  3 /* a day */

static const char *zone;

static void name_day(int64_t second, char day[16])
{
    const time_t time = (time_t)second;
    struct tm tm;
    require(localtime_r(&time, &tm) != NULL);
    require(strftime(day, 16, "%Y-%m-%d", &tm) == 10);
}

/* Days whose files have not been looked at yet. */
static char days[400][16];
static unsigned day_count;

static void require_day(const char *day, const char *path)
{
    size_t length;
    char *text = read_file(path, &length);
    require(length == LINES * 11);
    for (unsigned i = 0; i < LINES; i++)
        require(memcmp(text + i * 11, day, 10) == 0 && text[i * 11 + 10] == '\n');
    free(text);
}

/* All but the last, which is not over. */
static void look_at_files(void)
{
    settle();
    for (unsigned i = 0; i + 1 < day_count; i++) {
        char path[32];
        snprintf(path, sizeof path, "day.log.%.10s", days[i]);
        if (access(path, F_OK) != 0)
            fprintf(stderr, "%s: there is no %s\n", zone, path);
        require_day(days[i], path);
        require(unlink(path) == 0);
    }
    require_day(days[day_count - 1], "day.log");
    memmove(days[0], days[day_count - 1], sizeof days[0]);
    day_count = 1;
    REQUIRE_FILES("day.log", read_file("day.log", NULL));
}

/* The first second of a day, one in the middle and the last one. */
static void log_day(int64_t first, int64_t last)
{
    char *day = days[day_count++];
    name_day(first, day);
    say_at(first, day);
    say_at(first + (last - first) / 2, day);
    say_at(last, day);
}

static void go_through_the_years(void)
{
    require(setenv("TZ", zone, 1) == 0);
    tzset();
    char today[16], day[16];
    int64_t second = FIRST, begin = 0;
    name_day(second, today);
    day_count = 0;
    for (int year = 1; year <= YEARS;) {
        second += STEP_S;
        name_day(second, day);
        if (strcmp(day, today) == 0)
            continue;
        if (begin == 0) {
            start_at(second);
            ringlog_handler *handler;
            require(ringlog_timed_rotating_file_handler_new(
                        &handler, "day.log",
                        &(struct ringlog_timed_rotating_file_options){
                            .when = RINGLOG_WHEN_MIDNIGHT}) == 0);
            attached(handler);
        } else {
            log_day(begin, second - 1);
        }
        begin = second;
        strcpy(today, day);
        if (second >= FIRST + (int64_t)year * 365 * 86400) {
            look_at_files();
            year++;
        }
    }
    require(ringlog_shutdown(5000) == 0);
}

#define ZONE_TEST(test, name)                                                                      \
    PROCESS_TEST(test)                                                                             \
    {                                                                                              \
        zone = name;                                                                               \
        require(access("/usr/share/zoneinfo/" name, F_OK) == 0);                                   \
        go_through_the_years();                                                                    \
    }

ZONE_TEST(london, "Europe/London")
ZONE_TEST(new_york, "America/New_York")
ZONE_TEST(lord_howe, "Australia/Lord_Howe")
ZONE_TEST(apia, "Pacific/Apia")
ZONE_TEST(sao_paulo, "America/Sao_Paulo")
ZONE_TEST(casablanca, "Africa/Casablanca")
ZONE_TEST(kathmandu, "Asia/Kathmandu")
ZONE_TEST(troll, "Antarctica/Troll")

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(london),    cmocka_unit_test(new_york),  cmocka_unit_test(lord_howe),
        cmocka_unit_test(apia),      cmocka_unit_test(sao_paulo), cmocka_unit_test(casablanca),
        cmocka_unit_test(kathmandu), cmocka_unit_test(troll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
