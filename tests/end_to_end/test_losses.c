/* What is lost is counted and told, once, in text and in binary; under BLOCK nothing is. */
#include "end_to_end/support.h"

#include <ringlog/reader.h>

#include <pthread.h>
#include <string.h>

enum { CALLS = 5000 };

static ringlog_logger *logger;

static void start(struct ringlog_options options)
{
    log_to("losses.log", NULL);
    logger = ringlog_get_logger("losses");
    options.ring_bytes = 4096;
    require(ringlog_init(&options) == 0);
}

/* ---- a writer that does not come by ---- */

static bool held; /* atomic */

static int emit_when_let(void *context, const struct ringlog_record *record, const char *text,
                         size_t length)
{
    (void)context, (void)record, (void)text, (void)length;
    while (__atomic_load_n(&held, __ATOMIC_RELAXED))
        sleep_ms(1);
    return 0;
}

/* From here on the writer is in a callback, and nothing is taken out of the rings. */
static void hold_writer(void)
{
    static ringlog_logger *holder;
    if (holder == NULL) {
        ringlog_handler *handler;
        const struct ringlog_custom_options options = {.ops.emit = emit_when_let};
        require(ringlog_custom_handler_new(&handler, &options) == 0);
        holder = ringlog_get_logger("holder");
        require(ringlog_logger_set_propagate(holder, false) == 0);
        require(ringlog_logger_add_handler(holder, handler) == 0);
        ringlog_handler_unref(handler);
    }
    __atomic_store_n(&held, true, __ATOMIC_RELAXED);
    ringlog_error(holder, "hold");
    sleep_ms(50);
}

static void let_writer_go(void)
{
    __atomic_store_n(&held, false, __ATOMIC_RELAXED);
}

/* ---- what the log says ---- */

/* Adds up the numbers of the lines that tell of losses on this thread. */
static unsigned long told_lost(const char *thread)
{
    unsigned long sum = 0;
    char line[300];
    FILE *file = fopen("losses.log", "r");
    require(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned long count;
        char on[64];
        int from[7], to[7], end = 0;
        if (sscanf(line,
                   "%lu records lost on thread %63s between %d-%d-%d %d:%d:%d,%d and "
                   "%d-%d-%d %d:%d:%d,%d: ring full\n%n",
                   &count, on, &from[0], &from[1], &from[2], &from[3], &from[4], &from[5], &from[6],
                   &to[0], &to[1], &to[2], &to[3], &to[4], &to[5], &to[6], &end) == 16 &&
            end != 0 && strcmp(on, thread) == 0)
            sum += count;
    }
    fclose(file);
    return sum;
}

static void require_balance(unsigned long calls)
{
    const struct ringlog_counts counts = counts_now();
    require(counts.records_written + counts.lost_full == calls);
}

/* ---- DROP ---- */

PROCESS_TEST(what_a_full_ring_drops_is_counted_and_told_once)
{
    start((struct ringlog_options){.full_policy = RINGLOG_FULL_DROP});
    for (int round = 0; round < 3; round++) {
        hold_writer();
        for (int i = 0; i < CALLS; i++)
            ringlog_info(logger, "call %d", i);
        let_writer_go();
        require(ringlog_flush(10000) == 0);
        require(told_lost("MainThread") == counts_now().lost_full);
    }
    const unsigned long lost = counts_now().lost_full;
    require(lost > 3 * CALLS / 2 && lost < 3 * CALLS);
    require_balance(3 * CALLS + 3);
    require(count_lines("losses.log", "call ") == 3 * CALLS - lost);
    sleep_ms(50);
    require(ringlog_shutdown(5000) == 0);
    require(told_lost("MainThread") == lost);
}

static void *flood(void *name)
{
    ringlog_set_thread_name(name);
    for (int i = 0; i < CALLS; i++)
        ringlog_info(logger, "call %d", i);
    return NULL;
}

PROCESS_TEST(losses_are_told_of_the_thread_that_had_them)
{
    char one_name[] = "one", two_name[] = "two";
    start((struct ringlog_options){.full_policy = RINGLOG_FULL_DROP});
    hold_writer();
    pthread_t one, two;
    require(pthread_create(&one, NULL, flood, one_name) == 0);
    require(pthread_create(&two, NULL, flood, two_name) == 0);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    let_writer_go();
    require(ringlog_flush(10000) == 0);
    require(told_lost("one") > 0 && told_lost("two") > 0);
    require(told_lost("one") + told_lost("two") == counts_now().lost_full);
}

