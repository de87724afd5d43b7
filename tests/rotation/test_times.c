/* Rotation by time: when, under which name, whose time decides, what existed before. The calendar
 * of ten years is test_days.c. */
#include "rotation/rotating.h"

#include <errno.h>
#include <time.h>

#define MAY_8 INT64_C(1715126400) /* 2024, a Wednesday, 00:00 UTC */
#define HOUR  3600
#define DAY   86400

static void in_zone(const char *zone)
{
    require(setenv("TZ", zone, 1) == 0);
    tzset();
}

static ringlog_handler *timed(const char *path, struct ringlog_timed_rotating_file_options options)
{
    ringlog_handler *handler;
    require(ringlog_timed_rotating_file_handler_new(&handler, path, &options) == 0);
    return attached(handler);
}

/* ---- kinds ---- */

struct kind {
    const char *name;
    int64_t rollover_at; /* of a file that begins on Wednesday 10:20:30 */
    const char *suffix;
};

static const struct kind kinds[] = {
    {"s", 1715163631, "2024-05-08_10-20-30"},
    {"M", 1715163690, "2024-05-08_10-20"},
    {"h", 1715167230, "2024-05-08_10"},
    {"D", 1715250030, "2024-05-08"},
    {"Midnight", 1715212800, "2024-05-08"},
    {"w0", 1715644800, "2024-05-07"}, /* the end of Monday */
    {"W2", 1715212800, "2024-05-02"},
    {"w6", 1715558400, "2024-05-06"},
};

PROCESS_TEST(each_kind_has_its_interval_and_its_suffix)
{
    enum { KINDS = sizeof kinds / sizeof *kinds };
    in_zone("UTC0");
    start_at(1715163630);
    for (unsigned i = 0; i < KINDS; i++) {
        enum ringlog_when when;
        char path[8];
        snprintf(path, sizeof path, "f%u", i);
        require(ringlog_when_parse(kinds[i].name, &when) == 0);
        ringlog_handler *handler =
            timed(path, (struct ringlog_timed_rotating_file_options){.when = when});
        require(ringlog_timed_rollover_at(handler) == kinds[i].rollover_at);
    }
    say("first");
    set_clock(1715854830);
    say("second");
    const char *expected[KINDS * 4 + 1] = {0};
    char names[KINDS * 2][64];
    for (unsigned i = 0; i < KINDS; i++) {
        snprintf(names[i * 2], sizeof names[0], "f%u", i);
        snprintf(names[i * 2 + 1], sizeof names[0], "f%u.%s", i, kinds[i].suffix);
        expected[i * 4] = names[i * 2];
        expected[i * 4 + 1] = "second\n";
        expected[i * 4 + 2] = names[i * 2 + 1];
        expected[i * 4 + 3] = "first\n";
    }
    require_files(expected);
}

PROCESS_TEST(other_names_are_refused)
{
    const char *const bad[] = {"w", "w7", "w10", "minute", "", "midnights", " h"};
    enum ringlog_when when = RINGLOG_WHEN_W3;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        require(ringlog_when_parse(bad[i], &when) == -EINVAL && when == RINGLOG_WHEN_W3);
    require(ringlog_when_parse(NULL, &when) == -EINVAL);
    ringlog_handler *handler;
    struct ringlog_timed_rotating_file_options options = {.when = (enum ringlog_when)12};
    require(ringlog_timed_rotating_file_handler_new(&handler, "x", &options) == -EINVAL);
    options = (struct ringlog_timed_rotating_file_options){.interval = -1};
    require(ringlog_timed_rotating_file_handler_new(&handler, "x", &options) == -EINVAL);
    require(strstr(ringlog_last_error(), "interval -1") != NULL);
    options = (struct ringlog_timed_rotating_file_options){.at_time = 86400};
    require(ringlog_timed_rotating_file_handler_new(&handler, "x", &options) == -EINVAL);
    require(access("x", F_OK) != 0);
    require(ringlog_file_handler_new(&handler, "plain", NULL) == 0);
    require(ringlog_timed_rollover_at(handler) == -EINVAL);
    ringlog_handler_unref(handler);
    require(ringlog_null_handler_new(&handler) == 0);
    require(ringlog_timed_rollover_at(handler) == -EINVAL);
    ringlog_handler_unref(handler);
}

