/* An isolated handler, however slow or dead, delays no other handler and no log call. */
#include "end_to_end/support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

static ringlog_logger *logger;

static void start(void)
{
    log_to("beside.log", NULL);
    logger = ringlog_get_logger("isolation");
    require(ringlog_init(NULL) == 0);
}

static ringlog_handler *attach(ringlog_handler *handler)
{
    require(ringlog_logger_add_handler(ringlog_root(), handler) == 0);
    return handler; /* our reference stays, for its figures */
}

static struct ringlog_handler_counts counts_of(ringlog_handler *handler)
{
    struct ringlog_handler_counts counts;
    require(ringlog_handler_stats(handler, &counts) == 0);
    return counts;
}

/* ---- the slow ones ---- */

static bool stuck = true;     /* atomic */
static unsigned long emitted; /* atomic */
static unsigned long closed;  /* atomic */

static int emit_when_let(void *context, const struct ringlog_record *record, const char *text,
                         size_t length)
{
    (void)context, (void)record, (void)text, (void)length;
    while (__atomic_load_n(&stuck, __ATOMIC_RELAXED))
        sleep_ms(1);
    __atomic_fetch_add(&emitted, 1, __ATOMIC_RELAXED);
    return 0;
}

static void note_close(void *context)
{
    (void)context;
    __atomic_fetch_add(&closed, 1, __ATOMIC_RELAXED);
}

static ringlog_handler *stuck_handler(enum ringlog_queue_policy policy)
{
    ringlog_handler *handler;
    const struct ringlog_custom_options options = {
        .ops = {.emit = emit_when_let, .close = note_close},
        .isolation = {.isolation = RINGLOG_ISOLATED, .policy = policy, .queue_bytes = 64 << 10}};
    require(ringlog_custom_handler_new(&handler, &options) == 0);
    return attach(handler);
}

static void release(void)
{
    __atomic_store_n(&stuck, false, __ATOMIC_RELAXED);
}

static int unread_pipe[2];

static ringlog_handler *pipe_handler(void)
{
    ringlog_handler *handler;
    require(pipe(unread_pipe) == 0);
    const struct ringlog_console_options options = {.fd = unread_pipe[1]};
    require(ringlog_console_handler_new(&handler, &options) == 0);
    return attach(handler);
}

/* Logs more than pipe and queue hold, and sees it arrive in the file beside within a second a
 * step, whatever happens to the isolated handler. */
static void log_beside(void)
{
    for (unsigned long step = 1; step <= 10; step++) {
        const int64_t before = now_ms();
        for (int i = 0; i < 1000; i++)
            ringlog_info(logger, "%0100d", i);
        require(now_ms() - before < 1000);
        eventually(count_lines("beside.log", NULL) == step * 1000);
        require(now_ms() - before < 2000);
    }
}

PROCESS_TEST(a_pipe_that_nobody_reads_delays_nothing)
{
    start();
    pipe_handler();
    log_beside();
}

PROCESS_TEST(nor_does_a_handler_that_sleeps_whose_losses_are_counted)
{
    start();
    ringlog_handler *handler = stuck_handler(RINGLOG_QUEUE_DROP);
    log_beside();
    require(counts_of(handler).lost > 0);
    require(counts_of(handler).pending > 0);
    release();
    require(ringlog_flush(10000) == 0);
    sleep_ms(100); /* the loss is told once there is room */
    require(ringlog_flush(10000) == 0);
    const struct ringlog_handler_counts counts = counts_of(handler);
    require(counts.records == 10000 + 1 && counts.pending == 0);
    require(__atomic_load_n(&emitted, __ATOMIC_RELAXED) + counts.lost == counts.records);
    require(counts_now().handler_lost == counts.lost);
}

/* ---- BLOCK ---- */

static void *release_soon(void *unused)
{
    sleep_ms(200);
    release();
    return unused;
}

PROCESS_TEST(what_a_full_queue_gave_up_is_told_once_there_is_room)
{
    start();
    ringlog_handler *slow = stuck_handler(RINGLOG_QUEUE_DROP);
    for (int i = 0; i < 3000; i++) {
        ringlog_info(logger, "number %d of those that a small queue has no room for", i);
        if (i % 100 == 0)
            sleep_ms(2); /* many batches */
    }
    require(ringlog_flush(0) == -ETIMEDOUT || counts_of(slow).lost > 0);
    release();
    require(ringlog_flush(10000) == 0);
    sleep_ms(100); /* an idle look or two */
    require(ringlog_flush(10000) == 0);
    const unsigned long lost = counts_of(slow).lost;
    require(lost > 0 && lost + emitted == counts_of(slow).records);
    char told[64];
    snprintf(told, sizeof told, "%lu records lost between ", lost);
    const char *line = strstr(read_file("beside.log", NULL), told);
    require(line != NULL && strstr(line, ": the handler's queue was full\n") != NULL);
    require(strstr(strchr(line, '\n'), " records lost between ") == NULL); /* and told once */
}

PROCESS_TEST(a_queue_that_blocks_loses_nothing)
{
    start();
    ringlog_handler *handler = stuck_handler(RINGLOG_QUEUE_BLOCK);
    pthread_t thread;
    require(pthread_create(&thread, NULL, release_soon, NULL) == 0);
    for (int i = 0; i < 20000; i++)
        ringlog_info(logger, "%0100d", i);
    require(ringlog_flush(20000) == 0);
    pthread_join(thread, NULL);
    require(__atomic_load_n(&emitted, __ATOMIC_RELAXED) == 20000);
    require(counts_of(handler).lost == 0);
}

/* ---- flush and shutdown ---- */

