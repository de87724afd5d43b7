/* From loads and machines to settings: by hand, and against a simulation of the worst moment. */
#include "cmocka_first.h"

#include "advise.h"

#include <math.h>
#include <stdlib.h>

/* Round figures. */
static const struct machine machine = {
    .call_ns = 10,
    .text = {.rate = 1e6, .cpu_ns = 1000, .bytes = 100},
    .binary = {.rate = 1e7, .cpu_ns = 100, .bytes = 10},
    .wakes = {.p50_us = 50, .p99_us = 100, .p999_us = 500, .max_us = 1000, .cpu_us = 5},
    .writes = {.longest_us = 1000},
};

static const struct load steady = {
    .rate = 10000, .argument_bytes = 32, .threads = 1, .stall_ms = 100, .delay_ms = 1};

#define ASSERT_NEAR(is, expected)                                                                  \
    do {                                                                                           \
        const double is_ = (is), expected_ = (expected);                                           \
        if (!(fabs(is_ - expected_) <= 1e-6 * fabs(expected_)))                                    \
            fail_msg(#is ": %.9g is not %.9g", is_, expected_);                                    \
    } while (0)

static void a_steady_load(void **state)
{
    (void)state;
    const struct advice advice = advise(&steady, &machine);
    assert_true(advice.sustainable);
    assert_false(advice.tight);
    ASSERT_NEAR(advice.share, 0.01);
    ASSERT_NEAR(advice.most_rate, 1e6);
    /* 99 % of a millisecond, less the 100 us by which it wakes up late */
    assert_int_equal(advice.flush_interval_us, 890);
    assert_int_equal(advice.order_window_us, 0);
    ASSERT_NEAR(advice.delay_us, 990 / 0.99);
    assert_true(advice.delay_kept);
    assert_false(advice.sparse);
    ASSERT_NEAR(advice.core, 0.01 + 1e6 / 940 * 5e-6);
    assert_int_equal(advice.record_bytes, 48);
    ASSERT_NEAR(advice.sleep_us, 1890);
    ASSERT_NEAR(advice.sleep_records, 18.9 / 0.99);
    ASSERT_NEAR(advice.stall_records, 1000);
    ASSERT_NEAR(advice.needed_bytes, 1020 * 48 / 0.875);
    assert_int_equal(advice.ring_bytes, 64 * 1024);
    ASSERT_NEAR(advice.memory_bytes, (64 + 16 * 1024) * 1024);
}

static void a_burst_while_the_writer_is_away(void **state)
{
    (void)state;
    struct load load = steady;
    load.burst = 5000;
    const struct advice advice = advise(&load, &machine);
    ASSERT_NEAR(advice.burst_rate, 1e8); /* one call in 10 ns */
    ASSERT_NEAR(advice.burst_drained, 0);
    ASSERT_NEAR(advice.needed_bytes, 6020 * 48 / 0.875);
    assert_int_equal(advice.ring_bytes, 512 * 1024);
}

/* Half a second of it. The writer is away for a fifth of that; then it takes all that comes. */
static void a_burst_that_outlasts_the_stall(void **state)
{
    (void)state;
    struct load load = steady;
    load.burst = 100000;
    load.burst_rate = 200000;
    const struct advice advice = advise(&load, &machine);
    const double left_s = 0.5 - 0.1 - 0.00189;
    ASSERT_NEAR(advice.burst_drained, 200000 * left_s);
    ASSERT_NEAR(advice.needed_bytes,
                ceil(18.9 / 0.99 + 1000 + 100000 - 200000 * left_s) * 48 / 0.875);
}

/* Of what the writer can take, each thread has its part, and its steady records come first. */
static void a_burst_of_all_threads(void **state)
{
    (void)state;
    struct load load = steady;
    load.threads = 8;
    load.burst = 100000;
    load.burst_rate = 200000;
    load.delay_ms = 40;
    const struct advice advice = advise(&load, &machine);
    assert_int_equal(advice.flush_interval_us, 27000);
    const double away_s = 0.1 + 0.028 + 0.010;
    ASSERT_NEAR(advice.burst_drained, (1e6 / 8 - 10000) * (0.5 - away_s));
    ASSERT_NEAR(advice.memory_bytes, 8.0 * (double)advice.ring_bytes + 16 * 1024 * 1024);
}

static void too_much_is_said_to_be_too_much(void **state)
{
    (void)state;
    struct load load = steady;
    load.rate = 500000;
    load.threads = 2;
    struct advice advice = advise(&load, &machine);
    assert_false(advice.sustainable);
    assert_int_equal(advice.ring_bytes, 0);
    ASSERT_NEAR(advice.most_rate, 500000);
    load.rate = 400000;
    advice = advise(&load, &machine);
    assert_true(advice.sustainable);
    assert_true(advice.tight);
    load.rate = 500000;
    load.binary = true;
    advice = advise(&load, &machine);
    assert_true(advice.sustainable);
    assert_false(advice.tight);
    assert_true(advice.ring_bytes != 0);
}

static void no_ring_is_larger_than_a_gibibyte(void **state)
{
    (void)state;
    struct load load = steady;
    load.burst = 19e6;
    assert_int_equal(advise(&load, &machine).ring_bytes, 1 << 30);
    load.burst = 20e6;
    const struct advice advice = advise(&load, &machine);
    assert_true(advice.sustainable);
    assert_int_equal(advice.ring_bytes, 0);
    assert_true(advice.needed_bytes > RING_MOST_BYTES);
}

static void small_rings_hold_large_records(void **state)
{
    (void)state;
    struct load load = steady;
    load.rate = 10;
    load.argument_bytes = 16 * 1024;
    load.stall_ms = 0;
    /* a quarter of it holds one: 16 KiB and what is in front of it */
    assert_int_equal(advise(&load, &machine).ring_bytes, 128 * 1024);
    load.argument_bytes = 8;
    assert_int_equal(advise(&load, &machine).ring_bytes, 64 * 1024);
}

static void what_is_kept_for_warnings_comes_on_top(void **state)
{
    (void)state;
    struct load load = steady;
    load.reserve = true;
    ASSERT_NEAR(advise(&load, &machine).needed_bytes, 1020 * 48 / 0.75);
}

static void a_stall_that_was_seen_counts(void **state)
{
    (void)state;
    struct machine slow = machine;
    slow.writes.longest_us = 400000;
    const struct advice advice = advise(&steady, &slow);
    ASSERT_NEAR(advice.stall_ms, 400);
    ASSERT_NEAR(advice.stall_records, 4000);
}

/* The default window takes 10 ms: who wants lines sooner has to give the order less. */
static void several_threads_are_put_in_order(void **state)
{
    (void)state;
    struct load load = steady;
    load.threads = 2;
    struct advice advice = advise(&load, &machine);
    assert_int_equal(advice.order_window_us, 500);
    assert_int_equal(advice.flush_interval_us, 390);
    assert_true(advice.delay_kept);
    ASSERT_NEAR(advice.sleep_records, (1390 + 500) / 100.0 / 0.98);
    load.delay_ms = 25;
    advice = advise(&load, &machine);
    assert_int_equal(advice.order_window_us, 0);
    ASSERT_NEAR(advice.window_us, 10000);
    assert_int_equal(advice.flush_interval_us, 14000); /* 14.6 ms in two digits */
    assert_true(advice.delay_kept);
}

static void an_idle_writer_sleeps_longer(void **state)
{
    (void)state;
    struct load load = steady;
    load.rate = 100;
    const struct advice advice = advise(&load, &machine);
    assert_true(advice.sparse);
    assert_false(advice.delay_kept);
    assert_true(advice.delay_us > 20000 && advice.delay_us < 21000);
    ASSERT_NEAR(advice.sleep_us, 21000);
}

static void a_machine_that_wakes_late_keeps_no_short_delay(void **state)
{
    (void)state;
    struct machine late = machine;
    late.wakes.p99_us = 4000;
    struct load load = steady;
    struct advice advice = advise(&load, &late);
    assert_int_equal(advice.flush_interval_us, 240); /* a quarter of 990, in two digits */
    assert_false(advice.delay_kept);
    assert_false(advice.sparse);
    assert_true(advice.delay_us > 4200);
    load.delay_ms = 0.2;
    advice = advise(&load, &late);
    assert_int_equal(advice.flush_interval_us, 100); /* it is never less */
}

/* ---- any load ---- */

static double between(double least, double most)
{
    return least * pow(most / least, drand48());
}

static struct load any_load(void)
{
    return (struct load){
        .rate = between(1, 5e5),
        .burst = drand48() < 0.3 ? 0 : floor(between(1, 1e6)),
        .burst_rate = drand48() < 0.5 ? 0 : between(1000, 1e8),
        .argument_bytes = (uint64_t)between(1, 1000),
        .threads = (unsigned)between(1, 64),
        .stall_ms = drand48() < 0.2 ? 0 : between(0.1, 1000),
        .delay_ms = between(0.05, 5000),
        .binary = drand48() < 0.5,
        .reserve = drand48() < 0.5,
    };
}

/* The most records of one thread that wait, if the writer goes away at the beginning of a burst,
 * and then takes what it can; *grain: how exactly that is known, which is what arrives in a step.
 */
static double most_waiting(const struct load *load, const struct advice *advice, double *grain)
{
    const double drain = load->binary ? machine.binary.rate : machine.text.rate;
    const double away_s = (advice->sleep_us + advice->window_us) / 1e6 + load->stall_ms / 1e3;
    const double burst_s = load->burst / advice->burst_rate;
    const double step = fmax(away_s, burst_s) / 20000;
    double waiting = 0, most = 0;
    for (int i = 0; i < 25000; i++) {
        const double at = i * step;
        waiting += load->rate * step;
        if (at < burst_s)
            waiting += advice->burst_rate * fmin(step, burst_s - at);
        if (at >= away_s)
            waiting = fmax(0, waiting - drain / load->threads * step);
        most = fmax(most, waiting);
    }
    *grain = fmin((load->rate + advice->burst_rate) * step, load->rate * step + load->burst);
    return most;
}

/* Enough, and not much more than enough: what comes on top is what arrives while the writer writes
 * what it found when it woke up. */
static void rings_hold_the_worst_moment(void **state)
{
    (void)state;
    srand48(20240229);
    unsigned tried = 0;
    for (int i = 0; i < 3000; i++) {
        struct load load = any_load();
        load.stall_ms = fmax(load.stall_ms, 1); /* as the machine's longest write */
        const struct advice advice = advise(&load, &machine);
        if (!advice.sustainable || advice.share > 0.9)
            continue;
        tried++;
        const double usable = load.reserve ? 0.75 : 0.875;
        const double holds = advice.needed_bytes * usable / (double)advice.record_bytes;
        double grain;
        const double waiting = most_waiting(&load, &advice, &grain);
        const double writing = advice.sleep_records * advice.share;
        if (holds < waiting - grain || holds > waiting + writing + grain + 2)
            fail_msg("load %d: it holds %.9g records, and %.9g wait", i, holds, waiting);
        if (advice.ring_bytes != 0 && (double)advice.ring_bytes < advice.needed_bytes)
            fail_msg("load %d: the ring is smaller than what it has to hold", i);
    }
    assert_true(tried > 500);
}

static void settings_are_such_as_init_takes(void **state)
{
    (void)state;
    srand48(7);
    for (int i = 0; i < 20000; i++) {
        const struct load load = any_load();
        const struct advice advice = advise(&load, &machine);
        const uint64_t ring = advice.ring_bytes;
        assert_true(ring == 0 || (ring >= 4096 && ring <= 1 << 30 && (ring & (ring - 1)) == 0));
        assert_in_range(advice.flush_interval_us, 10, 1000000);
        assert_true(advice.order_window_us <= 1000000);
        assert_false(advice.delay_kept && advice.sparse && load.delay_ms < 20);
    }
}

static void more_never_needs_less(void **state)
{
    (void)state;
    srand48(99);
    for (int i = 0; i < 20000; i++) {
        struct load load = any_load();
        const struct advice before = advise(&load, &machine);
        if (i % 3 == 0)
            load.stall_ms *= 2;
        else if (i % 3 == 1)
            load.burst *= 2;
        else
            load.argument_bytes *= 2;
        const struct advice after = advise(&load, &machine);
        if (after.needed_bytes < before.needed_bytes * (1 - 1e-9))
            fail_msg("load %d: %.9g bytes, and with more of it %.9g", i, before.needed_bytes,
                     after.needed_bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_load),
        cmocka_unit_test(a_burst_while_the_writer_is_away),
        cmocka_unit_test(a_burst_that_outlasts_the_stall),
        cmocka_unit_test(a_burst_of_all_threads),
        cmocka_unit_test(too_much_is_said_to_be_too_much),
        cmocka_unit_test(no_ring_is_larger_than_a_gibibyte),
        cmocka_unit_test(small_rings_hold_large_records),
        cmocka_unit_test(what_is_kept_for_warnings_comes_on_top),
        cmocka_unit_test(a_stall_that_was_seen_counts),
        cmocka_unit_test(several_threads_are_put_in_order),
        cmocka_unit_test(an_idle_writer_sleeps_longer),
        cmocka_unit_test(a_machine_that_wakes_late_keeps_no_short_delay),
        cmocka_unit_test(rings_hold_the_worst_moment),
        cmocka_unit_test(settings_are_such_as_init_takes),
        cmocka_unit_test(more_never_needs_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
