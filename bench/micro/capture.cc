/* What a log call costs its caller, by kind of call: batches that fit into the ring, the writer
 * waited for in between. Latency under realistic pauses is the business of bench/latency. */
#include "messages.h"
#include "timed.h"

#include <cstring>
#include <ringlog/handlers.h>

namespace
{

constexpr unsigned BATCH = 1000; /* of at most 80 bytes each: no call finds its ring full */

/* The library runs for all of this program's benchmarks, into a handler that keeps nothing. */
ringlog_logger *logger_at(int level)
{
    static ringlog_logger *root = [] {
        ringlog_handler *handler;
        if (ringlog_null_handler_new(&handler) == 0) {
            ringlog_logger_add_handler(ringlog_root(), handler);
            ringlog_handler_unref(handler);
        }
        ringlog_options options{};
        options.ring_bytes = 1 << 20;
        ringlog_init(&options);
        ringlog_thread_init();
        return ringlog_root();
    }();
    ringlog_logger_set_level(root, level);
    return root;
}

void drain()
{
    ringlog_flush(-1);
}

template <void (*Log)(ringlog_logger *)> void message(benchmark::State &state)
{
    ringlog_logger *logger = logger_at(RINGLOG_INFO);
    timed_batches(
        state, BATCH, [&] { Log(logger); }, drain);
}
BENCHMARK_TEMPLATE(message, log_static)->UseManualTime();
BENCHMARK_TEMPLATE(message, log_string)->UseManualTime();
BENCHMARK_TEMPLATE(message, log_int)->UseManualTime();
BENCHMARK_TEMPLATE(message, log_two_ints)->UseManualTime();
BENCHMARK_TEMPLATE(message, log_double)->UseManualTime();
BENCHMARK_TEMPLATE(message, log_complex)->UseManualTime();

void disabled_call(benchmark::State &state)
{
    ringlog_logger *logger = logger_at(RINGLOG_WARNING);
    timed_batches(
        state, 100000,
        [&] {
            ringlog_info(logger, INT_TEXT, opaque(181));
            benchmark::ClobberMemory();
        },
        [] {});
}
BENCHMARK(disabled_call)->UseManualTime();

void runtime_level(benchmark::State &state)
{
    ringlog_logger *logger = logger_at(RINGLOG_INFO);
    timed_batches(
        state, BATCH, [&] { ringlog_log(logger, opaque(RINGLOG_INFO + 0), INT_TEXT, opaque(181)); },
        drain);
}
BENCHMARK(runtime_level)->UseManualTime();

void text(benchmark::State &state)
{
    ringlog_logger *logger = logger_at(RINGLOG_INFO);
    static const char said[] = "Backup storage speeds (min): 181 MB/s read";
    timed_batches(
        state, BATCH, [&] { ringlog_log_text(logger, RINGLOG_INFO, said, sizeof said - 1); },
        drain);
}
BENCHMARK(text)->UseManualTime();

/* A call site that has never logged: its format is read and it is registered. */
void log_first(ringlog_logger *logger)
{
    static uint32_t line;
    ringlog_site site = {
        0, 0, RINGLOG_SITE_LAYOUT_, 0, RINGLOG_INFO, ++line, 0, INT_TEXT, __FILE__, __func__};
    const ringlog_argument arguments[] = {RINGLOG_NO_ARGUMENT_, RINGLOG_ARGUMENT_(opaque(181)),
                                          RINGLOG_NO_ARGUMENT_};
    ringlog_capture_(logger, &site, RINGLOG_INFO, arguments, 3);
}

void first_call(benchmark::State &state)
{
    ringlog_logger *logger = logger_at(RINGLOG_INFO);
    timed_batches(
        state, 100, [&] { log_first(logger); }, drain);
}
BENCHMARK(first_call)->UseManualTime()->Iterations(100);

} // namespace

BENCHMARK_MAIN();
