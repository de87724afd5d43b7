/* Levels, names and the hierarchy, where the conformance scenarios do not reach: C's own additions,
 * errors, and what other threads see. */
#include "end_to_end/support.h"

#include <errno.h>
#include <string.h>

RINGLOG_MODULE(module_logger, "module.of.this.file");

PROCESS_TEST(a_module_has_its_logger_before_main)
{
    require(module_logger == ringlog_get_logger("module.of.this.file"));
}

PROCESS_TEST(children_and_parents)
{
    ringlog_logger *a = ringlog_get_logger("a");
    ringlog_logger *c = ringlog_get_child(a, "b.c");
    require_same_text(ringlog_logger_name(c), "a.b.c");
    require(ringlog_logger_parent(c) == a);
    ringlog_logger *b = ringlog_get_logger("a.b");
    require(ringlog_logger_parent(c) == b && ringlog_logger_parent(b) == a);
    require(ringlog_logger_parent(a) == ringlog_root());
    require(ringlog_logger_parent(ringlog_root()) == NULL);
    require(ringlog_get_child(ringlog_root(), "a") == a);
    require(ringlog_get_child(a, "") == a);
}

PROCESS_TEST(levels_have_names)
{
    char scratch[32];
    int level = 99;
    require_same_text(ringlog_level_name(RINGLOG_CRITICAL, scratch), "CRITICAL");
    require_same_text(ringlog_level_name(-7, scratch), "Level -7");
    require(ringlog_level_number("FATAL", &level) == 0 && level == RINGLOG_CRITICAL);
    require(ringlog_level_number("info", &level) == -EINVAL && level == RINGLOG_CRITICAL);
    require(strstr(ringlog_last_error(), "\"info\"") != NULL);
    require(ringlog_level_number(NULL, &level) == -EINVAL);
    require(ringlog_add_level_name(25, NULL) == -EINVAL);
    require(ringlog_add_level_name(25, "NOTICE") == 0);
    require(ringlog_add_level_name(25, "NOTE") == 0);
    require_same_text(ringlog_level_name(25, scratch), "NOTE");
    require(ringlog_level_number("NOTICE", &level) == 0 && level == 25);
    require(ringlog_logger_set_level_name(ringlog_root(), "NOTE") == 0);
    require(ringlog_logger_level(ringlog_root()) == 25);
    require(ringlog_logger_set_level_name(ringlog_root(), "LOUD") == -EINVAL);
    require(ringlog_logger_level(ringlog_root()) == 25);
}

PROCESS_TEST(a_record_keeps_the_level_name_it_was_logged_under)
{
    log_to("names.log", "%(levelname)s");
    require(ringlog_init(NULL) == 0);
    for (int i = 0; i < 100; i++) {
        char name[32];
        snprintf(name, sizeof name, "N%d", i);
        require(ringlog_add_level_name(25, name) == 0);
        ringlog_log(ringlog_root(), 25, "x");
    }
    require(ringlog_shutdown(10000) == 0);
    FILE *file = fopen("names.log", "r");
    for (int i = 0, found; i < 100; i++)
        require(fscanf(file, "N%d\n", &found) == 1 && found == i);
    fclose(file);
}

PROCESS_TEST(a_record_keeps_the_process_name_it_was_logged_under)
{
    log_to("names.log", "%(processName)s");
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "x");
    for (int i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof name, "worker%d", i);
        require(ringlog_set_process_name(name) == 0);
        ringlog_info(ringlog_root(), "x");
    }
    require(ringlog_set_process_name(NULL) == -EINVAL);
    require(ringlog_shutdown(10000) == 0);
    FILE *file = fopen("names.log", "r");
    require(fscanf(file, "MainProcess\n") == 0);
    for (int i = 0, found; i < 20; i++)
        require(fscanf(file, "worker%d\n", &found) == 1 && found == i);
    fclose(file);
}

PROCESS_TEST(disable_and_disabled_are_part_of_the_gate)
{
    ringlog_logger *a = ringlog_get_logger("a"), *b = ringlog_get_logger("a.b");
    require(ringlog_logger_set_level(a, RINGLOG_DEBUG) == 0);
    ringlog_disable(RINGLOG_INFO);
    require(!ringlog_enabled(b, RINGLOG_INFO) && ringlog_enabled(b, RINGLOG_WARNING));
    require(ringlog_logger_effective_level(b) == RINGLOG_DEBUG);
    /* A logger that appears later too. */
    require(!ringlog_enabled(ringlog_get_logger("a.c"), RINGLOG_INFO));
    ringlog_disable(INT32_MAX);
    require(!ringlog_enabled(b, RINGLOG_CRITICAL));
    ringlog_disable(RINGLOG_NOTSET);
    require(ringlog_enabled(b, RINGLOG_DEBUG));
    require(ringlog_logger_set_disabled(a, true) == 0);
    require(!ringlog_enabled(a, RINGLOG_CRITICAL) && ringlog_enabled(b, RINGLOG_DEBUG));
    require(ringlog_logger_set_disabled(a, false) == 0);
    require(ringlog_enabled(a, RINGLOG_DEBUG));
}

PROCESS_TEST(the_last_resort_can_be_another_or_none)
{
    stderr_to("stderr");
    ringlog_handler *file;
    require(ringlog_file_handler_new(&file, "resort.log", NULL) == 0);
    require(ringlog_init(NULL) == 0);
    ringlog_logger *lonely = ringlog_get_logger("lonely");
    ringlog_warning(lonely, "to stderr");
    require(ringlog_set_last_resort(file) == 0);
    ringlog_handler_unref(file);
    ringlog_warning(lonely, "to the file");
    require(ringlog_set_last_resort(NULL) == 0);
    ringlog_warning(lonely, "to nobody");
    ringlog_warning(lonely, "to nobody either");
    require(ringlog_reset_last_resort() == 0);
    ringlog_warning(lonely, "to stderr again");
    require(ringlog_shutdown(10000) == 0);
    require_same_text(read_file("resort.log", NULL), "to the file\n");
    require_same_text(read_file("stderr", NULL),
                      "to stderr\nNo handlers could be found for logger \"lonely\"\n"
                      "to stderr again\n");
}

PROCESS_TEST(a_handler_can_be_closed_where_it_is_attached)
{
    ringlog_handler *file = log_to("closed.log", NULL);
    require(ringlog_init(NULL) == 0);
    ringlog_info(ringlog_root(), "before");
    require(ringlog_handler_close(file) == 0);
    require_same_text(read_file("closed.log", NULL), "before\n");
    ringlog_info(ringlog_root(), "after");
    require(ringlog_flush(10000) == 0 && ringlog_handler_close(file) == 0);
    require(ringlog_shutdown(10000) == 0);
    require_same_text(read_file("closed.log", NULL), "before\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_module_has_its_logger_before_main),
        cmocka_unit_test(children_and_parents),
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(a_record_keeps_the_level_name_it_was_logged_under),
        cmocka_unit_test(a_record_keeps_the_process_name_it_was_logged_under),
        cmocka_unit_test(disable_and_disabled_are_part_of_the_gate),
        cmocka_unit_test(the_last_resort_can_be_another_or_none),
        cmocka_unit_test(a_handler_can_be_closed_where_it_is_attached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