PROCESS_TEST(the_binary_log_tells_the_same)
{
    ringlog_handler *binary;
    require(ringlog_binary_file_handler_new(&binary, "losses.rlog", NULL) == 0);
    require(ringlog_logger_add_handler(ringlog_root(), binary) == 0);
    ringlog_handler_unref(binary);
    start((struct ringlog_options){.full_policy = RINGLOG_FULL_DROP});
    hold_writer();
    for (int i = 0; i < CALLS; i++)
        ringlog_info(logger, "call %d", i);
    let_writer_go();
    require(ringlog_shutdown(10000) == 0);

    ringlog_reader *reader;
    const struct ringlog_reader_record *record;
    unsigned long records = 0, lost = 0;
    int kind;
    require(ringlog_reader_open(&reader, "losses.rlog") == 0);
    while ((kind = ringlog_reader_next(reader, &record)) > 0) {
        require(kind != RINGLOG_READER_GAP);
        records += kind == RINGLOG_READER_RECORD;
        if (kind != RINGLOG_READER_LOSS)
            continue;
        lost += record->lost;
        require(record->lost_since_ns > 0 && record->lost_since_ns <= record->time_ns);
        require_same_text(record->thread_name, "MainThread");
        require_same_text(record->reason, "ring full");
    }
    require(kind == RINGLOG_READER_END);
    ringlog_reader_close(reader);
    require(lost > 0 && lost == told_lost("MainThread"));
    require(records + lost == CALLS);
}

/* ---- what is kept for warnings ---- */

PROCESS_TEST(a_flood_of_infos_leaves_room_for_warnings)
{
    enum { WARNINGS = 10 };
    start((struct ringlog_options){.full_policy = RINGLOG_FULL_DROP, .reserve_for_warnings = true});
    hold_writer();
    for (int i = 0; i < CALLS; i++)
        ringlog_info(logger, "info %d", i);
    const unsigned long lost = counts_now().lost_full;
    require(lost > 0);
    for (int i = 0; i < WARNINGS; i++)
        ringlog_warning(logger, "warning %d", i);
    require(counts_now().lost_full == lost);
    let_writer_go();
    require(ringlog_flush(10000) == 0);
    require(count_lines("losses.log", "warning ") == WARNINGS);
    require(count_lines("losses.log", "info ") == CALLS - lost);
}

/* ---- BLOCK ---- */

PROCESS_TEST(blocking_loses_nothing)
{
    start((struct ringlog_options){0});
    for (int i = 0; i < 20 * CALLS; i++)
        ringlog_info(logger, "call %d", i);
    require(ringlog_flush(20000) == 0);
    require(count_lines("losses.log", NULL) == 20 * CALLS);
    require(counts_now().blocked_calls > 0 && counts_now().lost_full == 0);
}

PROCESS_TEST(a_blocked_call_goes_on_as_soon_as_there_is_room)
{
    /* The writer sleeps up to 20 ms and more; who waits for room wakes it. 100,000 calls fill the
     * ring some 600 times: at one look a sleep that would take twelve seconds. */
    start((struct ringlog_options){.flush_interval_us = 1000000});
    const int64_t start_ms = now_ms();
    for (int i = 0; i < 20 * CALLS; i++)
        ringlog_info(logger, "call %d", i);
    require(ringlog_flush(20000) == 0);
    require(now_ms() - start_ms < 6000);
    require(count_lines("losses.log", NULL) == 20 * CALLS);
}

PROCESS_TEST(blocking_ends_with_its_time_out)
{
    start((struct ringlog_options){.block_timeout_ms = 50});
    hold_writer();
    while (counts_now().blocked_calls == 0)
        ringlog_info(logger, "fills the ring");
    require(counts_now().lost_full == 1);
    const int64_t before = now_ms();
    ringlog_info(logger, "does not fit");
    require(counts_now().lost_full == 2);
    require(now_ms() - before >= 49 && now_ms() - before < 2000);
    let_writer_go();
    require(ringlog_flush(10000) == 0);
    require(told_lost("MainThread") == 2);
    ringlog_info(logger, "fits again");
    require(ringlog_flush(10000) == 0);
    require(count_lines("losses.log", "fits again") == 1);
}

static void *log_against_shutdown(void *unused)
{
    for (int i = 0; i < 3 * CALLS; i++)
        ringlog_info(logger, "call %d", i);
    return unused;
}

PROCESS_TEST(shutdown_lets_blocked_calls_go)
{
    start((struct ringlog_options){0});
    hold_writer();
    pthread_t thread;
    require(pthread_create(&thread, NULL, log_against_shutdown, NULL) == 0);
    eventually(counts_now().blocked_calls > 0);
    require(ringlog_shutdown(50) != 0);
    pthread_join(thread, NULL);
    require(counts_now().lost_late > 0);
    let_writer_go();
    require(ringlog_shutdown(10000) == 0);
    require(count_lines("losses.log", "call ") + counts_now().lost_late == 3 * CALLS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_full_ring_drops_is_counted_and_told_once),
        cmocka_unit_test(losses_are_told_of_the_thread_that_had_them),
        cmocka_unit_test(the_binary_log_tells_the_same),
        cmocka_unit_test(a_flood_of_infos_leaves_room_for_warnings),
        cmocka_unit_test(blocking_loses_nothing),
        cmocka_unit_test(a_blocked_call_goes_on_as_soon_as_there_is_room),
        cmocka_unit_test(blocking_ends_with_its_time_out),
        cmocka_unit_test(shutdown_lets_blocked_calls_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
