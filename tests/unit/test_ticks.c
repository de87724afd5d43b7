/* An isolated handler's own schedule: when its tick is called, and what flush and the end wait for.
 */
#include "cmocka_first.h"

#include "base/os.h"
#include "handlers/handler.h"
#include "handlers/isolation.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MS 1000000

/* Takes all bytes, keeps them for `delay_ns` unless hurried, and then is rid of them. */
struct keeper {
    struct ringlog_handler base;
    int64_t delay_ns;
    int64_t due_ns;
    bool stubborn; /* a hurry does not help */
    bool stuck;    /* nothing helps */
    /* What the tick saw; atomic. */
    unsigned ticks, delivered, hurried, ended, abandoned;
};

static struct keeper *keeper_of(struct ringlog_handler *handler)
{
    return (struct keeper *)(void *)handler;
}

static unsigned seen(const unsigned *count)
{
    return __atomic_load_n(count, __ATOMIC_RELAXED);
}

static void see(unsigned *count)
{
    __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
}

static ssize_t take(struct ringlog_handler *handler, const char *bytes, size_t length)
{
    (void)bytes;
    if (handler->kept_bytes == 0)
        keeper_of(handler)->due_ns = rl_monotonic_ns() + keeper_of(handler)->delay_ns;
    __atomic_fetch_add(&handler->kept_bytes, length, __ATOMIC_RELAXED);
    return (ssize_t)length;
}

static int64_t tick(struct ringlog_handler *handler, struct rl_tick *why)
{
    struct keeper *keeper = keeper_of(handler);
    see(&keeper->ticks);
    if (why->hurry)
        see(&keeper->hurried);
    if (why->ending)
        see(&keeper->ended);
    if (why->abandoned) {
        see(&keeper->abandoned);
        __atomic_store_n(&handler->kept_bytes, 0, __ATOMIC_RELAXED);
        return -1;
    }
    const bool hurry = (why->hurry || why->ending) && !keeper->stubborn;
    if (handler->kept_bytes == 0)
        return -1;
    if (keeper->stuck || (!hurry && rl_monotonic_ns() < keeper->due_ns)) {
        const bool in_vain = why->ending && why->end_ns >= 0 && why->end_ns < keeper->due_ns;
        if (!in_vain || keeper->stuck)
            return keeper->stuck ? rl_monotonic_ns() + 10 * MS : keeper->due_ns;
        why->gave_up = true;
    } else {
        see(&keeper->delivered);
    }
    __atomic_store_n(&handler->kept_bytes, 0, __ATOMIC_RELAXED);
    return -1;
}

static const struct rl_handler_ops ops = {
    .kind = "keeper", .lines = true, .write = take, .tick = tick};

static struct keeper *new_keeper(int64_t delay_ns)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    const struct ringlog_isolation_options isolated = {.isolation = RINGLOG_ISOLATED};
    assert_int_equal(rl_handler_init(&keeper->base, &ops, &isolated, true), 0);
    keeper->delay_ns = delay_ns;
    return keeper;
}

static void give(struct keeper *keeper, const char *text)
{
    rl_buffer_append(&keeper->base.out, text, strlen(text));
    keeper->base.out_records++;
    rl_handler_end_batch(&keeper->base);
}

static uint64_t pending(struct keeper *keeper)
{
    return __atomic_load_n(&keeper->base.counts.pending, __ATOMIC_RELAXED);
}

static int64_t in_ms(int ms)
{
    return rl_monotonic_ns() + (int64_t)ms * MS;
}

static void end(struct keeper *keeper)
{
    rl_handler_close(&keeper->base, in_ms(100));
    rl_handler_free(&keeper->base);
}

