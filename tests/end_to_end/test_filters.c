/* Filters: of loggers, of handlers, in the thread that logs. */
#include "end_to_end/support.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

static ringlog_logger *logger;

static ringlog_filter *filter_of(struct ringlog_filter_options options)
{
    ringlog_filter *filter;
    require(ringlog_filter_new(&filter, &options) == 0);
    return filter;
}

static void start(void)
{
    logger = ringlog_get_logger("a.b");
    require(ringlog_init(NULL) == 0);
}

static void require_log(const char *path, const char *expected)
{
    require(ringlog_flush(10000) == 0);
    require_same_text(read_file(path, NULL), expected);
}

PROCESS_TEST(levels_and_names_must_both_hold)
{
    ringlog_handler *file = log_to("filters.log", "%(name)s %(levelname)s");
    ringlog_filter *filter = filter_of((struct ringlog_filter_options){
        .name = "a.b", .least_level = RINGLOG_INFO, .greatest_level = RINGLOG_WARNING});
    require(ringlog_handler_add_filter(file, filter) == 0);
    ringlog_filter_unref(filter);
    start();
    const char *const names[] = {"a", "a.b", "a.bb", "a.b.c"};
    for (int i = 0; i < 4; i++)
        for (int level = RINGLOG_DEBUG; level <= RINGLOG_ERROR; level += 10)
            ringlog_log(ringlog_get_logger(names[i]), level, "x");
    require_log("filters.log", "a.b INFO\na.b WARNING\na.b.c INFO\na.b.c WARNING\n");
}

static char by_first[] = "first", by_second[] = "second", by_a[] = "a";

static bool stamp(const struct ringlog_record *record, void *context)
{
    struct ringlog_value value;
    require(!ringlog_record_field(record, "nosuch", &value));
    if (ringlog_record_field(record, "n", &value)) {
        require(value.type == RINGLOG_VALUE_INTEGER);
        require(ringlog_record_set(record, &RINGLOG_EXTRA("n", (int)value.integer + 1)) == 0);
    }
    require(ringlog_record_set(record, &RINGLOG_EXTRA("name", 1)) == -EINVAL);
    require(ringlog_record_set(record, &RINGLOG_EXTRA("by", (const char *)context)) == 0);
    return strstr(record->message, "refuse") == NULL && record->message_length > 0;
}

PROCESS_TEST(what_a_handlers_filter_adds_is_that_handlers_alone)
{
    ringlog_handler *one = log_to("one.log", "%(message)s%(fields)s");
    log_to("two.log", "%(message)s%(fields)s");
    ringlog_filter *first =
        filter_of((struct ringlog_filter_options){.callback = stamp, .context = by_first});
    ringlog_filter *second =
        filter_of((struct ringlog_filter_options){.callback = stamp, .context = by_second});
    require(ringlog_handler_add_filter(one, first) == 0);
    require(ringlog_handler_add_filter(one, second) == 0);
    require(ringlog_handler_add_filter(one, first) == 0); /* once is enough */
    start();
    ringlog_info_kv(logger, "x", "n", 1);
    ringlog_info(logger, "refuse %d", 1);
    require_log("one.log", "x by=second n=3\n");
    require_log("two.log", "x n=1\nrefuse 1\n");
    require(ringlog_handler_remove_filter(one, second) == 0);
    ringlog_info(logger, "y");
    require_log("one.log", "x by=second n=3\ny by=first\n");
    ringlog_filter_unref(first);
    ringlog_filter_unref(second);
}

PROCESS_TEST(a_loggers_filter_sees_what_is_logged_on_it_and_changes_it_for_all)
{
    log_to("filters.log", "%(name)s %(message)s%(fields)s");
    ringlog_logger *a = ringlog_get_logger("a");
    ringlog_filter *filter =
        filter_of((struct ringlog_filter_options){.callback = stamp, .context = by_a});
    require(ringlog_logger_add_filter(a, filter) == 0);
    ringlog_filter_unref(filter);
    start();
    ringlog_info(a, "x");
    ringlog_info(a, "refuse");
    ringlog_info(logger, "refuse");
    require(ringlog_logger_remove_filter(a, filter) == 0);
    ringlog_info(a, "refuse");
    require_log("filters.log", "a x by=a\na.b refuse\na refuse\n");
}

/* ---- in the caller ---- */

static unsigned asked;
static pthread_t asked_in;

