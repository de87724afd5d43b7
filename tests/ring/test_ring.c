/* The ring alone: one producer, one consumer, no writer. Positions begin just below their wrap in
 * debug builds, and the tests assert that the wrap happened. */
#include "cmocka_first.h"

#include "base/os.h"
#include "ring/consume.h"
#include "ring/produce.h"
#include "ring/set.h"
#include "ringlog/detail/capture.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct rl_settings settings = {.ring_bytes = 4096, .string_cap = 512, .state = RL_RUNNING};

/* Each test runs on a thread of its own, which claims a ring of its own. */
static void on_new_thread(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run, argument), 0);
    pthread_join(thread, NULL);
}

static struct rl_ring *claimed_ring(void)
{
    assert_true(rl_producer_prepare(ringlog_stack_()));
    return rl_ring_of(ringlog_producer_);
}

/* The same, emptied of what says whose it is, and of what others left in it. */
static struct rl_ring *own_ring(void)
{
    struct rl_ring *ring = claimed_ring();
    struct rl_ring_record record = {0};
    struct rl_ring_losses losses;
    rl_ring_take_losses(ring, &losses);
    while (rl_ring_peek(ring, &record))
        rl_ring_step(ring, &record);
    rl_ring_release(ring);
    return ring;
}

static uint32_t site_of(uint64_t number)
{
    return (uint32_t)number | UINT32_C(0x80000000);
}

static bool put(uint64_t number, size_t bytes)
{
    struct rl_take take;
    if (!rl_take(&take, bytes, false, number, ringlog_stack_()))
        return false;
    for (size_t i = 0; i < bytes; i++)
        take.fields[i] = (unsigned char)(number + i);
    rl_publish(&take, site_of(number), (uint16_t)number);
    return true;
}

static void expect(const struct rl_ring *ring, uint64_t number, size_t bytes)
{
    struct rl_ring_record record = {0};
    assert_true(rl_ring_peek(ring, &record));
    assert_int_equal(record.ticks, number);
    assert_int_equal(rl_header_site(record.header), site_of(number));
    assert_int_equal(rl_header_logger(record.header), (uint16_t)number);
    assert_int_equal(record.field_bytes, (bytes + 7) & ~(size_t)7);
    for (size_t i = 0; i < bytes; i++)
        assert_int_equal(record.fields[i], (unsigned char)(number + i));
}

static void step(struct rl_ring *ring)
{
    struct rl_ring_record record = {0};
    assert_true(rl_ring_peek(ring, &record));
    rl_ring_step(ring, &record);
}

/* ---- one thread, both ends ---- */

static void *sizes_against_an_oracle(void *unused)
{
    (void)unused;
    struct rl_ring *ring = own_ring();
    const uint64_t start = ring->consumer.position;
    uint64_t written = 0, read = 0;
    size_t size_of[4096];
    srand(1);
    for (int round = 0; round < 200000; round++) {
        const size_t bytes = (size_t)rand() % 200;
        /* The oracle: what is in the ring, and whether one more fits. */
        uint64_t used = ring->producer.head - ring->consumer.tail;
        const uint64_t needs = (RINGLOG_RECORD_PREFIX_BYTES_ + bytes + 7) & ~UINT64_C(7);
        const bool fits = used + needs + 8 <= 4096;
        size_of[written % 4096] = bytes;
        assert_int_equal(put(written, bytes), fits);
        written += fits;
        if (rand() % 4 == 0 || !fits) {
            for (int n = rand() % 20; n > 0 && read < written; n--) {
                expect(ring, read, size_of[read % 4096]);
                step(ring);
                read++;
            }
            rl_ring_release(ring);
        }
    }
    assert_true(written > 100000);
#ifndef NDEBUG
    assert_true(ring->consumer.position < start); /* 2^64 was passed */
#endif
    (void)start;
    return NULL;
}

static void a_full_ring_refuses_and_an_emptied_one_takes(void **state)
{
    (void)state;
    settings.drop = true;
    on_new_thread(sizes_against_an_oracle, NULL);
    settings.drop = false;
}

static void *reserve_thread(void *unused)
{
    (void)unused;
    struct rl_ring *ring = own_ring();
    struct rl_take take;
    unsigned ordinary = 0, priority = 0;
    while (put(ordinary, 8))
        ordinary++;
    while (rl_take(&take, 8, true, 1, ringlog_stack_())) {
        rl_publish(&take, 1, 0);
        priority++;
    }
    /* 4096 bytes, 24 a record; an eighth is 512. */
    assert_int_equal(ordinary, (4096 - 512 - 8) / 24);
    assert_int_equal(ordinary + priority, (4096 - 8) / 24);
    struct rl_ring_losses losses;
    assert_true(rl_ring_take_losses(ring, &losses));
    assert_int_equal(losses.count[RL_LOSS_FULL], 2);
    assert_int_equal(losses.first_ticks, ordinary);
    assert_int_equal(losses.last_ticks, 1);
    assert_false(rl_ring_take_losses(ring, &losses));
    return NULL;
}

static void an_eighth_is_kept_for_warnings(void **state)
{
    (void)state;
    settings.drop = settings.reserve = true;
    on_new_thread(reserve_thread, NULL);
    settings.drop = settings.reserve = false;
}

static void *oversize_thread(void *unused)
{
    (void)unused;
    own_ring();
    assert_false(put(1, 4096 / 4 - 8));
    assert_true(put(1, rl_take_cap()));
    return NULL;
}

