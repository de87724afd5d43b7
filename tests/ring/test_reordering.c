/* What the edges asleep and space must be sequentially consistent for, which ThreadSanitizer cannot
 * see: each side writes its own word, then reads the other's, and not both may miss what the other
 * wrote. A processor whose loads pass its stores (all do that) shows a weaker order as a sleeper
 * whom nobody will wake. In place of the futexes, whose time-outs would cover that up, the sleeper
 * looks at the word, and whether the other side is done with it. */
#include "cmocka_first.h"

#include "base/os.h"
#include "ring/consume.h"
#include "ring/produce.h"
#include "ring/set.h"
#include "ring/wake.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

static int64_t enough_ns(void)
{
    const char *text = getenv("RINGLOG_TEST_MS");
    return (text == NULL ? 1500 : strtol(text, NULL, 10)) * INT64_C(1000000);
}

static bool over; /* atomic */
static bool lost; /* atomic */

static bool is_over(void)
{
    return __atomic_load_n(&over, __ATOMIC_RELAXED);
}

/* Between two looks: the other side may need this processor. */
static void relax(unsigned *looks)
{
    if (++*looks % 1024 == 0)
        sched_yield();
}

/* So that the two sides meet at every distance up to a microsecond. */
static void dawdle(uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    for (uint32_t n = (*random >> 8) % 2048; n > 0; n--)
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Of the calling thread: whether the other side believes that nobody sleeps. Acquires what it did.
 */
static __thread bool (*is_forgotten)(void);

void __wrap_rl_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns);
void __wrap_rl_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns)
{
    (void)timeout_ns;
    unsigned looks = 0;
    while (__atomic_load_n(word, __ATOMIC_RELAXED) == expected && !is_over()) {
        if (is_forgotten() && __atomic_load_n(word, __ATOMIC_RELAXED) == expected) {
            __atomic_store_n(&lost, true, __ATOMIC_RELAXED);
            __atomic_store_n(&over, true, __ATOMIC_RELAXED);
        }
        relax(&looks);
    }
}

void __wrap_rl_futex_wake(uint32_t *word, int count);
void __wrap_rl_futex_wake(uint32_t *word, int count)
{
    (void)word;
    (void)count;
}

static void race(void *(*sleeper)(void *), void *(*waker)(void *))
{
    pthread_t threads[2];
    over = lost = false;
    assert_int_equal(pthread_create(&threads[0], NULL, sleeper, NULL), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, waker, NULL), 0);
    const int64_t start = rl_monotonic_ns();
    while (!is_over() && rl_monotonic_ns() - start < enough_ns())
        usleep(1000);
    __atomic_store_n(&over, true, __ATOMIC_RELAXED);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    assert_false(lost);
}

/* ---- the writer and who wakes it ---- */

static uint32_t woken;    /* calls of rl_wake() that have returned; atomic */
static uint32_t answered; /* of these, what the sleeper has found; atomic */

static bool is_writer_forgotten(void)
{
    return (int32_t)(__atomic_load_n(&woken, __ATOMIC_ACQUIRE) - answered) > 0;
}

static void *sleep_and_look(void *unused)
{
    (void)unused;
    uint32_t random = 1;
    is_forgotten = is_writer_forgotten;
    while (!is_over()) {
        dawdle(&random);
        rl_wake_prepare();
        if (__atomic_load_n(&rl_set()->reasons, __ATOMIC_SEQ_CST) != 0)
            rl_wake_cancel();
        else
            rl_wake_sleep(-1);
        if (rl_wake_reasons() != 0)
            __atomic_store_n(&answered, answered + 1, __ATOMIC_RELEASE);
    }
    return NULL;
}

static void *wake_again_and_again(void *unused)
{
    (void)unused;
    uint32_t random = 2;
    while (!is_over()) {
        dawdle(&random);
        rl_wake(RL_WAKE_REQUEST);
        __atomic_store_n(&woken, woken + 1, __ATOMIC_RELEASE);
        unsigned looks = 0;
        while (__atomic_load_n(&answered, __ATOMIC_ACQUIRE) != woken && !is_over())
            relax(&looks);
    }
    return NULL;
}

static void no_request_is_slept_over(void **state)
{
    (void)state;
    race(sleep_and_look, wake_again_and_again);
    assert_true(answered > 100);
}

/* ---- a producer that waits for room, and the consumer ---- */

static struct rl_settings settings = {.ring_bytes = 4096, .string_cap = 512, .state = RL_RUNNING};
static struct rl_ring *shared_ring; /* atomic */
static uint64_t given_back;         /* the consumer has read and given back up to here; atomic */
static bool all_produced;           /* atomic */

/* The consumer comes again only for something new. */
static bool is_producer_forgotten(void)
{
    return __atomic_load_n(&given_back, __ATOMIC_ACQUIRE) ==
           rl_ring_head(rl_ring_of(ringlog_producer_));
}

static void *produce(void *unused)
{
    (void)unused;
    is_forgotten = is_producer_forgotten;
    if (!rl_producer_prepare(ringlog_stack_()))
        abort();
    __atomic_store_n(&shared_ring, rl_ring_of(ringlog_producer_), __ATOMIC_RELEASE);
    while (!is_over()) {
        struct rl_take take;
        if (!rl_take(&take, rl_take_cap(), false, 1, ringlog_stack_()))
            abort();
        rl_publish(&take, 0x80000000, 0);
    }
    __atomic_store_n(&all_produced, true, __ATOMIC_RELAXED);
    return NULL;
}

static void *consume(void *unused)
{
    (void)unused;
    uint32_t random = 3;
    unsigned looks = 0;
    struct rl_ring *ring;
    while ((ring = __atomic_load_n(&shared_ring, __ATOMIC_ACQUIRE)) == NULL)
        relax(&looks);
    while (!__atomic_load_n(&all_produced, __ATOMIC_RELAXED)) {
        struct rl_ring_record record = {0};
        if (!rl_ring_peek(ring, &record)) {
            relax(&looks);
            continue;
        }
        dawdle(&random);
        while (rl_ring_peek(ring, &record))
            rl_ring_step(ring, &record);
        rl_ring_release(ring);
        __atomic_store_n(&given_back, ring->consumer.tail, __ATOMIC_RELEASE);
    }
    return NULL;
}

static void no_blocked_producer_is_forgotten(void **state)
{
    (void)state;
    rl_settings_publish(&settings);
    race(produce, consume);
    assert_true(shared_ring->header->blocked > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_request_is_slept_over),
        cmocka_unit_test(no_blocked_producer_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
