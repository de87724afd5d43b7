#include "cmocka_first.h"

#include "base/buffer.h"

static void appends_keep_order_across_growth(void **state)
{
    (void)state;
    struct rl_buffer buffer = {0};
    for (int i = 0; i < 10000; i++) {
        rl_buffer_append(&buffer, "ab", 2);
        rl_buffer_append_char(&buffer, 'c');
    }
    assert_int_equal(buffer.length, 30000);
    for (size_t i = 0; i < buffer.length; i++)
        assert_int_equal(buffer.data[i], "abc"[i % 3]);
    rl_buffer_free(&buffer);
}

static void a_refused_size_latches_failed_and_keeps_the_bytes(void **state)
{
    (void)state;
    struct rl_buffer buffer = {0};
    rl_buffer_append(&buffer, "kept", 4);
    assert_null(rl_buffer_reserve(&buffer, SIZE_MAX - 2));
    assert_true(buffer.failed);
    assert_memory_equal(buffer.data, "kept", 4);
    rl_buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_keep_order_across_growth),
        cmocka_unit_test(a_refused_size_latches_failed_and_keeps_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
