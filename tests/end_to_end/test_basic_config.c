/* ringlog_basic_config(), where the conformance scenarios do not reach. */
#include "end_to_end/support.h"

#include <errno.h>
#include <string.h>

static void require_refused(struct ringlog_basic_config_options options, const char *what)
{
    require(ringlog_basic_config(&options) == -EINVAL);
    require(strstr(ringlog_last_error(), what) != NULL);
    require(ringlog_logger_handler_count(ringlog_root()) == 0);
    require(ringlog_logger_level(ringlog_root()) == RINGLOG_WARNING);
}

PROCESS_TEST(conflicts_are_refused_and_nothing_changes)
{
    ringlog_handler *null;
    require(ringlog_null_handler_new(&null) == 0);
    require_refused((struct ringlog_basic_config_options){.filename = "f", .fd = 1}, "filename");
    require_refused((struct ringlog_basic_config_options){
                        .filename = "f", .handlers = &null, .handler_count = 1}, "handlers");
    require_refused((struct ringlog_basic_config_options){.handler_count = 1}, "handlers");
    require_refused((struct ringlog_basic_config_options){.filename = "f", .filemode = "x"}, "\"x\"");
    require_refused((struct ringlog_basic_config_options){.level_name = "LOUD"}, "LOUD");
    require_refused((struct ringlog_basic_config_options){.format = "%(message)"}, "byte");
    require(access("f", F_OK) != 0);
    require(ringlog_basic_config(&(struct ringlog_basic_config_options){
                .filename = "no/such/directory/f"}) == -ENOENT);
    require(ringlog_logger_handler_count(ringlog_root()) == 0);
    ringlog_handler_unref(null);
}

PROCESS_TEST(it_starts_the_library)
{
    require(ringlog_basic_config(&(struct ringlog_basic_config_options){
                .filename = "basic.log", .level_name = "INFO", .format = "%(message)s"}) == 0);
    ringlog_info(ringlog_get_logger("any"), "hello");
    require(ringlog_flush(10000) == 0);
    require_same_text(read_file("basic.log", NULL), "hello\n");
    require(ringlog_init(NULL) == -EALREADY);
}

PROCESS_TEST(the_root_is_configured_by_its_first_call)
{
    stderr_to("stderr");
    ringlog_root_log(RINGLOG_DEBUG, "dropped");
    require(ringlog_logger_handler_count(ringlog_root()) == 1);
    ringlog_root_log(RINGLOG_WARNING, "kept %d", 1);
    require(ringlog_flush(10000) == 0);
    require_same_text(read_file("stderr", NULL), "WARNING:root:kept 1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conflicts_are_refused_and_nothing_changes),
        cmocka_unit_test(it_starts_the_library),
        cmocka_unit_test(the_root_is_configured_by_its_first_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