static void a_record_larger_than_a_quarter_is_refused(void **state)
{
    (void)state;
    on_new_thread(oversize_thread, NULL);
}

static void *mark_thread(void *unused)
{
    (void)unused;
    struct rl_ring *ring = own_ring();
    const uintptr_t here = ringlog_stack_();
    assert_true(put(1, 8));

    /* A mark from a frame below this one: that call is gone, and had not published. */
    ring->producer.busy = here - 4096;
    assert_true(put(2, 8));
    assert_null(ring->side);

    /* The same, cut short between publication and head. */
    struct rl_take take;
    assert_true(rl_take(&take, 8, false, 3, here));
    rl_publish(&take, 3, 3);
    ring->producer.head -= take.bytes;
    ring->producer.busy = here - 4096;
    assert_true(put(4, 8));

    /* A mark from a frame above: that call is still under way; this one takes the side ring. */
    ring->producer.busy = here + 65536;
    assert_true(put(5, 8));
    assert_non_null(ring->side);
    ring->producer.busy = 0;
    assert_true(put(6, 8));

    struct rl_ring_record record = {0};
    const uint64_t expected[] = {1, 2, 3, 4, 6};
    for (unsigned i = 0; i < 5; i++) {
        assert_true(rl_ring_peek(ring, &record));
        assert_int_equal(record.ticks, expected[i]);
        rl_ring_step(ring, &record);
    }
    assert_false(rl_ring_peek(ring, &record));
    assert_true(rl_ring_peek(ring->side, &record));
    assert_int_equal(rl_header_site(record.header), RL_RING_OWNER);
    rl_ring_step(ring->side, &record);
    assert_true(rl_ring_peek(ring->side, &record));
    assert_int_equal(record.ticks, 5);
    assert_int_equal(record.main_head, ring->producer.head - 24);
    assert_int_equal(record.fields[0], 5);
    return NULL;
}

static void an_interrupted_capture_is_repaired_or_passed_by(void **state)
{
    (void)state;
    on_new_thread(mark_thread, NULL);
}

static void *leave_one_record(void *argument)
{
    *(struct rl_ring **)argument = claimed_ring();
    assert_true(put(7, 8));
    return NULL;
}

static void a_dead_threads_ring_is_used_again_and_says_whose_records_follow(void **state)
{
    (void)state;
    struct rl_ring *ring = NULL, *again = NULL;
    for (int i = 0; i < 3; i++) { /* abandoned rings of other tests come first until they are full */
        on_new_thread(leave_one_record, &again);
        if (ring == again)
            break;
        ring = again;
    }
    assert_ptr_equal(ring, again);
    assert_false(rl_set_is_owned(ring));

    struct rl_ring_record record = {0};
    unsigned owners = 0, last_owner = 0;
    while (rl_ring_peek(ring, &record)) {
        if (rl_header_site(record.header) == RL_RING_OWNER) {
            struct rl_ring_owner owner;
            memcpy(&owner, record.fields, sizeof owner);
            assert_true(owner.thread > last_owner);
            last_owner = owner.thread;
            owners++;
        }
        rl_ring_step(ring, &record);
    }
    assert_true(owners >= 2);
    rl_ring_release(ring);
}

/* ---- two threads ---- */

#ifndef RING_RECORDS
#    define RING_RECORDS 3000000
#endif

static struct rl_ring *shared_ring; /* atomic */

static void *produce_all(void *unused)
{
    (void)unused;
    __atomic_store_n(&shared_ring, own_ring(), __ATOMIC_RELEASE);
    for (uint64_t i = 0; i < RING_RECORDS; i++)
        if (!put(i, i % 61))
            abort();
    return NULL;
}

static void *consume_all(void *unused)
{
    (void)unused;
    struct rl_ring *ring;
    while ((ring = __atomic_load_n(&shared_ring, __ATOMIC_ACQUIRE)) == NULL)
        ;
    for (uint64_t i = 0; i < RING_RECORDS;) {
        struct rl_ring_record record = {0};
        while (rl_ring_peek(ring, &record)) {
            if (record.ticks != i || rl_header_site(record.header) != site_of(i))
                abort();
            for (size_t at = 0; at < i % 61; at++)
                if (record.fields[at] != (unsigned char)(i + at))
                    abort();
            rl_ring_step(ring, &record);
            i++;
            if (i % 7 == 0)
                rl_ring_release(ring);
        }
        rl_ring_release(ring);
    }
    return NULL;
}

static void blocking_loses_nothing_and_keeps_the_order(void **state)
{
    (void)state;
    pthread_t producer, consumer;
    assert_int_equal(pthread_create(&producer, NULL, produce_all, NULL), 0);
    assert_int_equal(pthread_create(&consumer, NULL, consume_all, NULL), 0);
    pthread_join(producer, NULL);
    pthread_join(consumer, NULL);
}

static int publish_settings(void **state)
{
    (void)state;
    rl_settings_publish(&settings);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_ring_refuses_and_an_emptied_one_takes),
        cmocka_unit_test(an_eighth_is_kept_for_warnings),
        cmocka_unit_test(a_record_larger_than_a_quarter_is_refused),
        cmocka_unit_test(an_interrupted_capture_is_repaired_or_passed_by),
        cmocka_unit_test(a_dead_threads_ring_is_used_again_and_says_whose_records_follow),
        cmocka_unit_test(blocking_loses_nothing_and_keeps_the_order),
    };
    return cmocka_run_group_tests(tests, publish_settings, NULL);
}
