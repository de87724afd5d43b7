/* The dictionary: equal sites share an entry, racing threads do no harm, a full one says so. */
#include "cmocka_first.h"

#include "record/dictionary.h"
#include "ringlog/detail/field.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t fields[] = {RINGLOG_FIELD_I32, RINGLOG_FIELD_STRING};

static struct rl_site_definition definition(const char *format, unsigned line)
{
    return (struct rl_site_definition){.level = 20,
                                       .line = line,
                                       .field_count = 2,
                                       .fields = fields,
                                       .format = format,
                                       .file = "src/a.c",
                                       .function = "f"};
}

static void a_site_is_found_as_it_was_defined(void **state)
{
    (void)state;
    void *memory = calloc(1, RL_DICTIONARY_MIN_BYTES);
    struct rl_dictionary *dictionary = rl_dictionary_format(memory, RL_DICTIONARY_MIN_BYTES);
    const struct rl_site_definition one = definition("%d %s", 1), two = definition("%d %s", 2);
    const uint32_t first = rl_dictionary_define(dictionary, &one);
    const uint32_t second = rl_dictionary_define(dictionary, &two);
    assert_true(first >= RL_FIRST_SITE_ID);
    assert_int_not_equal(first, second);
    assert_int_equal(rl_dictionary_define(dictionary, &one), first);
    assert_int_equal(dictionary->sites, 2);

    const struct rl_site *site = rl_dictionary_find(dictionary, second);
    assert_string_equal(rl_site_format(site), "%d %s");
    assert_string_equal(rl_site_file(site), "src/a.c");
    assert_string_equal(rl_site_function(site), "f");
    assert_int_equal(site->line, 2);
    assert_memory_equal(rl_site_fields(site), fields, 2);
    assert_true(rl_site_is_sound(site, site->bytes));
    assert_false(rl_site_is_sound(site, site->bytes - 8));
    free(memory);
}

static void any_id_may_be_asked_for(void **state)
{
    (void)state;
    void *memory = calloc(1, RL_DICTIONARY_MIN_BYTES);
    struct rl_dictionary *dictionary = rl_dictionary_format(memory, RL_DICTIONARY_MIN_BYTES);
    const struct rl_site_definition one = definition("%d %s", 1);
    const uint32_t id = rl_dictionary_define(dictionary, &one);
    unsigned found = 0;
    for (uint32_t other = 0; other < RL_DICTIONARY_MIN_BYTES / 8 + 100; other++)
        found += rl_dictionary_find(dictionary, other) != NULL;
    assert_non_null(rl_dictionary_find(dictionary, id));
    assert_int_equal(found, 1);
    assert_null(rl_dictionary_find(dictionary, UINT32_MAX));
    free(memory);
}

static void a_full_dictionary_refuses_and_keeps_what_it_has(void **state)
{
    (void)state;
    void *memory = calloc(1, RL_DICTIONARY_MIN_BYTES);
    struct rl_dictionary *dictionary = rl_dictionary_format(memory, RL_DICTIONARY_MIN_BYTES);
    unsigned defined = 0;
    uint32_t ids[2000];
    for (unsigned line = 0; line < 2000; line++) {
        const struct rl_site_definition one = definition("%d %s", line);
        ids[line] = rl_dictionary_define(dictionary, &one);
        defined += ids[line] != 0;
    }
    assert_in_range(defined, 400, 1000);
    for (unsigned line = 0; line < defined; line++)
        assert_int_equal(rl_dictionary_find(dictionary, ids[line])->line, line);
    free(memory);
}

#define RACERS 4
#define SITES  3000

static struct rl_dictionary *raced;
static uint32_t raced_ids[RACERS][SITES];

static void *race(void *argument)
{
    uint32_t *ids = argument;
    for (unsigned line = 0; line < SITES; line++) {
        const struct rl_site_definition one = definition("raced %d %s", line);
        ids[line] = rl_dictionary_define(raced, &one);
        const struct rl_site *site = rl_dictionary_find(raced, ids[line]);
        if (site == NULL || site->line != line || strcmp(rl_site_format(site), one.format) != 0)
            abort();
    }
    return NULL;
}

static void threads_that_race_get_ids_of_equal_entries(void **state)
{
    (void)state;
    void *memory = calloc(1, 4 << 20);
    raced = rl_dictionary_format(memory, 4 << 20);
    pthread_t threads[RACERS];
    for (int i = 0; i < RACERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, race, raced_ids[i]), 0);
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    /* Duplicates are rare: a race at one site, not a table that finds nothing. */
    assert_in_range(raced->sites, SITES, SITES * 2);
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_is_found_as_it_was_defined),
        cmocka_unit_test(any_id_may_be_asked_for),
        cmocka_unit_test(a_full_dictionary_refuses_and_keeps_what_it_has),
        cmocka_unit_test(threads_that_race_get_ids_of_equal_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