PROCESS_TEST(flush_waits_for_delivery_as_long_as_it_may)
{
    start();
    ringlog_handler *handler = stuck_handler(RINGLOG_QUEUE_DROP);
    ringlog_info(logger, "slow");
    require(ringlog_flush(100) == -ETIMEDOUT);
    require(counts_of(handler).pending > 0);
    require(count_lines("beside.log", "slow") == 1);
    pthread_t thread;
    require(pthread_create(&thread, NULL, release_soon, NULL) == 0);
    require(ringlog_flush(10000) == 0);
    require(__atomic_load_n(&emitted, __ATOMIC_RELAXED) == 1);
    pthread_join(thread, NULL);
}

PROCESS_TEST(shutdown_leaves_a_stuck_handler_behind)
{
    start();
    stuck_handler(RINGLOG_QUEUE_DROP);
    stuck_handler(RINGLOG_QUEUE_DROP);
    ringlog_handler *unread = pipe_handler();
    for (int i = 0; i < 2000; i++)
        ringlog_info(logger, "%0100d", i);
    eventually(count_lines("beside.log", NULL) == 2000);
    const int64_t before = now_ms();
    require(ringlog_shutdown(100) == -ETIMEDOUT);
    require(now_ms() - before < 2000);
    require(count_lines("beside.log", NULL) == 2000);
    /* Nobody closes a handler whose callback runs. */
    require(__atomic_load_n(&closed, __ATOMIC_RELAXED) == 0);
    release();
    sleep_ms(50);
    ringlog_handler_unref(unread);
}

PROCESS_TEST(removing_a_stuck_handler_holds_nothing_up)
{
    start();
    ringlog_handler *handler = stuck_handler(RINGLOG_QUEUE_DROP);
    ringlog_info(logger, "first");
    eventually(counts_of(handler).records == 1);
    require(ringlog_logger_remove_handler(ringlog_root(), handler) == 0);
    ringlog_handler_unref(handler);
    ringlog_info(logger, "second");
    const int64_t before = now_ms();
    eventually(count_lines("beside.log", "second") == 1);
    require(now_ms() - before < 500);
    /* What was queued is still delivered, and then the handler goes. */
    release();
    eventually(__atomic_load_n(&closed, __ATOMIC_RELAXED) == 1);
    require(__atomic_load_n(&emitted, __ATOMIC_RELAXED) == 1);
}

/* ---- a reader that is gone ---- */

static unsigned long reports; /* atomic */

static void note_report(const char *message, void *context)
{
    (void)context;
    if (strstr(message, "console handler: write: Broken pipe") != NULL)
        __atomic_fetch_add(&reports, 1, __ATOMIC_RELAXED);
}

PROCESS_TEST(a_pipe_whose_reader_is_gone_costs_its_records_and_no_signal)
{
    ringlog_handler *handler = pipe_handler();
    close(unread_pipe[0]);
    log_to("beside.log", NULL);
    logger = ringlog_get_logger("isolation");
    require(ringlog_init(&(struct ringlog_options){.on_error = note_report}) == 0);
    for (int i = 0; i < 10; i++) {
        ringlog_info(logger, "into the void");
        require(ringlog_flush(5000) == 0);
    }
    const struct ringlog_handler_counts counts = counts_of(handler);
    require(counts.records == 10 && counts.lost == 10 && counts.errors == 10);
    require(counts.last_errno == EPIPE && strcmp(counts.last_error, "Broken pipe") == 0);
    require(__atomic_load_n(&reports, __ATOMIC_RELAXED) == 10);
    require(count_lines("beside.log", NULL) == 10);
}

static void *read_some_and_leave(void *unused)
{
    char bytes[100000];
    for (size_t done = 0; done < sizeof bytes;) {
        const ssize_t got = read(unread_pipe[0], bytes, sizeof bytes - done);
        require(got > 0);
        done += (size_t)got;
    }
    close(unread_pipe[0]);
    return unused;
}

PROCESS_TEST(what_of_a_batch_was_out_already_is_not_lost)
{
    enum { RECORDS = 2000, LINE_BYTES = 101 };
    ringlog_handler *handler = pipe_handler();
    logger = ringlog_get_logger("isolation");
    ringlog_logger_set_level(ringlog_root(), RINGLOG_INFO);
    /* One batch: all of them wait for the start. */
    for (int i = 0; i < RECORDS; i++)
        ringlog_info(logger, "%0100d", i);
    pthread_t reader;
    require(pthread_create(&reader, NULL, read_some_and_leave, NULL) == 0);
    require(ringlog_init(&(struct ringlog_options){.on_error = note_report}) == 0);
    require(ringlog_flush(10000) == 0);
    pthread_join(reader, NULL);
    const struct ringlog_handler_counts counts = counts_of(handler);
    require(counts.records == RECORDS && counts.bytes >= 100000);
    require(counts.lost == RECORDS - counts.bytes / LINE_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pipe_that_nobody_reads_delays_nothing),
        cmocka_unit_test(nor_does_a_handler_that_sleeps_whose_losses_are_counted),
        cmocka_unit_test(what_a_full_queue_gave_up_is_told_once_there_is_room),
        cmocka_unit_test(a_queue_that_blocks_loses_nothing),
        cmocka_unit_test(flush_waits_for_delivery_as_long_as_it_may),
        cmocka_unit_test(shutdown_leaves_a_stuck_handler_behind),
        cmocka_unit_test(removing_a_stuck_handler_holds_nothing_up),
        cmocka_unit_test(a_pipe_whose_reader_is_gone_costs_its_records_and_no_signal),
        cmocka_unit_test(what_of_a_batch_was_out_already_is_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
