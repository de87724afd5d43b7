#include "cmocka_first.h"

#include "base/idmap.h"

static void what_was_put_is_found_across_growth(void **state)
{
    (void)state;
    struct rl_idmap map = {0};
    assert_int_equal(rl_idmap_find(&map, 0), RL_IDMAP_NONE);
    for (uint32_t i = 0; i < 20000; i++)
        assert_true(rl_idmap_put(&map, i * 64, i));
    for (uint32_t i = 0; i < 20000; i++)
        assert_int_equal(rl_idmap_find(&map, i * 64), i);
    assert_int_equal(rl_idmap_find(&map, 1), RL_IDMAP_NONE);
    assert_int_equal(map.count, 20000);
    rl_idmap_free(&map);
}

static void a_second_put_replaces(void **state)
{
    (void)state;
    struct rl_idmap map = {0};
    assert_true(rl_idmap_put(&map, UINT32_MAX, 1));
    assert_true(rl_idmap_put(&map, UINT32_MAX, 2));
    assert_int_equal(rl_idmap_find(&map, UINT32_MAX), 2);
    assert_int_equal(map.count, 1);
    rl_idmap_clear(&map);
    assert_int_equal(rl_idmap_find(&map, UINT32_MAX), RL_IDMAP_NONE);
    rl_idmap_free(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found_across_growth),
        cmocka_unit_test(a_second_put_replaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