PROCESS_TEST(the_default_is_hours_from_the_start_and_silence_makes_one_file)
{
    in_zone("UTC0");
    start_at(1710002710);
    ringlog_handler *handler = timed("h.log", (struct ringlog_timed_rotating_file_options){0});
    require(ringlog_timed_rollover_at(handler) == 1710006310);
    say("one");
    set_clock(1710006309);
    say("two");
    set_clock(1710006310);
    say("three");
    settle();
    require(ringlog_timed_rollover_at(handler) == 1710009910);
    set_clock(1710039600);
    say("four");
    REQUIRE_FILES("h.log", "four\n", "h.log.2024-03-09_16", "one\ntwo\n", "h.log.2024-03-09_17",
                  "three\n");
    require(ringlog_timed_rollover_at(handler) == 1710043200);
}

PROCESS_TEST(several_days_to_a_file)
{
    start_at(MAY_8 + 10 * HOUR);
    ringlog_handler *handler =
        timed("app.log", (struct ringlog_timed_rotating_file_options){
                             .when = RINGLOG_WHEN_MIDNIGHT, .interval = 3, .utc = true});
    require(ringlog_timed_rollover_at(handler) == MAY_8 + 3 * DAY);
    const char *const days[] = {"d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"};
    for (int i = 0; i < 8; i++)
        say_at(MAY_8 + 10 * HOUR + i * DAY, days[i]);
    REQUIRE_FILES("app.log", "d6\nd7\n", "app.log.2024-05-08", "d0\nd1\nd2\n", "app.log.2024-05-11",
                  "d3\nd4\nd5\n");
}

PROCESS_TEST(a_time_of_day_of_ones_own)
{
    const struct ringlog_timed_rotating_file_options quarter_to_two = {
        .when = RINGLOG_WHEN_MIDNIGHT, .utc = true, .at_time = 13 * HOUR + 45 * 60};
    start_at(MAY_8 + 10 * HOUR);
    ringlog_handler *a = timed("a", quarter_to_two);
    ringlog_handler *w = timed("w", (struct ringlog_timed_rotating_file_options){
                                        .when = RINGLOG_WHEN_W2, .utc = true, .at_time = 9 * HOUR});
    ringlog_handler *m =
        timed("m", (struct ringlog_timed_rotating_file_options){
                       .when = RINGLOG_WHEN_W3, .utc = true, .at_time = RINGLOG_AT_MIDNIGHT});
    require(ringlog_timed_rollover_at(a) == MAY_8 + 13 * HOUR + 45 * 60);
    require(ringlog_timed_rollover_at(w) == MAY_8 + 7 * DAY + 9 * HOUR);
    require(ringlog_timed_rollover_at(m) == MAY_8 + DAY); /* the beginning of Thursday */
    say_at(MAY_8 + 13 * HOUR + 45 * 60 - 1, "1");
    say_at(MAY_8 + 13 * HOUR + 45 * 60, "2");
    settle();
    require(ringlog_timed_rollover_at(a) == MAY_8 + DAY + 13 * HOUR + 45 * 60);
    set_clock(MAY_8 + 13 * HOUR + 45 * 60); /* just now: strictly later is meant */
    require(ringlog_timed_rollover_at(timed("b", quarter_to_two)) ==
            MAY_8 + DAY + 13 * HOUR + 45 * 60);
    REQUIRE_FILES("a", "2\n", "a.2024-05-07", "1\n", "w", "1\n2\n", "m", "1\n2\n", "b", "");
}

/* ---- whose time ---- */

PROCESS_TEST(the_time_of_the_record_decides)
{
    start_at(MAY_8 + 10 * HOUR);
    timed("app.log",
          (struct ringlog_timed_rotating_file_options){.when = RINGLOG_WHEN_MIDNIGHT, .utc = true});
    set_clock(MAY_8 + DAY + HOUR); /* it is written after midnight */
    say_at(MAY_8 + DAY - 1, "late");
    say_at(MAY_8 + DAY, "early");
    say_at(MAY_8 + DAY - 1, "of yesterday, after today's first");
    REQUIRE_FILES("app.log", "early\nof yesterday, after today's first\n", "app.log.2024-05-08",
                  "late\n");
}

