/* Two threads that take turns without anything between them but the edge under test: turns are
 * relaxed, so ThreadSanitizer sees what was said and what was heard as a race unless the library
 * orders them. In other builds the tests see that each edge leads somewhere at all. */
#ifndef TESTS_RING_TWO_THREADS_H
#define TESTS_RING_TWO_THREADS_H

#include "cmocka_first.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static int turn;   /* atomic, relaxed on purpose */
static bool heard; /* atomic, relaxed on purpose */
static int said;   /* plain on purpose */

static inline void must(bool condition)
{
    if (!condition)
        abort();
}

static inline void reach(int next)
{
    __atomic_store_n(&turn, next, __ATOMIC_RELAXED);
}

/* Waits for that turn; it is due within ten seconds. */
static inline void await(int wanted)
{
    for (int i = 0; __atomic_load_n(&turn, __ATOMIC_RELAXED) < wanted; i++) {
        must(i < 200000);
        usleep(50);
    }
}

static inline void say(void)
{
    said = 1;
}

static inline void hear(void)
{
    must(said == 1);
    __atomic_store_n(&heard, true, __ATOMIC_RELAXED);
}

static inline bool was_heard(void)
{
    return __atomic_load_n(&heard, __ATOMIC_RELAXED);
}

/* The setup of each test. */
static inline int begin(void **state)
{
    (void)state;
    reach(0);
    said = 0;
    heard = false;
    return 0;
}

/* Runs both, each on a thread of its own, and requires that something was heard. */
static inline void between(void *(*from)(void *), void *(*to)(void *))
{
    pthread_t threads[2];
    assert_int_equal(pthread_create(&threads[0], NULL, from, NULL), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, to, NULL), 0);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    assert_true(was_heard());
}

/* FROM: the side that writes, then lets the other go. TO: waits, takes the edge, reads. */
#define FROM(name)                                                                                 \
    static void name##_from_body(void);                                                            \
    static void *name##_from(void *unused)                                                         \
    {                                                                                              \
        (void)unused;                                                                              \
        name##_from_body();                                                                        \
        return NULL;                                                                               \
    }                                                                                              \
    static void name##_from_body(void)

#define TO(name)                                                                                   \
    static void name##_to_body(void);                                                              \
    static void *name##_to(void *unused)                                                           \
    {                                                                                              \
        (void)unused;                                                                              \
        name##_to_body();                                                                          \
        return NULL;                                                                               \
    }                                                                                              \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        between(name##_from, name##_to);                                                           \
    }                                                                                              \
    static void name##_to_body(void)

#endif
