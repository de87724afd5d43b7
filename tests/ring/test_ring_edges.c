/* The edges of a ring and of the writer's sleep, one by one, as in test_edges.c. */
#include "ring/two_threads.h"

#include "ring/consume.h"
#include "ring/produce.h"
#include "ring/set.h"
#include "ring/wake.h"

#include <ringlog/ringlog.h>

/* Rings of a size of its own for each test, so that none takes another's. The newest one is first
 * in the set. */
static int rings_of_their_own(void **state)
{
    static struct rl_settings settings[16];
    static unsigned used;
    begin(state);
    settings[used] = (struct rl_settings){
        .ring_bytes = (size_t)4096 << used, .string_cap = 512, .drop = true, .state = RL_RUNNING};
    rl_settings_publish(&settings[used++]);
    return 0;
}

static bool put(void)
{
    struct rl_take take;
    if (!rl_take(&take, 8, false, 1, ringlog_stack_()))
        return false;
    memset(take.fields, 0, 8);
    rl_publish(&take, 0x80000000, 0);
    return true;
}

static void prepare(void)
{
    must(rl_producer_prepare(ringlog_stack_()));
}

static void fill(void)
{
    prepare();
    while (put())
        ;
}

static void read_all(struct rl_ring *ring)
{
    struct rl_ring_record record = {0};
    while (rl_ring_peek(ring, &record))
        rl_ring_step(ring, &record);
}

FROM(join)
{
    say();
    prepare();
    reach(1);
}

TO(join)
{
    await(1);
    must(rl_ring_fits(rl_set_first(), rl_settings()));
    hear();
}

FROM(publish)
{
    prepare();
    reach(1);
    await(2);
    say();
    must(put());
    reach(3);
}

TO(publish)
{
    await(1);
    struct rl_ring *ring = rl_set_first();
    read_all(ring); /* the record that says whose ring it is */
    reach(2);
    await(3);
    struct rl_ring_record record = {0};
    must(rl_ring_peek(ring, &record));
    hear();
}

FROM(reuse)
{
    await(1);
    struct rl_ring *ring = rl_set_first();
    read_all(ring);
    say();
    rl_ring_release(ring);
    reach(2);
}

TO(reuse)
{
    fill();
    reach(1);
    await(2);
    must(put());
    hear();
}

static void *fill_and_die(void *unused)
{
    (void)unused;
    fill();
    return NULL;
}

static int a_full_ring_that_nobody_owns(void **state)
{
    rings_of_their_own(state);
    pthread_t thread;
    return pthread_create(&thread, NULL, fill_and_die, NULL) == 0 ? pthread_join(thread, NULL) : -1;
}

FROM(reuse_by_the_next_owner)
{
    struct rl_ring *ring = rl_set_first();
    read_all(ring);
    say();
    rl_ring_release(ring);
    reach(1);
}

TO(reuse_by_the_next_owner)
{
    await(1);
    struct rl_ring *ring = rl_set_first();
    prepare();
    must(rl_ring_of(ringlog_producer_) == ring);
    hear();
}

FROM(loss)
{
    fill();
    say();
    must(!put());
    reach(1);
}

TO(loss)
{
    await(1);
    struct rl_ring_losses losses;
    must(rl_ring_take_losses(rl_set_first(), &losses));
    must(losses.count[RL_LOSS_FULL] == 2);
    hear();
}

FROM(loss_in_the_set)
{
    fill();
    say();
    must(!put());
    reach(1);
}

TO(loss_in_the_set)
{
    await(1);
    must(rl_set_ring_losses() >= 2);
    hear();
}

/* ---- sleep: only the half that ThreadSanitizer sees; test_reordering.c has the other ---- */

static __thread bool hears_who_it_wakes;
static __thread bool tells_that_it_sleeps;

void __real_rl_futex_wake(uint32_t *word, int count);
void __wrap_rl_futex_wake(uint32_t *word, int count);
void __wrap_rl_futex_wake(uint32_t *word, int count)
{
    if (hears_who_it_wakes)
        hear();
    __real_rl_futex_wake(word, count);
}

void __real_rl_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns);
void __wrap_rl_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns);
void __wrap_rl_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns)
{
    if (tells_that_it_sleeps)
        reach(1);
    __real_rl_futex_wait(word, expected, timeout_ns);
}

static struct rl_settings blocking;

static int a_ring_that_blocks(void **state)
{
    rings_of_their_own(state);
    blocking = *rl_settings();
    blocking.drop = false;
    rl_settings_publish(&blocking);
    return 0;
}

static bool is_full(struct rl_ring *ring)
{
    return rl_ring_head(ring) + rl_record_bytes(ring, 8) + 8 >
           __atomic_load_n(&ring->header->tail, __ATOMIC_RELAXED) + ring->header->bytes;
}

FROM(space)
{
    prepare();
    while (!is_full(rl_ring_of(ringlog_producer_)))
        must(put());
    say();
    tells_that_it_sleeps = true;
    must(put());
}

TO(space)
{
    await(1);
    struct rl_ring *ring = rl_set_first();
    read_all(ring);
    hears_who_it_wakes = true;
    rl_ring_release(ring);
    hears_who_it_wakes = false;
}

FROM(asleep_reasons)
{
    say();
    rl_wake(RL_WAKE_REQUEST);
    reach(1);
}

TO(asleep_reasons)
{
    await(1);
    must((rl_wake_reasons() & RL_WAKE_REQUEST) != 0);
    hear();
}

FROM(asleep)
{
    say();
    rl_wake_prepare();
    reach(1);
}

TO(asleep)
{
    await(1);
    hears_who_it_wakes = true;
    rl_wake(RL_WAKE_REQUEST);
    hears_who_it_wakes = false;
}

/* ---- call sites ---- */

static void log_something(void)
{
    ringlog_warning(ringlog_root(), "number %d", 1);
}

FROM(define_and_capture)
{
    prepare();
    await(1);
    say();
    log_something(); /* its site becomes known */
    reach(2);
}

TO(define_and_capture)
{
    must(put()); /* room, so that the next call may go the fast way */
    reach(1);
    await(2);
    log_something();
    hear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(join, rings_of_their_own),
        cmocka_unit_test_setup(publish, rings_of_their_own),
        cmocka_unit_test_setup(reuse, rings_of_their_own),
        cmocka_unit_test_setup(reuse_by_the_next_owner, a_full_ring_that_nobody_owns),
        cmocka_unit_test_setup(loss, rings_of_their_own),
        cmocka_unit_test_setup(loss_in_the_set, rings_of_their_own),
        cmocka_unit_test_setup(space, a_ring_that_blocks),
        cmocka_unit_test_setup(asleep_reasons, begin),
        cmocka_unit_test_setup(asleep, begin),
        cmocka_unit_test_setup(define_and_capture, rings_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
