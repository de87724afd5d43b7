/* One file, several handlers: in one process they share it; other processes append to it, rotate
 * it, or watch it. */
#include "rotation/rotating.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define MAY_8 INT64_C(1715126400) /* 2024-05-08 00:00 UTC */
#define HOUR  3600
#define DAY   86400

static const struct ringlog_timed_rotating_file_options midnight = {.when = RINGLOG_WHEN_MIDNIGHT,
                                                                    .utc = true};

static ringlog_handler *timed(const char *path)
{
    ringlog_handler *handler;
    require(ringlog_timed_rotating_file_handler_new(&handler, path, &midnight) == 0);
    return attached(handler);
}

static void set_format(ringlog_handler *handler, const char *format)
{
    ringlog_formatter *formatter;
    require(ringlog_formatter_new(&formatter,
                                  &(struct ringlog_formatter_options){.format = format}) == 0);
    require(ringlog_handler_set_formatter(handler, formatter) == 0);
    ringlog_formatter_unref(formatter);
}

/* ---- in one process ---- */

PROCESS_TEST(two_timed_handlers_on_one_file_rotate_it_once)
{
    start_at(MAY_8 + 10 * HOUR);
    ringlog_handler *a = timed("api.log"), *b = timed("./api.log");
    say("before midnight");
    say("still before");
    say_at(MAY_8 + DAY + 5, "after midnight");
    say_at(MAY_8 + DAY + 5, "later");
    say_at(MAY_8 + 2 * DAY + 5, "third day");
    REQUIRE_FILES("api.log", "third day\nthird day\n", "api.log.2024-05-08",
                  "before midnight\nbefore midnight\nstill before\nstill before\n",
                  "api.log.2024-05-09", "after midnight\nafter midnight\nlater\nlater\n");
    require(ringlog_timed_rollover_at(a) == MAY_8 + 3 * DAY);
    require(ringlog_timed_rollover_at(b) == MAY_8 + 3 * DAY);
    require(counts_of(b).records == 5 && counts_of(b).bytes == counts_of(a).bytes);
}

PROCESS_TEST(each_handler_keeps_its_level_and_format)
{
    ringlog_handler *a, *b;
    start_at(MAY_8);
    require(ringlog_file_handler_new(&a, "both.log", NULL) == 0);
    require(ringlog_file_handler_new(&b, "both.log", NULL) == 0);
    set_format(a, "a %(message)s");
    set_format(b, "b %(message)s");
    require(ringlog_handler_set_level(b, RINGLOG_ERROR) == 0);
    attached(a);
    attached(b);
    ringlog_info(ringlog_root(), "one");
    ringlog_error(ringlog_root(), "two");
    REQUIRE_FILES("both.log", "a one\na two\nb two\n");
}

PROCESS_TEST(the_first_may_go_and_the_file_stays)
{
    start_at(MAY_8);
    ringlog_handler *a = timed("api.log");
    timed("api.log");
    say("one");
    require(ringlog_logger_remove_handler(ringlog_root(), a) == 0);
    settle();
    say("two");
    say_at(MAY_8 + DAY, "three");
    REQUIRE_FILES("api.log", "three\n", "api.log.2024-05-08", "one\none\ntwo\n");
    require(ringlog_shutdown(5000) == 0);
}

PROCESS_TEST(the_second_may_go_too)
{
    start_at(MAY_8);
    timed("api.log");
    ringlog_handler *b = timed("api.log");
    say("one");
    require(ringlog_logger_remove_handler(ringlog_root(), b) == 0);
    say("two");
    REQUIRE_FILES("api.log", "one\none\ntwo\n");
    require(ringlog_shutdown(5000) == 0);
}

PROCESS_TEST(figures_outlive_the_file)
{
    ringlog_handler *a, *b;
    start_at(MAY_8);
    require(ringlog_file_handler_new(&a, "f.log", NULL) == 0);
    require(ringlog_file_handler_new(&b, "f.log", NULL) == 0);
    attached(a);
    attached(ringlog_handler_ref(b));
    say("one");
    require(ringlog_shutdown(5000) == 0);
    require(counts_of(b).bytes == 8 && counts_of(b).records == 1);
    ringlog_handler_unref(b);
}