static bool admit(const ringlog_logger *of, int level, const struct ringlog_place *place,
                  void *context)
{
    (void)context;
    require(of == logger && level >= RINGLOG_INFO);
    asked++;
    asked_in = pthread_self();
    return place->line != 0 && strcmp(place->function, "log_two") == 0 &&
           strstr(place->format, "noise") == NULL;
}

static void log_two(void)
{
    ringlog_info(logger, "signal %d", 1);
    ringlog_info(logger, "noise %d", 1);
}

PROCESS_TEST(a_filter_may_run_in_the_thread_that_logs)
{
    ringlog_handler *file = log_to("filters.log", NULL);
    ringlog_filter *filter =
        filter_of((struct ringlog_filter_options){.caller = admit, .least_level = RINGLOG_INFO});
    start();
    log_two(); /* sites that have been through the fast way */
    require(ringlog_handler_add_filter(file, filter) == -EINVAL);
    require(ringlog_logger_add_filter(logger, filter) == 0);
    log_two();
    ringlog_info(logger, "elsewhere");
    ringlog_debug(logger, "below its level");
    ringlog_log_text(logger, RINGLOG_INFO, "text", 4);
    require(asked == 4 && pthread_equal(asked_in, pthread_self()));
    const unsigned long written = counts_now().records_written;
    require(ringlog_logger_remove_filter(logger, filter) == 0);
    require(counts_now().records_written - written <= 1);
    ringlog_filter_unref(filter);
    log_two();
    require(asked == 4);
    require_log("filters.log", "signal 1\nnoise 1\nsignal 1\nsignal 1\nnoise 1\n");
}

static bool refuse_noisily(const ringlog_logger *of, int level, const struct ringlog_place *place,
                           void *context)
{
    (void)of;
    (void)level;
    (void)place;
    (void)context;
    errno = EDOM;
    return false;
}

PROCESS_TEST(a_call_that_is_refused_leaves_errno_as_it_was)
{
    log_to("filters.log", NULL);
    ringlog_filter *filter = filter_of((struct ringlog_filter_options){.caller = refuse_noisily});
    start();
    require(ringlog_logger_add_filter(logger, filter) == 0);
    ringlog_filter_unref(filter);
    errno = ENOENT;
    ringlog_info(logger, "x %d", 1);
    require(errno == ENOENT);
    ringlog_log_text(logger, RINGLOG_INFO, "text", 4);
    require(errno == ENOENT);
    require(ringlog_log_ex(logger, &(struct ringlog_event){.level = RINGLOG_INFO,
                                                           .text = "event",
                                                           .text_length = 5}) == 0);
    require(errno == ENOENT);
    require_log("filters.log", "");
}

PROCESS_TEST(calls_before_init_are_asked_about_too)
{
    log_to("filters.log", NULL);
    ringlog_filter *filter = filter_of((struct ringlog_filter_options){.caller = admit});
    logger = ringlog_get_logger("a.b");
    require(ringlog_logger_add_filter(logger, filter) == 0);
    ringlog_filter_unref(filter);
    log_two();
    start();
    log_two();
    require(asked == 4);
    require_log("filters.log", "signal 1\nsignal 1\n");
}

PROCESS_TEST(options_that_cannot_be_are_refused)
{
    ringlog_filter *filter;
    require(ringlog_filter_new(&filter, &(struct ringlog_filter_options){
                                            .caller = admit, .callback = stamp}) == -EINVAL);
    require(ringlog_filter_new(&filter, &(struct ringlog_filter_options){
                                            .least_level = 30, .greatest_level = 20}) == -EINVAL);
    require(strstr(ringlog_last_error(), "from 30 to 20") != NULL && filter == NULL);
    require(ringlog_logger_add_filter(ringlog_root(), NULL) == -EINVAL);
    require(ringlog_filter_new(&filter, NULL) == 0);
    ringlog_filter_unref(filter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_and_names_must_both_hold),
        cmocka_unit_test(what_a_handlers_filter_adds_is_that_handlers_alone),
        cmocka_unit_test(a_loggers_filter_sees_what_is_logged_on_it_and_changes_it_for_all),
        cmocka_unit_test(a_filter_may_run_in_the_thread_that_logs),
        cmocka_unit_test(a_call_that_is_refused_leaves_errno_as_it_was),
        cmocka_unit_test(calls_before_init_are_asked_about_too),
        cmocka_unit_test(options_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
