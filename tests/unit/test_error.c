#include "cmocka_first.h"

#include "base/error.h"
#include "ringlog/ringlog.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

static void a_failed_call_keeps_its_text_and_returns_its_errno(void **state)
{
    (void)state;
    errno = EDOM;
    assert_int_equal(rl_error(-EINVAL, "ring_bytes %d: too %s", 7, "small"), -EINVAL);
    assert_string_equal(ringlog_last_error(), "ring_bytes 7: too small");
    assert_int_equal(errno, EDOM);
}

static void the_systems_words_come_behind(void **state)
{
    (void)state;
    assert_int_equal(rl_error_errno(-ENOENT, "open %s", "a.log"), -ENOENT);
    assert_string_equal(ringlog_last_error(), "open a.log: No such file or directory");
}

static void a_text_may_quote_the_one_before(void **state)
{
    (void)state;
    rl_error(-EIO, "inner");
    rl_error(-EIO, "outer: %s", ringlog_last_error());
    assert_string_equal(ringlog_last_error(), "outer: inner");
}

static void a_long_text_is_cut(void **state)
{
    (void)state;
    char path[4096];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    rl_error_errno(-ENOENT, "open %s", path);
    assert_int_equal(strlen(ringlog_last_error()), 511);
}

static void *text_of_another_thread(void *unused)
{
    (void)unused;
    return (void *)(uintptr_t)(ringlog_last_error()[0] == '\0');
}

static void each_thread_has_its_own(void **state)
{
    (void)state;
    rl_error(-EIO, "mine");
    pthread_t thread;
    void *empty = NULL;
    assert_int_equal(pthread_create(&thread, NULL, text_of_another_thread, NULL), 0);
    assert_int_equal(pthread_join(thread, &empty), 0);
    assert_non_null(empty);
    assert_string_equal(ringlog_last_error(), "mine");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_call_keeps_its_text_and_returns_its_errno),
        cmocka_unit_test(the_systems_words_come_behind),
        cmocka_unit_test(a_text_may_quote_the_one_before),
        cmocka_unit_test(a_long_text_is_cut),
        cmocka_unit_test(each_thread_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