PROCESS_TEST(clocks_put_back_rotate_nothing)
{
    start_at(MAY_8 + DAY - 1);
    ringlog_handler *handler = timed("app.log", (struct ringlog_timed_rotating_file_options){
                                                    .when = RINGLOG_WHEN_MIDNIGHT, .utc = true});
    say_at(MAY_8 + DAY, "thursday");
    say_at(MAY_8 + 100, "wednesday again");
    say_at(MAY_8 + DAY + 1, "thursday again");
    REQUIRE_FILES("app.log", "thursday\nwednesday again\nthursday again\n", "app.log.2024-05-08",
                  "");
    require(ringlog_timed_rollover_at(handler) == MAY_8 + 2 * DAY);
}

/* ---- what is there already ---- */

PROCESS_TEST(an_existing_files_interval_began_when_it_was_last_written)
{
    in_zone("UTC0");
    put_file("m.log", "yesterday\n", 1715018400);
    put_file("h.log", "recent\n", 1715160600);
    start_at(1715162400);
    ringlog_handler *m =
        timed("m.log", (struct ringlog_timed_rotating_file_options){.when = RINGLOG_WHEN_MIDNIGHT});
    ringlog_handler *h = timed("h.log", (struct ringlog_timed_rotating_file_options){0});
    require(ringlog_timed_rollover_at(m) == 1715040000);
    require(ringlog_timed_rollover_at(h) == 1715164200);
    say("first");
    settle();
    require(ringlog_timed_rollover_at(m) == 1715212800);
    set_clock(1715164200);
    say("second");
    REQUIRE_FILES("h.log", "second\n", "h.log.2024-05-08_09", "recent\nfirst\n", "m.log",
                  "first\nsecond\n", "m.log.2024-05-06", "yesterday\n");
}

PROCESS_TEST(or_when_it_was_made)
{
    put_file("app.log", "from the future\n", INT64_C(4000000000));
    start_at(1715162400);
    ringlog_handler *handler = timed("app.log", (struct ringlog_timed_rotating_file_options){0});
    const int64_t made = time(NULL);
    const int64_t at = ringlog_timed_rollover_at(handler);
    require(at > made + HOUR - 60 && at <= made + HOUR);
}

PROCESS_TEST(a_file_of_this_process_is_as_old_as_its_clock_says)
{
    in_zone("UTC0");
    start_at(1715162400);
    ringlog_handler *handler = timed("app.log", (struct ringlog_timed_rotating_file_options){0});
    say("first");
    settle();
    require(ringlog_logger_remove_handler(ringlog_root(), handler) == 0);
    settle(); /* closed by the writer */
    set_clock(1715162400 + 600);
    eventually(ringlog_flush(1000) == 0);
    sleep_ms(50);
    require(ringlog_timed_rollover_at(timed(
                "app.log", (struct ringlog_timed_rotating_file_options){0})) == 1715162400 + HOUR);
}

PROCESS_TEST(no_backup_takes_anothers_place)
{
    put_file("app.log.2024-05-08", "already there\n", 1715169600);
    put_file("app.log.2024-05-09.4", "part of a day\n", 1715169600);
    start_at(1715162400);
    timed("app.log",
          (struct ringlog_timed_rotating_file_options){.when = RINGLOG_WHEN_MIDNIGHT, .utc = true});
    say("1");
    say_at(1715248800, "2");
    say_at(1715335200, "3");
    REQUIRE_FILES("app.log", "3\n", "app.log.2024-05-08", "already there\n", "app.log.2024-05-08.1",
                  "1\n", "app.log.2024-05-09.4", "part of a day\n", "app.log.2024-05-09.5", "2\n");
}

/* ---- clocks that change ---- */

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