PROCESS_TEST(rotation_may_come_with_the_second_handler)
{
    ringlog_handler *plain, *rotating;
    start_at(MAY_8);
    require(ringlog_file_handler_new(&plain, "late.log", NULL) == 0);
    attached(plain);
    say("one");
    require(ringlog_rotating_file_handler_new(
                &rotating, "late.log",
                &(struct ringlog_rotating_file_options){.max_bytes = 8, .backup_count = 9}) == 0);
    say("two");
    say("three");
    REQUIRE_FILES("late.log", "three\n", "late.log.1", "two\n", "late.log.2", "one\n");
    ringlog_handler_unref(rotating);
}

PROCESS_TEST(other_rules_and_other_kinds_are_refused)
{
    ringlog_handler *first, *second;
    require(ringlog_timed_rotating_file_handler_new(&first, "api.log", &midnight) == 0);
    struct ringlog_timed_rotating_file_options other = midnight;
    other.backup_count = 3;
    require(ringlog_timed_rotating_file_handler_new(&second, "api.log", &other) == -EBUSY);
    require(second == NULL && strstr(ringlog_last_error(), "other rules") != NULL);
    require(ringlog_binary_file_handler_new(&second, "api.log", NULL) == -EBUSY);
    require(strstr(ringlog_last_error(), "another kind") != NULL);
    require(ringlog_timed_rotating_file_handler_new(&second, "api.log", &midnight) == 0);
    ringlog_handler_unref(second);
    ringlog_handler_unref(first);
}

PROCESS_TEST(a_hard_link_is_the_same_file)
{
    ringlog_handler *a, *b;
    start_at(MAY_8);
    put_file("one", "", MAY_8);
    require(link("one", "other") == 0);
    require(ringlog_file_handler_new(&a, "one", NULL) == 0);
    require(ringlog_file_handler_new(&b, "other", NULL) == 0);
    attached(a);
    attached(b);
    say("1");
    say("2");
    REQUIRE_FILES("one", "1\n1\n2\n2\n", "other", "1\n1\n2\n2\n");
}

PROCESS_TEST(binary_logs_are_shared_too)
{
    ringlog_handler *a, *b;
    start_at(MAY_8);
    require(ringlog_binary_file_handler_new(&a, "one.rlog", NULL) == 0);
    require(ringlog_binary_file_handler_new(&b, "one.rlog", NULL) == 0);
    attached(a);
    attached(b);
    say("twice");
    require(ringlog_shutdown(5000) == 0);
    require(system(LOGDUMP " one.rlog > dump 2> errors") == 0);
    require(count_lines("dump", "twice") == 2 && count_lines("errors", NULL) == 0);
}

PROCESS_TEST(the_last_one_to_leave_ends_the_file)
{
    ringlog_handler *a, *b;
    start_at(MAY_8);
    require(ringlog_binary_file_handler_new(&a, "one.rlog", NULL) == 0);
    require(ringlog_binary_file_handler_new(&b, "one.rlog", NULL) == 0);
    attached(a);
    attached(ringlog_handler_ref(b));
    say("twice");
    require(ringlog_logger_remove_handler(ringlog_root(), a) == 0);
    settle();
    say("once");
    require(ringlog_shutdown(5000) == 0);
    require(system(LOGDUMP " one.rlog > dump 2> errors") == 0);
    require(count_lines("dump", NULL) == 3 && count_lines("errors", NULL) == 0);
    /* Shutdown ended it, and not only who let go of it last. */
    struct stat before, after;
    require(stat("one.rlog", &before) == 0);
    ringlog_handler_unref(b);
    start_at(MAY_8);
    settle();
    require(ringlog_shutdown(5000) == 0);
    require(stat("one.rlog", &after) == 0 && after.st_size == before.st_size);
}

/* ---- opening late ---- */

