/* Each edge alone, from its one side to the other, with nothing else between the two threads. What
 * a thread wrote before it takes an edge, the thread at its other end may read: break the edge, and
 * ThreadSanitizer finds the race (weaken.py breaks them all). */
#include "ring/two_threads.h"

#include "base/once.h"
#include "base/os.h"
#include "base/rcu.h"
#include "base/references.h"
#include "logger/logger.h"
#include "record/dictionary.h"
#include "ring/settings.h"

#include <ringlog/ringlog.h>

/* ---- base ---- */

static void *slot;
static int first_made, second_made;

FROM(once)
{
    say();
    rl_once_put(&slot, &first_made, 0);
    reach(1);
}

TO(once)
{
    await(1);
    must(rl_once_get(&slot) == &first_made);
    hear();
}

static void *raced_slot;

FROM(once_too_late)
{
    say();
    rl_once_put(&raced_slot, &first_made, 0);
    reach(1);
}

TO(once_too_late)
{
    await(1);
    must(rl_once_put(&raced_slot, &second_made, 0) == &first_made);
    hear();
}

static int64_t now_of(void *context)
{
    return *(const int *)context;
}

static struct rl_wall_clock clock_of_ours;

FROM(wall)
{
    say();
    clock_of_ours = (struct rl_wall_clock){now_of, &said};
    rl_set_wall_clock(&clock_of_ours);
    reach(1);
}

TO(wall)
{
    await(1);
    must(rl_wall_ns() == 1);
    hear();
}

static struct rl_retired retired;

static void hear_of_it(struct rl_retired *freed)
{
    must(freed == &retired);
    hear();
}

FROM(retire)
{
    say();
    rl_rcu_retire(&retired, hear_of_it);
    reach(1);
}

TO(retire)
{
    await(1);
    rl_rcu_reap();
}

static int *published;

FROM(rcu)
{
    say();
    rl_rcu_assign(published, &said);
    reach(1);
}

TO(rcu)
{
    await(1);
    rl_rcu_read_lock();
    must(*rl_rcu_dereference(published) == 1);
    rl_rcu_read_unlock();
    hear();
}

/* A reader is done before what it read is freed. */
static struct rl_retired outlived;

static void free_outlived(struct rl_retired *freed)
{
    must(freed == &outlived);
    hear();
}

FROM(grace_period)
{
    rl_rcu_read_lock();
    say();
    reach(1);
    rl_rcu_read_unlock();
    reach(2);
}

TO(grace_period)
{
    await(2);
    rl_rcu_retire(&outlived, free_outlived);
    rl_rcu_reap();
}

static uint32_t holders = 2;

FROM(references)
{
    say();
    must(!rl_ref_drop(&holders));
    reach(1);
}

TO(references)
{
    await(1);
    must(rl_ref_drop(&holders));
    hear();
}

/* ---- settings ---- */

static struct rl_settings in_force = {
    .ring_bytes = 4096, .string_cap = 512, .drop = true, .state = RL_RUNNING};

FROM(settings)
{
    say();
    rl_settings_publish(&in_force);
    reach(1);
}

TO(settings)
{
    await(1);
    must(rl_settings() == &in_force);
    hear();
}

FROM(generation)
{
    say();
    rl_settings_publish(&in_force);
    reach(1);
}

TO(generation)
{
    await(1);
    must(rl_settings_generation() >= 1);
    hear();
}

/* ---- call sites and loggers ---- */

static struct rl_dictionary *dictionary;
static uint32_t defined; /* atomic, relaxed */

static int make_dictionary(void **state)
{
    begin(state);
    dictionary = rl_dictionary_format(calloc(1, RL_DICTIONARY_MIN_BYTES), RL_DICTIONARY_MIN_BYTES);
    return 0;
}

static int free_dictionary(void **state)
{
    (void)state;
    free(dictionary);
    return 0;
}

FROM(define)
{
    const uint8_t no_fields[1] = {0};
    const struct rl_site_definition definition = {.fields = no_fields,
                                                  .level = 20,
                                                  .line = 1,
                                                  .format = "defined",
                                                  .file = "f",
                                                  .function = "g"};
    say();
    __atomic_store_n(&defined, rl_dictionary_define(dictionary, &definition), __ATOMIC_RELAXED);
    reach(1);
}

TO(define)
{
    await(1);
    const struct rl_site *site =
        rl_dictionary_find(dictionary, __atomic_load_n(&defined, __ATOMIC_RELAXED));
    must(site != NULL && strcmp(rl_site_format(site), "defined") == 0);
    hear();
}

FROM(logger)
{
    say();
    must(ringlog_get_logger("edges") != NULL);
    reach(1);
}

TO(logger)
{
    await(1);
    must(rl_logger_count() >= 2);
    hear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(once, begin),
        cmocka_unit_test_setup(once_too_late, begin),
        cmocka_unit_test_setup(wall, begin),
        cmocka_unit_test_setup(retire, begin),
        cmocka_unit_test_setup(rcu, begin),
        cmocka_unit_test_setup(grace_period, begin),
        cmocka_unit_test_setup(references, begin),
        cmocka_unit_test_setup(settings, begin),
        cmocka_unit_test_setup(generation, begin),
        cmocka_unit_test_setup_teardown(define, make_dictionary, free_dictionary),
        cmocka_unit_test_setup(logger, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