PROCESS_TEST(an_hour_that_comes_twice_has_two_files)
{
    in_zone(BERLIN);
    start_at(1729983600);
    timed("h.log", (struct ringlog_timed_rotating_file_options){0});
    const char *const hours[] = {"h0", "h1", "h2", "h3"};
    for (int i = 0; i < 4; i++)
        say_at(1729983600 + i * HOUR, hours[i]);
    REQUIRE_FILES("h.log", "h3\n", "h.log.2024-10-27_01", "h0\n", "h.log.2024-10-27_02", "h1\n",
                  "h.log.2024-10-27_02.1", "h2\n");
}

PROCESS_TEST(a_midnight_that_comes_twice_is_the_first)
{
    in_zone("CST5CDT,M3.2.0/0,M11.1.0/1"); /* Havana: 01:00 is followed by 00:00 */
    start_at(1730563200);                  /* 2024-11-02 12:00 */
    ringlog_handler *handler = timed(
        "app.log", (struct ringlog_timed_rotating_file_options){.when = RINGLOG_WHEN_MIDNIGHT});
    require(ringlog_timed_rollover_at(handler) == 1730606400);
    say_at(1730606399, "saturday");
    say_at(1730606400, "sunday");
    say_at(1730610000, "sunday, midnight again");
    settle();
    require(ringlog_timed_rollover_at(handler) == 1730696400);
    REQUIRE_FILES("app.log", "sunday\nsunday, midnight again\n", "app.log.2024-11-02",
                  "saturday\n");
}

/* ---- time and size ---- */

PROCESS_TEST(a_day_that_is_too_large_has_several_files)
{
    start_at(MAY_8 + 10 * HOUR);
    timed("app.log", (struct ringlog_timed_rotating_file_options){
                         .when = RINGLOG_WHEN_MIDNIGHT, .utc = true, .max_bytes = 12});
    say("one");
    say("two");
    say("three");
    say("four");
    say_at(MAY_8 + DAY, "five");
    REQUIRE_FILES("app.log", "five\n", "app.log.2024-05-08", "one\ntwo\n", "app.log.2024-05-08.1",
                  "three\nfour\n");
}

/* Behind a queue, and in one batch: the cuts lie in the middle of what is appended. */
PROCESS_TEST(a_batch_of_many_days_is_cut_behind_a_queue_too)
{
    start_at(MAY_8);
    timed("app.log", (struct ringlog_timed_rotating_file_options){
                         .when = RINGLOG_WHEN_MIDNIGHT,
                         .utc = true,
                         .file.isolation = {RINGLOG_ISOLATED, RINGLOG_QUEUE_BLOCK, 0}});
    for (int i = 0; i < 2000; i++) {
        char text[32];
        snprintf(text, sizeof text, "day %d", i / 100);
        say_at(MAY_8 + i / 100 * DAY, text);
    }
    settle();
    require(count_lines("app.log", "day 19") == 100 && count_lines("app.log", NULL) == 100);
    require(count_lines("app.log.2024-05-08", "day 0") == 100);
    require(count_lines("app.log.2024-05-26", "day 18") == 100);
    require(count_lines("app.log.2024-05-26", NULL) == 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_its_interval_and_its_suffix),
        cmocka_unit_test(other_names_are_refused),
        cmocka_unit_test(the_default_is_hours_from_the_start_and_silence_makes_one_file),
        cmocka_unit_test(several_days_to_a_file),
        cmocka_unit_test(a_time_of_day_of_ones_own),
        cmocka_unit_test(the_time_of_the_record_decides),
        cmocka_unit_test(clocks_put_back_rotate_nothing),
        cmocka_unit_test(an_existing_files_interval_began_when_it_was_last_written),
        cmocka_unit_test(or_when_it_was_made),
        cmocka_unit_test(a_file_of_this_process_is_as_old_as_its_clock_says),
        cmocka_unit_test(no_backup_takes_anothers_place),
        cmocka_unit_test(an_hour_that_comes_twice_has_two_files),
        cmocka_unit_test(a_midnight_that_comes_twice_is_the_first),
        cmocka_unit_test(a_day_that_is_too_large_has_several_files),
        cmocka_unit_test(a_batch_of_many_days_is_cut_behind_a_queue_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
