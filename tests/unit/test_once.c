/* What is made once: threads that race get the same, a fork child finds it wiped, and without memory
 * there is something else. */
#include "cmocka_first.h"

#include "base/once.h"
#include "base/os.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define RACERS 4
#define ROUNDS 3000

struct page {
    unsigned long round; /* written before it is put, read after: plain */
};

static void *slots[ROUNDS];
static pthread_barrier_t start;

static void *race(void *unused)
{
    (void)unused;
    for (unsigned long round = 0; round < ROUNDS; round++) {
        pthread_barrier_wait(&start);
        struct page *page = rl_once_get(&slots[round]);
        if (page == NULL) {
            struct page *made = rl_map_sparse(sizeof *made);
            assert_non_null(made);
            made->round = round;
            page = rl_once_put(&slots[round], made, sizeof *made);
        }
        assert_int_equal(page->round, round);
        assert_ptr_equal(page, rl_once_get(&slots[round]));
    }
    return NULL;
}

static unsigned long mapped_pages(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu", &pages), 1);
    fclose(file);
    return pages;
}

static void racers_get_the_same(void **state)
{
    (void)state;
    pthread_t threads[RACERS];
    pthread_barrier_init(&start, NULL, RACERS);
    for (int i = 0; i < RACERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, race, NULL), 0);
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&start);
    for (unsigned long round = 0; round < ROUNDS; round++)
        rl_unmap(slots[round], sizeof(struct page));
}

static void who_comes_second_gets_what_is_there(void **state)
{
    (void)state;
    void *slot = NULL;
    int *first = rl_map_sparse(64 << 20), *second = rl_map_sparse(64 << 20);
    const unsigned long before = mapped_pages();
    assert_ptr_equal(rl_once_put(&slot, first, 64 << 20), first);
    assert_ptr_equal(rl_once_put(&slot, second, 64 << 20), first);
    assert_true(mapped_pages() <= before - (60 << 20) / (unsigned long)sysconf(_SC_PAGESIZE));
    *first = 1; /* is still mapped */
    assert_ptr_equal(rl_once_get(&slot), first);
    rl_unmap(first, 64 << 20);
}

static void without_memory_there_is_something_else(void **state)
{
    (void)state;
    const size_t too_much = SIZE_MAX / 4;
    void *slot = NULL;
    int instead;
    assert_null(rl_once_wiped(&slot, too_much, NULL));
    assert_null(slot);
    assert_ptr_equal(rl_once_wiped(&slot, too_much, &instead), &instead);
    assert_ptr_equal(rl_once_wiped(&slot, 8, NULL), &instead); /* and stays */
}

static void a_child_finds_it_wiped_and_in_its_place(void **state)
{
    (void)state;
    static void *slot;
    unsigned long *page = rl_once_wiped(&slot, sizeof *page, NULL);
    assert_int_equal(*page, 0);
    *page = 1;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(rl_once_wiped(&slot, sizeof *page, NULL) == page && *page == 0 ? 0 : 1);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(*page, 1);
    rl_unmap(page, sizeof *page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(racers_get_the_same),
        cmocka_unit_test(who_comes_second_gets_what_is_there),
        cmocka_unit_test(without_memory_there_is_something_else),
        cmocka_unit_test(a_child_finds_it_wiped_and_in_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