static void a_tick_comes_when_it_is_due_and_what_is_kept_is_pending(void **state)
{
    (void)state;
    struct keeper *keeper = new_keeper(100 * MS);
    give(keeper, "line\n");
    const int64_t until = in_ms(5000);
    while (pending(keeper) != 5 && rl_monotonic_ns() < until)
        usleep(100);
    assert_int_equal(pending(keeper), 5);
    assert_false(rl_handler_is_idle(&keeper->base));
    while (!rl_handler_is_idle(&keeper->base) && rl_monotonic_ns() < until)
        usleep(1000);
    assert_int_equal(seen(&keeper->delivered), 1);
    assert_int_equal(seen(&keeper->hurried), 0);
    assert_in_range(seen(&keeper->ticks), 2, 4); /* a schedule, not a busy loop */
    assert_int_equal(pending(keeper), 0);
    end(keeper);
}

static void who_waits_hurries(void **state)
{
    (void)state;
    struct keeper *keeper = new_keeper((int64_t)60000 * MS);
    give(keeper, "line\n");
    assert_true(rl_handler_wait(&keeper->base, in_ms(10000)));
    assert_int_equal(seen(&keeper->delivered), 1);
    assert_true(seen(&keeper->hurried) >= 1);
    /* And who does not, does not. */
    const unsigned hurried = seen(&keeper->hurried);
    give(keeper, "another\n");
    usleep(20000);
    assert_int_equal(seen(&keeper->delivered), 1);
    assert_int_equal(seen(&keeper->hurried), hurried);
    end(keeper);
}

static void a_wait_ends_in_time_when_a_hurry_does_not_help(void **state)
{
    (void)state;
    struct keeper *keeper = new_keeper(0);
    keeper->stuck = true;
    give(keeper, "line\n");
    const int64_t before = rl_monotonic_ns();
    assert_false(rl_handler_wait(&keeper->base, in_ms(50)));
    assert_true(rl_monotonic_ns() - before < (int64_t)2000 * MS);
    const int64_t ending = rl_monotonic_ns();
    assert_false(rl_handler_close(&keeper->base, in_ms(50)));
    assert_true(rl_monotonic_ns() - ending < (int64_t)2000 * MS);
    assert_int_equal(seen(&keeper->delivered), 0);
    assert_int_equal(seen(&keeper->abandoned), 1);
    rl_handler_free(&keeper->base);
}

static void the_end_is_told_and_delivers(void **state)
{
    (void)state;
    struct keeper *keeper = new_keeper((int64_t)60000 * MS);
    give(keeper, "line\n");
    assert_true(rl_handler_close(&keeper->base, in_ms(10000)));
    assert_int_equal(seen(&keeper->delivered), 1);
    assert_true(seen(&keeper->ended) >= 1);
    rl_handler_free(&keeper->base);
}

static void what_cannot_make_the_deadline_does_not_wait_for_it(void **state)
{
    (void)state;
    struct keeper *keeper = new_keeper((int64_t)60000 * MS);
    keeper->stubborn = true;
    give(keeper, "line\n");
    const int64_t before = rl_monotonic_ns();
    assert_false(rl_handler_close(&keeper->base, in_ms(20000)));
    assert_true(rl_monotonic_ns() - before < (int64_t)5000 * MS);
    rl_handler_free(&keeper->base);
}

static void handlers_end_side_by_side(void **state)
{
    (void)state;
    struct keeper *slow = new_keeper(0), *other = new_keeper((int64_t)60000 * MS);
    slow->stuck = true;
    give(slow, "line\n");
    give(other, "line\n");
    const int64_t deadline = in_ms(50);
    rl_handler_end(&slow->base, deadline);
    rl_handler_end(&other->base, deadline);
    assert_false(rl_handler_close(&slow->base, deadline));
    rl_handler_close(&other->base, deadline);
    assert_int_equal(seen(&other->delivered), 1);
    rl_handler_free(&slow->base);
    rl_handler_free(&other->base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tick_comes_when_it_is_due_and_what_is_kept_is_pending),
        cmocka_unit_test(who_waits_hurries),
        cmocka_unit_test(a_wait_ends_in_time_when_a_hurry_does_not_help),
        cmocka_unit_test(the_end_is_told_and_delivers),
        cmocka_unit_test(what_cannot_make_the_deadline_does_not_wait_for_it),
        cmocka_unit_test(handlers_end_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