PROCESS_TEST(with_delay_the_first_record_opens)
{
    ringlog_handler *file, *rotating, *again;
    start_at(MAY_8);
    require(ringlog_file_handler_new(&file, "a.log",
                                     &(struct ringlog_file_options){.delay = true}) == 0);
    require(ringlog_timed_rotating_file_handler_new(
                &rotating, "b.log",
                &(struct ringlog_timed_rotating_file_options){
                    .when = RINGLOG_WHEN_MIDNIGHT, .utc = true, .file.delay = true}) == 0);
    require(ringlog_file_handler_new(&again, "a.log",
                                     &(struct ringlog_file_options){.delay = true}) == 0);
    require(access("a.log", F_OK) != 0 && access("b.log", F_OK) != 0);
    require(ringlog_timed_rollover_at(rotating) == MAY_8 + DAY);
    attached(file);
    attached(rotating);
    attached(again);
    say("one");
    say_at(MAY_8 + DAY, "two");
    REQUIRE_FILES("a.log", "one\none\ntwo\ntwo\n", "b.log", "two\n", "b.log.2024-05-08", "one\n");
}

PROCESS_TEST(a_delayed_file_that_cannot_be_made_is_refused_or_waited_for)
{
    ringlog_handler *file;
    const struct ringlog_file_options delayed = {.delay = true};
    require(ringlog_file_handler_new(&file, "no/a.log", &delayed) == -ENOENT);
    start_at(MAY_8);
    require(mkdir("a.log", 0700) == 0);
    require(ringlog_file_handler_new(&file, "a.log", &delayed) == -EINVAL);
    require(strstr(ringlog_last_error(), "a.log: neither a file nor") != NULL);
    require(rmdir("a.log") == 0);
    require(ringlog_file_handler_new(&file, "a.log", &delayed) == 0);
    require(mkdir("a.log", 0700) == 0);
    attached(file);
    say("one");
    eventually(counts_of(file).errors != 0);
    require(counts_of(file).last_errno == EISDIR);
    require(rmdir("a.log") == 0);
    REQUIRE_FILES("a.log", "one\n");
}

PROCESS_TEST(a_delayed_binary_log_without_records_is_not_made)
{
    ringlog_handler *file;
    require(ringlog_binary_file_handler_new(&file, "a.rlog",
                                            &(struct ringlog_file_options){.delay = true}) == 0);
    start_at(MAY_8);
    attached(file);
    require(ringlog_shutdown(5000) == 0);
    require(access("a.rlog", F_OK) != 0);
}

/* ---- others rotate ---- */

static ringlog_handler *watched(const char *path)
{
    ringlog_handler *handler;
    require(ringlog_watched_file_handler_new(&handler, path, NULL) == 0);
    return attached(handler);
}

PROCESS_TEST(a_watched_file_that_is_renamed_or_removed_is_opened_anew)
{
    start_at(MAY_8);
    watched("w.log");
    ringlog_handler *plain;
    require(ringlog_file_handler_new(&plain, "p.log", NULL) == 0);
    attached(plain);
    say("one");
    settle();
    require(rename("w.log", "w.log.1") == 0 && rename("p.log", "p.log.1") == 0);
    say("two");
    settle();
    require(unlink("w.log") == 0);
    say("three");
    /* Who does not watch goes on in the file it has. */
    REQUIRE_FILES("w.log", "three\n", "w.log.1", "one\n", "p.log.1", "one\ntwo\nthree\n");
}

PROCESS_TEST(and_so_it_is_when_it_was_replaced_or_truncated)
{
    start_at(MAY_8);
    watched("w.log");
    say("one");
    settle();
    require(rename("w.log", "w.log.1") == 0);
    put_file("w.log", "made by logrotate\n", MAY_8);
    say("two");
    settle();
    require_same_text(read_file("w.log", NULL), "made by logrotate\ntwo\n");
    require(truncate("w.log", 0) == 0);
    say("three");
    REQUIRE_FILES("w.log", "three\n", "w.log.1", "one\n");
}

