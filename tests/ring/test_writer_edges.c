/* The edges between the writer and who asks it for something, one by one, as in test_edges.c. Where
 * another edge would hide the one under test, a function of the library is stood in for, and holds
 * its thread until the other side has heard. */
#include "ring/two_threads.h"

#include "base/thread.h"
#include "ring/wake.h"
#include "writer/state.h"

#include <ringlog/handlers.h>
#include <ringlog/ringlog.h>

#include <string.h>

static __thread void (*on_wake)(void);
static void (*on_nap)(void);  /* of the writer; atomic, relaxed */
static void (*on_emit)(void); /* the same */

static void set_hook(void (**hook)(void), void (*to)(void))
{
    __atomic_store_n(hook, to, __ATOMIC_RELAXED);
}

static void run_hook(void (**hook)(void))
{
    void (*run)(void) = __atomic_load_n(hook, __ATOMIC_RELAXED);
    if (run != NULL)
        run();
}

void __real_rl_wake(enum rl_wake_reason reason);
void __wrap_rl_wake(enum rl_wake_reason reason);
void __wrap_rl_wake(enum rl_wake_reason reason)
{
    if (on_wake == NULL) {
        __real_rl_wake(reason);
        return;
    }
    on_wake();
    on_wake = NULL;
}

void __real_rl_wake_prepare(void);
void __wrap_rl_wake_prepare(void);
void __wrap_rl_wake_prepare(void)
{
    __real_rl_wake_prepare();
    run_hook(&on_nap);
}

static __thread bool hears_that_it_stays_up;

void __real_rl_wake_cancel(void);
void __wrap_rl_wake_cancel(void);
void __wrap_rl_wake_cancel(void)
{
    if (hears_that_it_stays_up)
        hear();
    hears_that_it_stays_up = false;
    __real_rl_wake_cancel();
}

static int emit(void *context, const struct ringlog_record *record, const char *text, size_t length)
{
    (void)context;
    (void)record;
    (void)text;
    (void)length;
    run_hook(&on_emit);
    return 0;
}

static void (*on_close)(void);

static void close_context(void *context)
{
    (void)context;
    run_hook(&on_close);
}

static int begin_with_a_writer(void **state)
{
    begin(state);
    ringlog_handler *handler;
    const struct ringlog_custom_options options = {.ops = {.emit = emit, .close = close_context}};
    assert_int_equal(ringlog_custom_handler_new(&handler, &options), 0);
    assert_int_equal(ringlog_logger_add_handler(ringlog_root(), handler), 0);
    ringlog_handler_unref(handler);
    return ringlog_init(NULL);
}

static int end(void **state)
{
    (void)state;
    set_hook(&on_emit, NULL);
    set_hook(&on_nap, NULL);
    set_hook(&on_close, NULL);
    return ringlog_shutdown(10000);
}

static void log_one(void)
{
    ringlog_warning(ringlog_root(), "one");
}

/* ---- what was logged before a flush is seen by the look that answers it ---- */

static uint32_t asked_before; /* atomic, relaxed */
static bool over;             /* the same */

static void *log_until_over(void *unused)
{
    (void)unused;
    while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
        log_one();
        usleep(1000);
    }
    return NULL;
}

/* The writer, at some other thread's record: in the second look that finds the request there. */
static void hear_what_was_asked(void)
{
    static uint64_t first_look;
    struct rl_writer *writer = rl_writer();
    if (__atomic_load_n(&writer->flush_asked, __ATOMIC_RELAXED) ==
        __atomic_load_n(&asked_before, __ATOMIC_RELAXED))
        return;
    if (first_look == 0)
        first_look = writer->counts.looks + 1;
    if (writer->counts.looks + 1 == first_look)
        return;
    hear();
    set_hook(&on_emit, NULL);
    reach(1);
}

static void wait_until_heard(void)
{
    await(1);
    __real_rl_wake(RL_WAKE_REQUEST);
}

static void flush_is_asked_for(void **state)
{
    (void)state;
    pthread_t thread;
    __atomic_store_n(&asked_before, rl_writer()->flush_asked, __ATOMIC_RELAXED);
    set_hook(&on_emit, hear_what_was_asked);
    assert_int_equal(pthread_create(&thread, NULL, log_until_over, NULL), 0);
    say();
    on_wake = wait_until_heard;
    assert_int_equal(ringlog_flush(10000), 0);
    __atomic_store_n(&over, true, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    assert_true(was_heard());
}

/* ---- who waited for a flush sees what handlers did ---- */

/* The writer, in the handler: not before the other has asked, lest its request be what orders. */
static void say_when_asked(void)
{
    await(1);
    say();
}

static void wake_and_go_on(void)
{
    __real_rl_wake(RL_WAKE_REQUEST);
    reach(1);
}

static void flush_is_answered(void **state)
{
    (void)state;
    set_hook(&on_emit, say_when_asked);
    log_one();
    on_wake = wake_and_go_on;
    assert_int_equal(ringlog_flush(10000), 0);
    hear();
}

/* ---- the writer that stops sees who stopped it ---- */

static void hear_and_go_on(void)
{
    hear();
    reach(1);
}

static void stop_is_asked_for(void **state)
{
    (void)state;
    set_hook(&on_close, hear_and_go_on);
    say();
    on_wake = wait_until_heard;
    assert_int_equal(rl_writer_stop(10000), 0);
    assert_true(was_heard());
}

/* ---- a request made just before the nap is not slept over ---- */

static void let_a_request_come(void)
{
    set_hook(&on_nap, NULL);
    reach(1);
    await(2);
    hears_that_it_stays_up = true;
}

static void the_last_look_before_a_nap(void **state)
{
    (void)state;
    set_hook(&on_nap, let_a_request_come);
    await(1);
    say();
    __real_rl_wake(RL_WAKE_REQUEST);
    reach(2);
    assert_int_equal(ringlog_flush(10000), 0);
    assert_true(was_heard());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(flush_is_asked_for, begin_with_a_writer, end),
        cmocka_unit_test_setup_teardown(flush_is_answered, begin_with_a_writer, end),
        cmocka_unit_test_setup_teardown(stop_is_asked_for, begin_with_a_writer, end),
        cmocka_unit_test_setup_teardown(the_last_look_before_a_nap, begin_with_a_writer, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
