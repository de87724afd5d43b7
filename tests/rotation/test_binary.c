/* Binary logs that rotate: each file is complete in itself. */
#include "rotation/rotating.h"

#include <errno.h>

#define MAY_8 INT64_C(1715126400) /* 2024-05-08 00:00 UTC */
#define DAY   86400

/* Reads one file alone. Its records are numbered on from `next`, nothing is missing in it, and it
 * was ended. The number after its last one. */
static int require_complete(const char *path, int next)
{
    char command[300];
    snprintf(command, sizeof command, LOGDUMP " %s > dump 2> complaints", path);
    require(system(command) == 0);
    if (count_lines("complaints", NULL) != 0)
        fprintf(stderr, "%s: %s\n", path, read_file("complaints", NULL));
    require(count_lines("complaints", NULL) == 0);
    FILE *dump = fopen("dump", "r");
    char line[200];
    require(dump != NULL);
    for (; fgets(line, sizeof line, dump) != NULL; next++)
        require(atoi(strstr(line, "number ") + 7) == next);
    fclose(dump);
    return next;
}

static void rotate_by_size(enum ringlog_isolation isolation, int zstd_level)
{
    enum { COUNT = 200000, FILES = 50, LIMIT = 16384 };
    ringlog_handler *handler;
    start_at(MAY_8);
    require(ringlog_rotating_file_handler_new(
                &handler, "app.rlog",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = LIMIT,
                    .backup_count = FILES,
                    .binary = true,
                    .file.zstd_level = zstd_level,
                    .file.isolation = {isolation, RINGLOG_QUEUE_BLOCK, 0}}) == 0);
    attached(handler);
    for (int i = 0; i < COUNT; i++)
        ringlog_info(ringlog_root(), "number %d", i);
    require(ringlog_shutdown(20000) == 0);
    int next = 0, files = 0;
    for (int i = FILES; i >= 0; i--) {
        char path[32];
        snprintf(path, sizeof path, i == 0 ? "app.rlog" : "app.rlog.%d", i);
        if (access(path, F_OK) != 0)
            continue;
        size_t length;
        free(read_file(path, &length));
        require(length < LIMIT && (i == 0 || length > LIMIT / 2));
        next = require_complete(path, next);
        files++;
    }
    require(next == COUNT && files > 5);
}

PROCESS_TEST(each_file_is_full_and_complete)
{
    rotate_by_size(RINGLOG_NOT_ISOLATED, 0);
}

PROCESS_TEST(compressed_files_are_full_and_complete)
{
    rotate_by_size(RINGLOG_NOT_ISOLATED, 1);
}

PROCESS_TEST(behind_a_queue_too)
{
    rotate_by_size(RINGLOG_ISOLATED, 0);
}

PROCESS_TEST(each_day_has_its_records)
{
    ringlog_handler *handler;
    start_at(MAY_8 + 100);
    require(ringlog_timed_rotating_file_handler_new(
                &handler, "app.rlog",
                &(struct ringlog_timed_rotating_file_options){
                    .when = RINGLOG_WHEN_MIDNIGHT, .utc = true, .binary = true}) == 0);
    attached(handler);
    char text[32];
    for (int i = 0; i < 40; i++) {
        snprintf(text, sizeof text, "number %d", i);
        say_at(MAY_8 + (i + 1) * DAY / 4 - 1, text);
    }
    settle();
    require(ringlog_timed_rollover_at(handler) == MAY_8 + 10 * DAY);
    require(ringlog_shutdown(20000) == 0);
    require(require_complete("app.rlog.2024-05-08", 0) == 4);
    require(require_complete("app.rlog.2024-05-12", 16) == 20);
    require(require_complete("app.rlog", 36) == 40);
}

PROCESS_TEST(a_file_that_is_there_counts)
{
    ringlog_handler *handler;
    char text[2001];
    memset(text, 'x', 2000);
    text[2000] = '\0';
    put_file("app.rlog", text, MAY_8);
    start_at(MAY_8);
    require(ringlog_rotating_file_handler_new(
                &handler, "app.rlog",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = 2000, .backup_count = 2, .binary = true}) == 0);
    attached(handler);
    say("number 0");
    require(ringlog_shutdown(20000) == 0);
    require_same_text(read_file("app.rlog.1", NULL), text);
    require(require_complete("app.rlog", 0) == 1);
}

PROCESS_TEST(what_was_gone_meanwhile_is_begun_anew)
{
    ringlog_handler *handler;
    start_at(MAY_8);
    require(ringlog_rotating_file_handler_new(
                &handler, "app.rlog",
                &(struct ringlog_rotating_file_options){
                    .max_bytes = 4000, .backup_count = 9, .binary = true}) == 0);
    attached(handler);
    int i = 0;
    for (; i < 10; i++)
        ringlog_info(ringlog_root(), "number %d", i);
    settle();
    require(rename("app.rlog", "moved.rlog") == 0);
    for (; i < 2000; i++)
        ringlog_info(ringlog_root(), "number %d", i);
    require(ringlog_shutdown(20000) == 0);
    require(require_complete("moved.rlog", 0) > 10);
    require(system(LOGDUMP " app.rlog > dump 2> complaints") == 0);
    require(count_lines("dump", "number 1999") == 1 && count_lines("complaints", NULL) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_file_is_full_and_complete),
        cmocka_unit_test(compressed_files_are_full_and_complete),
        cmocka_unit_test(behind_a_queue_too),
        cmocka_unit_test(each_day_has_its_records),
        cmocka_unit_test(a_file_that_is_there_counts),
        cmocka_unit_test(what_was_gone_meanwhile_is_begun_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