PROCESS_TEST(a_watched_file_that_cannot_be_opened_anew_keeps_the_old_one)
{
    start_at(MAY_8);
    ringlog_handler *handler = watched("w.log");
    say("one");
    settle();
    require(rename("w.log", "w.log.1") == 0 && mkdir("w.log", 0700) == 0);
    say("two");
    settle();
    require(counts_of(handler).errors == 1 && counts_of(handler).last_errno == EISDIR);
    require_same_text(read_file("w.log.1", NULL), "one\ntwo\n");
    require(rmdir("w.log") == 0);
    sleep_ms(1100);
    say("three");
    REQUIRE_FILES("w.log", "three\n", "w.log.1", "one\ntwo\n");
}

PROCESS_TEST(when_somebody_else_rotated_nothing_is_renamed_again)
{
    start_at(MAY_8 + HOUR);
    ringlog_handler *handler = timed("t.log");
    say("one");
    settle();
    require(rename("t.log", "t.log.2024-05-08") == 0);
    put_file("t.log", "theirs\n", MAY_8 + DAY);
    say_at(MAY_8 + DAY, "two");
    REQUIRE_FILES("t.log", "theirs\ntwo\n", "t.log.2024-05-08", "one\n");
    require(ringlog_timed_rollover_at(handler) == MAY_8 + 2 * DAY);
    require(counts_of(handler).errors == 0);
}

/* ---- children ---- */

#ifdef WITH_FORKS

static void child_says(void)
{
    say("child, before");
    settle();
    require(access("go", F_OK) != 0);
    put_file("ready", "", MAY_8);
    eventually(access("go", F_OK) == 0);
    say_at(MAY_8 + 5 * DAY, "child, after");
    require(ringlog_shutdown(5000) == 0);
}

PROCESS_TEST(a_child_appends_and_its_parent_rotates)
{
    start_at(MAY_8);
    timed("f.log");
    say("parent, before");
    settle();
    const pid_t child = start_child(child_says);
    eventually(access("ready", F_OK) == 0);
    say_at(MAY_8 + DAY, "parent, after");
    settle();
    put_file("go", "", MAY_8);
    require_status(child, 0);
    REQUIRE_FILES("f.log", "parent, after\nchild, after\n", "f.log.2024-05-08",
                  "parent, before\nchild, before\n", "go", "", "ready", "");
}

static void child_rotates(void)
{
    timed("f.log");
    say_at(MAY_8 + DAY, "child");
    require(ringlog_shutdown(5000) == 0);
}

PROCESS_TEST(a_child_rotates_what_it_opens_itself)
{
    ringlog_handler *idle;
    start_at(MAY_8);
    put_file("f.log", "", MAY_8);
    require(ringlog_file_handler_new(&idle, "f.log", NULL) == 0); /* no logger has it */
    require_status(start_child(child_rotates), 0);
    REQUIRE_FILES("f.log", "child\n", "f.log.2024-05-08", "");
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_timed_handlers_on_one_file_rotate_it_once),
        cmocka_unit_test(each_handler_keeps_its_level_and_format),
        cmocka_unit_test(the_first_may_go_and_the_file_stays),
        cmocka_unit_test(the_second_may_go_too),
        cmocka_unit_test(figures_outlive_the_file),
        cmocka_unit_test(rotation_may_come_with_the_second_handler),
        cmocka_unit_test(other_rules_and_other_kinds_are_refused),
        cmocka_unit_test(a_hard_link_is_the_same_file),
        cmocka_unit_test(binary_logs_are_shared_too),
        cmocka_unit_test(the_last_one_to_leave_ends_the_file),
        cmocka_unit_test(with_delay_the_first_record_opens),
        cmocka_unit_test(a_delayed_file_that_cannot_be_made_is_refused_or_waited_for),
        cmocka_unit_test(a_delayed_binary_log_without_records_is_not_made),
        cmocka_unit_test(a_watched_file_that_is_renamed_or_removed_is_opened_anew),
        cmocka_unit_test(and_so_it_is_when_it_was_replaced_or_truncated),
        cmocka_unit_test(a_watched_file_that_cannot_be_opened_anew_keeps_the_old_one),
        cmocka_unit_test(when_somebody_else_rotated_nothing_is_renamed_again),
#ifdef WITH_FORKS
        cmocka_unit_test(a_child_appends_and_its_parent_rotates),
        cmocka_unit_test(a_child_rotates_what_it_opens_itself),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
